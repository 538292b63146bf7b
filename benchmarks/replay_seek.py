"""What the player costs on a long replay: opening it, and going anywhere in it.

    python benchmarks/replay_seek.py [--minutes 60] [--size 48x64] [--seeks 200] [--clock] [--keep DIR]

It makes a recording with the real recorder (small pictures, so that an hour is encoded in a minute or two;
figures as large as those of a brain with a memory), then opens it and seeks to random frames in the player
itself: the picture decoded, the panels' history rebuilt, the window drawn at 1280x720 without a display. What
a seek costs depends on the pictures of one second, not on the replay's length: `--minutes 2 --size 240x320
--fps 35` is Doom. Costs are processor time, so that a busy machine says about the same; `--clock` takes the
time that passes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

import botcore.window  # noqa: F401  (before pygame: it silences the banner)

import pygame  # isort: skip

from botcore.contracts.moment import Decision, Moment
from botcore.replay.format import About
from botcore.replay.reader import open_replay
from botcore.replay.recorder import Recorder
from botcore.window.player import Player

FRAMES_A_STEP = 4
CELLS = 256
ACTIONS = ("NOOP", "FIRE", "RIGHT", "LEFT")
WINDOW = (1280, 720)
Clock = Callable[[], float]


def moments(steps: int, size: tuple[int, int], eyes: tuple[int, int]) -> Iterator[Moment]:
    """Give an episode with pictures that move, rewards, lives and the figures of a brain."""
    dice = np.random.default_rng(0)
    ground = dice.integers(0, 255, (size[0], 2 * size[1], 3), dtype=np.uint8) // 32 * 32
    small = np.zeros((1, *eyes), np.uint8)
    score = 0.0
    for step in range(steps + 1):
        first = FRAMES_A_STEP * (step - 1) + 1 if step else 0
        pictures = tuple(
            ground[:, frame % size[1] : frame % size[1] + size[1]]
            for frame in range(first, FRAMES_A_STEP * step + 1)
        )
        raw = dice.random(len(ACTIONS)) + 0.01
        reward = float(step % 41 == 40)
        score += reward
        yield Moment(
            episode=0,
            step=step,
            frame=FRAMES_A_STEP * step,
            pictures=pictures,
            observation=np.roll(small + np.arange(eyes[1], dtype=np.uint8), step, axis=2),
            decision=Decision(
                action=int(raw.argmax()),
                probabilities=tuple(map(float, raw / raw.sum())),
                value=float(np.sin(step / 30) + 0.1 * dice.normal()),
                exploration=0.01,
                memory=np.tanh(dice.normal(size=CELLS)).astype(np.float32),
                by="a3c",
            )
            if step
            else None,
            reward=reward,
            score=score,
            terminated=step == steps,
            truncated=False,
            info={"lives": 5 - step * 5 // (steps + 1)},
        )


def record(root: Path, minutes: float, fps: float, size: tuple[int, int]) -> Path:
    """Make the recording and return its folder."""
    recorder = Recorder(root, print)
    steps = round(minutes * 60 * fps / FRAMES_A_STEP)
    about = About("synthetic", "default", "v1", "a3c", fps, ACTIONS)
    for _ in recorder.record(moments(steps, size, (84, 84)), about):
        pass
    assert recorder.folder is not None
    return recorder.folder


def timed(work: Callable[[], object], now: Clock) -> float:
    """Return how long something takes, in milliseconds."""
    began = now()
    work()
    return (now() - began) * 1000


def say(what: str, costs: list[float]) -> None:
    """Print the distribution of a cost."""
    half, high = np.percentile(costs, [50, 99])
    print(f"  {what:<44} p50 {half:7.1f} ms   p99 {high:7.1f} ms   worst {max(costs):7.1f} ms")


def measure(folder: Path, seeks: int, now: Clock) -> None:
    """Open a replay, seek in it and print what that costs."""
    began = now()
    replay = open_replay(folder)
    opened = now()
    player = Player(replay, 1.0)
    shown = now()
    target = pygame.Surface(WINDOW)
    player.scene.draw(target, player.picture, True)
    print(f"{folder.name}: {len(replay):,} Moments, {replay.last_frame + 1:,} frames")
    print(f"  steps read and checked                       {(opened - began) * 1000:7.0f} ms")
    print(f"  player ready with its first picture          {(shown - opened) * 1000:7.0f} ms")
    dice = np.random.default_rng(1)
    costs: dict[str, list[float]] = {"picture": [], "window": []}
    for frame in dice.integers(0, replay.last_frame, seeks).tolist():
        costs["picture"].append(timed(partial(player.go_to, frame), now))
        costs["window"].append(timed(lambda: player.scene.draw(target, player.picture, True), now))
    say("a seek to any frame: picture and figures", costs["picture"])
    say("  and drawing the window (1280x720)", costs["window"])
    for words, way in (("one frame back", -1), ("one frame on", 1)):
        say(words, [timed(lambda: player.go_to(player.cursor.frame + way), now) for _ in range(seeks)])  # noqa: B023
    replay.close()


def main() -> None:
    """Record, or take what is there, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--fps", type=float, default=60.0)
    parser.add_argument("--size", default="48x64", help="height x width of the pictures")
    parser.add_argument("--seeks", type=int, default=200)
    parser.add_argument("--clock", action="store_true", help="by the clock, not in processor time")
    parser.add_argument("--keep", type=Path, help="where the recording is kept for the next time")
    arguments = parser.parse_args()
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    height, width = map(int, arguments.size.split("x"))
    with tempfile.TemporaryDirectory() as place:
        root = arguments.keep or Path(place)
        folder = next((path for path in root.glob("*-synthetic-*") if path.is_dir()), None)
        if folder is None:
            began = time.perf_counter()
            folder = record(root, arguments.minutes, arguments.fps, (height, width))
            print(f"recorded in {time.perf_counter() - began:.0f} s")
        measure(folder, arguments.seeks, time.perf_counter if arguments.clock else time.process_time)


if __name__ == "__main__":
    main()
