"""How long a person waits for help and lists, and for the first frame of Breakout beside `import torch`.

Run it: `python benchmarks/startup.py [--rounds 7]`. Everything is measured in turn, each time in a process of
its own, and the medians are printed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

HOST = "from botcore.cli.main import main; main()"
FIRST_FRAME = "import botcore; next(botcore.play('breakout', 'a3c', seed=0))"
COMMANDS = {
    "botplay --help": [HOST, "--help"],
    "botplay list": [HOST, "list"],
    "import torch": ["import torch"],
    "first frame of Breakout": [FIRST_FRAME],
}


def seconds(arguments: list[str]) -> float:
    """Return how long a Python process takes with these arguments after `-c`."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure in turn and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(parser.parse_args().rounds):
        for name, arguments in COMMANDS.items():
            taken[name].append(seconds(arguments))
    for name, values in taken.items():
        print(f"{name:<26} {statistics.median(values):6.2f} s")
    extra = statistics.median(taken["first frame of Breakout"]) - statistics.median(taken["import torch"])
    print(f"the first frame comes {extra:.2f} s after `import torch` alone")


if __name__ == "__main__":
    main()
