"""What drawing costs: every panel, and the whole window, at several sizes.

    python benchmarks/window_cost.py [--frames 300]

It needs no display. Costs are processor time, so that a busy machine says about the same. A frame of
Breakout lasts 16.7 ms, one of Doom 28.6 ms.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pygame

from botcore.contracts.moment import Decision, Moment
from botcore.window.canvas import Canvas
from botcore.window.scene import Scene, SceneAbout
from botcore.window.status import Status
from botcore.window.theme import BACKGROUND, Sizes, Typeface

ACTIONS = 54  # as many as Doom's deadly corridor has
MOMENTS = 400
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


def main() -> None:
    """Measure at every size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    frames = parser.parse_args().frames
    random = np.random.default_rng(0)
    moments = [moment(step, random) for step in range(MOMENTS)]
    for size in SIZES:
        measure(size, moments, frames)


if __name__ == "__main__":
    main()
