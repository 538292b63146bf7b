"""The most steps a second a training could make here, if all but two things were free.

Run it on a machine that has nothing else to do: `python benchmarks/limit.py [--game breakout]`; for Atari's
games, whose emulator computes on the core of its agent (Doom's engines are processes of their own).

One is the emulator: a process with one thread for each agent, all at once, as in training. In one process, as
in `throughput.py`, as many threads wait for each other. The other is the arithmetic of the network: what
acting and learning multiply and add in a step is counted, and divided by the speed of a product of two large
matrices, which is as fast as the processor computes. Moving pictures, activations, the optimiser and Python
come on top, and convolutions do not run as fast as that product, so a training stays below; `throughput.py`
tells how far.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import torch
from peers import COPIES
from throughput import batch, emulator, pace
from torch.utils.flop_counter import FlopCounterMode

from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.build import in_bfloat16, open_for_training


def arithmetic(game: str, eyes: str) -> float:
    """Return the floating-point operations of a step, acting and learning, over one rollout of the preset."""
    plugins = load_plugins()
    chosen = (*pace(game), f"eyes.size={eyes}", f"training.copies={COPIES}", "training.precision=float32")
    setup = choose(plugins, game=game, brain="a3c", assignments=chosen)
    learner, batch = open_for_training(plugins, setup, copies=COPIES, threads=1, seed=0)
    steps, learned = 0, False
    with products_only(), FlopCounterMode(display=False) as counter:
        while not learned:
            choice = learner.act(batch.observation, batch.starts, explore=True)
            learned = bool(learner.learn(batch.step(choice.actions)))
            steps += COPIES
    batch.close()
    return float(counter.get_total_flops()) / steps


@contextmanager
def products_only() -> Iterator[None]:
    """Compute an LSTM as products, which are counted; oneDNN's fused one is not."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "TF32 acceleration")  # Switching oneDNN tells of Intel's GPUs.
        with torch.backends.mkldnn.flags(enabled=False):
            yield


def product_speed(dtype: torch.dtype, seconds: float, size: int = 512) -> float:
    """Return the operations a second of matrix products on one thread: of the time of the middle one."""
    torch.set_num_threads(1)
    left, right = torch.randn(size, size).to(dtype), torch.randn(size, size).to(dtype)
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        torch.mm(left, right)
        times.append(time.perf_counter() - start)
    return 2.0 * size**3 / statistics.median(times)


def at_once(measure: Callable[..., float], *arguments: object, agents: int) -> float:
    """Return the mean of what `agents` processes measure at the same time."""
    with ProcessPoolExecutor(agents, multiprocessing.get_context("spawn")) as pool:
        return statistics.mean(
            one.result() for one in [pool.submit(measure, *arguments) for _ in range(agents)]
        )


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--game", default="breakout")
    parser.add_argument("--agents", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=10.0)
    chosen = parser.parse_args()
    dtype = torch.bfloat16 if in_bfloat16("auto") else torch.float32
    alone = emulator(chosen.game, chosen.seconds, chosen.agents)
    each = at_once(batch, chosen.game, chosen.seconds, 1, agents=chosen.agents)
    speed = at_once(product_speed, dtype, chosen.seconds, agents=chosen.agents)
    print(f"emulator alone: {alone:,.0f} steps/s; in processes {chosen.agents} × {each:,.0f}")
    print(f"products of matrices in {str(dtype).removeprefix('torch.')}: {speed / 1e9:,.0f} GFLOP/s a core\n")
    print("| eyes | MFLOP a step | ms a step | at most, steps/s | of the emulator |\n|---|---|---|---|---|")
    for eyes in ("nature", "small"):
        operations = arithmetic(chosen.game, eyes)
        seconds = operations / speed
        most = chosen.agents / (1 / each + seconds)
        row = f"| {eyes} | {operations / 1e6:.1f} | {1000 * seconds:.2f} | {most:,.0f} | {most / alone:.0%} |"
        print(row)


if __name__ == "__main__":
    main()
