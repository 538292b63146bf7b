"""How many steps a second training makes, beside the emulator alone and beside others that are installed.

Run it: `python benchmarks/throughput.py [--game breakout] [--rounds 3] [--seconds 20] [--out FOLDER]`,
and with `--sample-factory PYTHON` beside the Sample Factory of another environment (it needs an older NumPy).

Machines drift, so everything is measured in turn, `--rounds` times over, each time in a process of its own;
what counts is the median, and its ratio to the emulator's median in the same run. A step is one decision of
an agent. Start-up is left out: each measurement begins when the first steps are behind it. With `--out` a
table (`throughput.md`) and a plot (`throughput.svg`) are written.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from peers import COPIES, FACTORY_GAMES, PATIENCE, WARM_UP, sample_factory, stable_baselines3


def pace(game: str) -> tuple[str, ...]:
    """Return the settings that make a step four tics of Doom, as it is with the others."""
    return ("game.frame_skip=4",) if game.startswith("doom") else ()


def emulator(game: str, seconds: float, agents: int) -> float:
    """Return the steps a second of the engine with random actions and a thread for each agent.

    For Atari that is ALE's vector environment with the preprocessing it does itself.
    """
    if game != "breakout" and not game.startswith("atari/"):
        return batch(game, seconds, agents)
    from ale_py.vector_env import AtariVectorEnv

    rom = game.removeprefix("atari/")
    return at_random(AtariVectorEnv(rom, COPIES, num_threads=agents, use_fire_reset=False), seconds)


def batch(game: str, seconds: float, agents: int) -> float:
    """Return the steps a second of our batch of the game, as `emulator` counts them."""
    from botcore.environment import open_batch
    from botcore.plugins import load_plugins
    from botcore.setup import choose

    plugins = load_plugins()
    setup = choose(plugins, game=game, brain="a3c", assignments=pace(game))
    return at_random(open_batch(plugins, setup, copies=COPIES, threads=agents), seconds)


def at_random(envs: Any, seconds: float) -> float:
    """Return the steps a second of a batch of `COPIES` with random actions, and close it."""
    import numpy as np

    envs.reset(seed=0)
    actions = np.random.default_rng(0).integers(0, int(envs.single_action_space.n), (997, COPIES))
    rounds, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        envs.step(actions[rounds % len(actions)])
        rounds += 1
    rate = rounds * COPIES / (time.perf_counter() - start)
    envs.close()
    return rate


def ours(
    game: str, seconds: float, agents: int, eyes: str, precision: str = "auto", memory: str = "lstm"
) -> float:
    """Return the steps a second of `botplay train` with the preset's settings, these eyes and this memory."""
    import botcore
    from botcore.training.progress import Progress

    counted: list[tuple[float, int]] = []
    enough = threading.Event()

    def tell(progress: Progress) -> None:
        if enough.is_set():
            return
        if progress.steps:  # Agents start for seconds, on a slow disk for many.
            counted.append((progress.seconds, progress.steps))
        if counted and progress.seconds > counted[0][0] + WARM_UP + seconds:
            enough.set()
            signal.raise_signal(signal.SIGINT)  # as Ctrl-C: it saves and ends

    with tempfile.TemporaryDirectory() as folder:
        botcore.train(
            game,
            "a3c",
            minutes=(PATIENCE + WARM_UP + seconds) / 60,
            settings=(
                *pace(game),
                f"eyes.size={eyes}",
                f"training.precision={precision}",
                f"training.agents={agents}",
            ),
            memory=memory,
            folder=folder,
            install=False,
            tell=tell,
        )
    counted = [one for one in counted if one[0] > counted[0][0] + WARM_UP]
    (begin, before), (end, after) = counted[0], counted[-1]
    return (after - before) / (end - begin)


def subjects(game: str, agents: int, factory: Path | None) -> dict[str, Callable[[float], float]]:
    """Return what can be measured here, by name; the emulator first."""
    found: dict[str, Callable[[float], float]] = {
        "emulator alone": lambda seconds: emulator(game, seconds, agents),
        "a3c, nature eyes": lambda seconds: ours(game, seconds, agents, "nature"),
        "a3c, small eyes": lambda seconds: ours(game, seconds, agents, "small"),
        # The network of the others below, which have no memory.
        "a3c, nature eyes, no memory": lambda seconds: ours(game, seconds, agents, "nature", memory="none"),
        "a3c, nature eyes, float32": lambda seconds: ours(game, seconds, agents, "nature", "float32"),
    }
    if agents > 1:
        found["a3c, nature eyes, one agent"] = lambda seconds: ours(game, seconds, 1, "nature")
    if game == "breakout" and find_spec("stable_baselines3"):
        found["Stable-Baselines3 A2C"] = lambda seconds: stable_baselines3(game, seconds, agents)
    if factory is not None and game in FACTORY_GAMES:
        found["Sample Factory"] = lambda seconds: sample_factory(factory, game, seconds, agents)
    return found


def measure_apart(name: str, chosen: argparse.Namespace) -> float:
    """Measure one subject in a process of its own."""
    command = [sys.executable, __file__, "--game", chosen.game, "--agents", str(chosen.agents)]
    command += ["--seconds", str(chosen.seconds), "--only", name]
    command += ["--sample-factory", str(chosen.sample_factory)] if chosen.sample_factory else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.split()[-1])


def table(rates: dict[str, list[float]]) -> str:
    """Return a table in Markdown: median, range, and the ratio to the first subject."""
    top = statistics.median(next(iter(rates.values())))
    rows = ["| what | steps/s (median) | least to most | of the emulator |", "|---|---|---|---|"]
    for name, values in rates.items():
        middle = statistics.median(values)
        rows.append(
            f"| {name} | {middle:,.0f} | {min(values):,.0f} to {max(values):,.0f} | {middle / top:.0%} |"
        )
    return "\n".join(rows) + "\n"


def plot(rates: dict[str, list[float]]) -> str:
    """Return a bar a subject, as SVG."""
    row, left, width = 34, 230, 460
    most = max(max(values) for values in rates.values())
    bars = []
    for number, (name, values) in enumerate(rates.items()):
        top, middle = 12 + number * row, statistics.median(values)
        length = width * middle / most
        bars.append(f'<text x="{left - 10}" y="{top + 15}" text-anchor="end">{name}</text>')
        bars.append(f'<rect x="{left}" y="{top}" width="{length:.1f}" height="20" fill="#0072b2"/>')
        bars.append(f'<text x="{left + length + 8:.1f}" y="{top + 15}">{middle:,.0f}</text>')
    size = f'width="{left + width + 90}" height="{24 + row * len(rates)}"'
    style = 'font-family="sans-serif" font-size="13"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{"".join(bars)}</svg>\n'


def main() -> None:
    """Measure in turn, print the table, write table and plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--game", default="breakout")
    parser.add_argument("--agents", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sample-factory", type=Path, help="a Python that has Sample Factory")
    parser.add_argument("--only", help="measure one thing once, and print its steps a second")
    chosen = parser.parse_args()
    known = subjects(chosen.game, chosen.agents, chosen.sample_factory)
    if chosen.only:
        print(known[chosen.only](chosen.seconds))
        return
    rates: dict[str, list[float]] = {name: [] for name in known}
    for number in range(chosen.rounds):
        for name, values in rates.items():
            values.append(measure_apart(name, chosen))
            print(f"round {number + 1}: {name}: {values[-1]:,.0f} steps/s", file=sys.stderr)
    print(table(rates))
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "throughput.md").write_text(table(rates), "utf-8")
        (chosen.out / "throughput.svg").write_text(plot(rates), "utf-8")


if __name__ == "__main__":
    main()
