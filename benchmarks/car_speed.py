"""How many steps a second the batch of cars makes on one core.

Run it: `python benchmarks/car_speed.py [--cars 4096] [--seconds 5] [--scenario city]`.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from botcore import OpenRequest
from botplay_car.batch import open_cars


def measure(scenario: str, cars: int, seconds: float) -> float:
    """Return car-steps a second with random actions, resets included.

    It uses one thread: NumPy uses more only for linear algebra, of which there is none here.
    """
    batch = open_cars(OpenRequest(scenario, "default", copies=cars))
    batch.reset(seed=0)
    actions = np.random.default_rng(0).integers(0, 3, (64, cars))
    steps, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        batch.step(actions[steps % len(actions)])
        steps += 1
    return steps * cars / (time.perf_counter() - start)


def main() -> None:
    """Measure and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cars", type=int, default=4096)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--scenario", default="city")
    chosen = parser.parse_args()
    speed = measure(chosen.scenario, chosen.cars, chosen.seconds)
    print(f"{chosen.scenario}, {chosen.cars} cars: {speed:,.0f} car-steps a second on one core")


if __name__ == "__main__":
    main()
