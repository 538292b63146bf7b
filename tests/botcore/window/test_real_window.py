"""A real X server, a real window: what is on its screen is what the Moment held."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

TOOLS = ("Xvfb", "import", "xdotool")
PROGRAM = """
import json, sys, types
import numpy as np
from botcore.contracts.moment import Decision, Moment
from botcore.about import SceneAbout
from botcore.window.live import Live

picture = np.load(sys.argv[1])

class Session:
    env = types.SimpleNamespace()
    env.unwrapped = env
    learning, can_learn, human_action, by_hand, run_up = False, True, None, False, 0
    action_names, fps = ("NOOP", "FIRE", "RIGHT", "LEFT"), 60.0
    def about_scene(self):
        return SceneAbout("botplay under test", "atari/breakout", "a3c", self.action_names, self.fps)
    def restart(self, *, new_seed):
        pass

def moments():
    decision = Decision(2, probabilities=(0.1, 0.2, 0.6, 0.1), value=1.5, by="a3c")
    try:
        step = 0
        while True:
            made = decision if step else None
            yield Moment(0, step, step, (picture,), picture, made, 0, step, False, False)
            step += 1
            if step == 30:
                rect = live.scene.fitted(True).rect
                print(json.dumps([rect.x, rect.y, rect.w, rect.h]), flush=True)
    finally:
        print("stream closed", flush=True)

stream = moments()
live = Live(Session(), stream, 1.0, None, lambda: False, lambda: None)
live.run()
stream.close()
"""


@contextmanager
def x_server(screen: str) -> Iterator[dict[str, str]]:
    """Start an X server on a free display and give the environment of programs that use it."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)} (Debian: apt-get install xvfb imagemagick xdotool)")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{screen}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as ready:
            number = ready.readline().strip()
        assert number, "Xvfb did not start"
        environment = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "SDL_VIDEODRIVER")}
        yield {**environment, "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def large_screen() -> Iterator[dict[str, str]]:
    with x_server("1280x720") as environment:
        yield environment


def test_a_window_is_no_larger_than_the_screen() -> None:
    program = """
import pygame
from botcore.window.display import open_window
with open_window("small"):
    print(*pygame.display.get_window_size())
"""
    for screen, size in (("800x600", "800 600"), ("1080x1920", "1080 720"), ("2560x1440", "1280 720")):
        with x_server(screen) as environment:
            done = subprocess.run(
                [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
            )
        assert done.stdout.splitlines()[-1] == size


def test_the_screen_shows_the_moments_pixels_and_q_closes_the_window(
    large_screen: dict[str, str], tmp_path: Path
) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (210, 160, 3), dtype=np.uint8)
    np.save(tmp_path / "picture.npy", picture)
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "picture.npy")],
        env=large_screen,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        x, y, width, height = map(int, program.stdout.readline().strip("[]\n").split(","))
        assert (width, height) == (480, 630)
        shot = tmp_path / "screen.png"
        subprocess.run(["import", "-window", "root", str(shot)], env=large_screen, check=True, timeout=30)
        screen = pygame.surfarray.array3d(pygame.image.load(str(shot))).transpose(1, 0, 2)
        np.testing.assert_array_equal(
            screen[y : y + height, x : x + width], picture.repeat(3, axis=0).repeat(3, axis=1)
        )
        panels = screen[:, 800:]
        assert len(np.unique(panels.reshape(-1, 3), axis=0)) > 50, "there are panels beside it"
        asked = subprocess.run(
            ["xdotool", "getwindowfocus", "getwindowname"], env=large_screen, capture_output=True, check=True
        )
        assert asked.stdout.decode().strip() == "botplay under test"
        subprocess.run(["xdotool", "key", "q"], env=large_screen, check=True)
        until = time.monotonic() + 20
        while program.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert program.poll() == 0
        assert program.stdout.read() == "stream closed\n"
    finally:
        program.kill()
        program.wait()
        if program.stdout is not None:
            program.stdout.close()
