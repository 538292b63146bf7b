"""What a frame costs: every panel, the whole window at several sizes, and each game as it is watched.

    python benchmarks/window_cost.py [--frames 300]

It needs no display. Costs are processor time, so that a busy machine says about the same. A frame of
Breakout lasts 16.7 ms, one of Doom 28.6 ms: emulation, brain, panels and drawing must fit into it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pygame

from botcore.contracts.moment import Decision, Moment
from botcore.live import open_live
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.window.canvas import Canvas
from botcore.window.controls import Command
from botcore.window.display import open_window
from botcore.window.live import Live
from botcore.window.scene import Scene, SceneAbout
from botcore.window.status import Status
from botcore.window.theme import BACKGROUND, Sizes, Typeface

WARM_UP, MAPS = 30, 30
ACTIONS = 54  # as many as Doom's deadly corridor has
MOMENTS = 400
GAMES = (("breakout", "a3c"), ("doom", "a3c"), ("doom", "nstep-dqn"), ("car", "dqn"))
SIZES = ((1280, 720), (640, 480), (3840, 2160))


def moment(step: int, random: np.random.Generator) -> Moment:
    """Return a Moment with everything that a panel can show."""
    raw = np.exp(random.normal(size=ACTIONS))
    decision = Decision(
        action=int(raw.argmax()),
        probabilities=tuple(map(float, raw / raw.sum())),
        value=float(np.sin(step / 30)),
        exploration=0.01,
        memory=np.tanh(random.normal(size=256)).astype(np.float32),
        by="a3c",
    )
    return Moment(
        episode=0,
        step=step,
        frame=4 * step,
        pictures=(random.integers(0, 255, (240, 320, 3), dtype=np.uint8),),
        observation=random.integers(0, 255, (4, 84, 84), dtype=np.uint8),
        decision=decision,
        reward=float(random.integers(-1, 2)),
        score=float(step),
        terminated=False,
        truncated=False,
        info={"lives": 3, "health": 80.0, "kills": 2, "ammo": 25},
        learning={"loss": float(random.random()), "mean_score": float(step)},
    )


def percentiles(draw: Callable[[int], None], frames: int) -> tuple[float, float]:
    """Return the median and the 99th percentile of what `draw(n)` costs, in milliseconds."""
    costs = []
    for n in range(frames):
        start = time.process_time()
        draw(n)
        costs.append((time.process_time() - start) * 1000)
    return float(np.percentile(costs, 50)), float(np.percentile(costs, 99))


def measure(size: tuple[int, int], moments: list[Moment], frames: int) -> None:
    """Print what each panel and the whole window cost at one size; every frame shows another Moment."""
    names = tuple(f"forward+turn left+{n}" for n in range(ACTIONS))
    scene = Scene(size, SceneAbout("benchmark", "doom/deadly_corridor", "a3c", names, 35.0))
    scene.status = Status(learning=True, recording=True)
    target = pygame.Surface(size)
    for each in moments:
        scene.update(each)
    canvas = Canvas(target, Sizes.of(*size), Typeface())
    print(f"\n{size[0]}×{size[1]}               p50 ms   p99 ms")

    def draw_all(n: int) -> None:
        scene.update(moments[n % len(moments)])
        scene.draw(target, moments[n % len(moments)].pictures[0], True)

    def draw_again(n: int) -> None:
        scene.draw(target, moments[n % len(moments)].pictures[0], True)

    def draw_panels(n: int) -> None:
        scene.update(moments[n % len(moments)])
        for panel, rect in layout.panels:
            panel.draw(canvas.inside(rect), scene.history)

    whole, again = percentiles(draw_all, frames), percentiles(draw_again, frames)
    layout = scene.layout(True)
    target.fill(BACKGROUND)
    for panel, rect in layout.panels:
        part = canvas.inside(rect)

        def draw_one(n: int, panel: object = panel, part: Canvas = part) -> None:
            scene.update(moments[n % len(moments)])
            panel.draw(part, scene.history)  # type: ignore[attr-defined]

        print(f"  {panel.name:<19} {'{:8.2f} {:8.2f}'.format(*percentiles(draw_one, frames))}")
    print(f"  {'all panels':<19} {'{:8.2f} {:8.2f}'.format(*percentiles(draw_panels, frames))}")
    print(f"  {'window, new Moment':<19} {'{:8.2f} {:8.2f}'.format(*whole)}")
    print(f"  {'window, new picture':<19} {'{:8.2f} {:8.2f}'.format(*again)}")


def measure_game(game: str, brain: str, frames: int) -> None:
    """Print what a game's frames cost with panels and recording, and a map of where the brain looks.

    The installed model plays, or fresh weights. Engine and encoder have threads and processes of their own,
    which are not counted; what the loop waits for them is, in the time on the clock.
    """
    plugins = load_plugins()
    with tempfile.TemporaryDirectory() as folder:
        opened = open_live(plugins, choose(plugins, game=game, brain=brain), seed=1, out=Path(folder))
        live = Live(opened.session, opened.moments, 1.0, None, lambda: True, lambda: None)
        spent, passed, maps = [], [], []
        with open_window("benchmark"):
            for n in range(frames + WARM_UP):
                start = time.thread_time(), time.perf_counter()
                live.advance()
                live.draw()
                if n >= WARM_UP:
                    spent.append((time.thread_time() - start[0]) * 1000)
                    passed.append((time.perf_counter() - start[1]) * 1000)
            for _ in range(MAPS):
                start = time.thread_time(), 0.0
                live.do(Command.LOOK)
                live.idle(sys.maxsize)
                maps.append((time.thread_time() - start[0]) * 1000)
        opened.moments.close()
        opened.session.close()
    figures = [np.percentile(costs, share) for costs in (spent, passed) for share in (50, 99)]
    words = " ".join(f"{figure:8.2f}" for figure in (*figures, np.percentile(maps, 50)))
    print(f"  {game + ' ' + brain:<19} {1000 / live.scene.about.fps:8.1f} {words}")


def main() -> None:
    """Measure at every size, then every game."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    frames = parser.parse_args().frames
    random = np.random.default_rng(0)
    moments = [moment(step, random) for step in range(MOMENTS)]
    for size in SIZES:
        measure(size, moments, frames)
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    print("\na frame at 1280×720, ms    length  p50 own  p99 own p50 clock p99 clock  a map")
    for game, brain in GAMES:
        measure_game(game, brain, frames)


if __name__ == "__main__":
    main()
