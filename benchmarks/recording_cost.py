"""What recording costs: time in the loop as a share of a frame, the encoder's share of a core, and sizes.

    python benchmarks/recording_cost.py [--seconds 20] [--keep DIR]

It plays Breakout (60 frames a second) and Doom's deadly corridor (35) from their engines with simple players,
records them at their own pace with made-up figures of a brain, and measures every pass through the recorder:
in the time of this thread, and by the clock, which other programs on the machine lengthen.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from botcore.contracts.moment import Decision, Moment
from botcore.replay.format import About
from botcore.replay.recorder import Recorder

FRAME = 1 / 60  # seconds
FIVE_MINUTES = 300
FRAMES_A_STEP = 4
Pictures = Iterator[NDArray[np.uint8]]


def breakout() -> Pictures:
    """Every frame of Breakout, played by following the ball."""
    from ale_py import ALEInterface, LoggerMode, roms

    ALEInterface.setLoggerMode(LoggerMode.Error)
    ale = ALEInterface()
    ale.setFloat("repeat_action_probability", 0.0)
    rom = roms.get_rom_path("breakout")
    assert rom is not None
    ale.loadROM(rom)
    noop, fire, right, left = ale.getMinimalActionSet()
    while True:
        ram = ale.getRAM()
        ball, height, paddle = int(ram[99]), int(ram[101]), int(ram[72])
        ale.act(fire if height == 0 else right if ball > paddle + 8 else left if ball < paddle + 2 else noop)
        if ale.game_over():
            ale.reset_game()
        yield ale.getScreenRGB()


def doom() -> Pictures:
    """Every tic of the deadly corridor at 320x240, played at random."""
    import vizdoom

    with tempfile.TemporaryDirectory() as place:
        game = vizdoom.DoomGame()
        game.load_config(str(Path(vizdoom.scenarios_path) / "deadly_corridor.cfg"))
        game.set_doom_config_path(str(Path(place) / "settings.ini"))
        game.set_window_visible(False)
        game.set_screen_format(vizdoom.ScreenFormat.RGB24)
        game.set_screen_resolution(vizdoom.ScreenResolution.RES_320X240)
        game.set_seed(1)
        game.init()
        dice = np.random.default_rng(0)
        try:
            for tic in range(10**9):
                if game.is_episode_finished():
                    game.new_episode()
                if tic % FRAMES_A_STEP == 0:
                    buttons = dice.integers(0, 2, game.get_available_buttons_size()).tolist()
                yield game.get_state().screen_buffer
                game.make_action(buttons, 1)
        finally:
            game.close()


def moments(pictures: Pictures, steps: int, eyes: tuple[int, int], pause: float) -> Iterator[Moment]:
    """Moments with figures as large as those of a brain with a memory, in the game's own time."""
    dice = np.random.default_rng(0)
    began = time.perf_counter()
    for step in range(steps):
        shown = tuple(next(pictures) for _ in range(FRAMES_A_STEP if step else 1))
        rows = np.linspace(0, shown[-1].shape[0] - 1, eyes[0]).astype(int)
        columns = np.linspace(0, shown[-1].shape[1] - 1, eyes[1]).astype(int)
        gray = shown[-1].mean(axis=2).astype(np.uint8)[rows][:, columns]
        decision = Decision(
            action=step % 4,
            probabilities=tuple(float(p) for p in dice.dirichlet(np.ones(4))),
            value=float(dice.normal()),
            exploration=0.01,
            memory=dice.uniform(-1, 1, 256).astype(np.float32),
            by="a3c",
        )
        yield Moment(
            episode=0,
            step=step,
            frame=step * FRAMES_A_STEP,
            pictures=shown,
            observation=np.stack([gray] * 4),
            decision=decision if step else None,
            reward=float(step % 7 == 0),
            score=float(step // 7),
            terminated=False,
            truncated=step == steps - 1,
            info={"lives": 5},
        )
        time.sleep(max(0.0, began + step * pause - time.perf_counter()))


def timed(stream: Iterator[Moment], waits: list[tuple[float, float]]) -> Iterator[Moment]:
    """Note how long the consumer of `stream` takes from one Moment to the next: thread's time, clock."""
    for moment in stream:
        began = time.thread_time(), time.perf_counter()
        yield moment
        waits.append((time.thread_time() - began[0], time.perf_counter() - began[1]))


def measure(
    name: str, pictures: Pictures, fps: float, eyes: tuple[int, int], seconds: float, root: Path
) -> None:
    """Record and print."""
    about = About(name, "default", "v4", "a3c", fps, ("a", "b", "c", "d"))
    recorder, waits = Recorder(root, print), list[tuple[float, float]]()
    steps = round(seconds * fps / FRAMES_A_STEP)
    before, began = time.process_time(), time.perf_counter()
    alone = sum(1 for _ in moments(pictures, steps, eyes, FRAMES_A_STEP / fps))
    without = (time.process_time() - before) / (time.perf_counter() - began)
    before, began = time.process_time(), time.perf_counter()
    for _ in recorder.record(timed(moments(pictures, alone, eyes, FRAMES_A_STEP / fps), waits), about):
        pass
    with_recording = (time.process_time() - before) / (time.perf_counter() - began)
    share = np.array(waits[1:]) / FRAMES_A_STEP / FRAME * 100  # of a frame; the first opens the files
    assert recorder.folder is not None
    print(f"{name}: {steps} steps, {recorder.folder}")
    for what, column in (("thread's time", share[:, 0]), ("clock", share[:, 1])):
        middle, high = column.mean(), np.percentile(column, 99)
        print(f"  in the loop, by the {what}: mean {middle:.2f} %, p99 {high:.2f} % of a frame of 1/60 s")
    print(f"  encoder: {100 * (with_recording - without):.1f} % of a core")
    total = 0.0
    for file in sorted(recorder.folder.iterdir()):
        size = file.stat().st_size * FIVE_MINUTES / seconds / 1e6
        total += size
        print(f"  {file.name}: {size:.2f} MB in five minutes")
    print(f"  together: {total:.2f} MB in five minutes")


def main() -> None:
    """Measure both games."""
    parser = argparse.ArgumentParser(description="What recording costs.")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each game")
    parser.add_argument("--keep", type=Path, help="folder for the replays; without it they are thrown away")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = arguments.keep or Path(place)
        measure("breakout", breakout(), 60.0, (84, 84), arguments.seconds, root)
        measure("doom", doom(), 35.0, (84, 112), arguments.seconds, root)


if __name__ == "__main__":
    main()
