"""Learning curves of trained models: the mean of the last 100 training returns over steps and over minutes.

Run it: `python benchmarks/curves.py MODEL... --to FILE.svg`, each MODEL a folder with a card, or a name that
`botplay models` lists; up to six models of one game (for example three seeds) share the axes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from html import escape
from pathlib import Path

from botcore.errors import BotplayError
from botcore.models import Model, called_model
from botcore.plugins import load_plugins

COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
)  # Okabe and Ito: colour-blind safe
WIDTH, HEIGHT, LEFT, TOP, GAP = 360, 220, 56, 28, 70
Points = list[tuple[float, float]]


def figure(value: float) -> str:
    """Return an end of an axis, short."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"


def axes(left: float, most_x: float, low: float, high: float, label: str) -> str:
    """Return the frame of one plot with the ends of its axes."""
    bottom = TOP + HEIGHT
    return (
        f'<rect x="{left}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#888"/>'
        f'<text x="{left - 6}" y="{TOP + 10}" text-anchor="end">{figure(high)}</text>'
        f'<text x="{left - 6}" y="{bottom}" text-anchor="end">{figure(low)}</text>'
        f'<text x="{left}" y="{bottom + 18}">0</text>'
        f'<text x="{left + WIDTH}" y="{bottom + 18}" text-anchor="end">{most_x:,.4g}</text>'
        f'<text x="{left + WIDTH / 2}" y="{bottom + 18}" text-anchor="middle">{label}</text>'
    )


def line(points: Points, left: float, most_x: float, low: float, high: float, colour: str) -> str:
    """Return one curve."""
    places = (
        f"{left + WIDTH * x / most_x:.1f},{TOP + HEIGHT * (high - y) / (high - low):.1f}" for x, y in points
    )
    return f'<polyline points="{" ".join(places)}" fill="none" stroke="{colour}" stroke-width="1.6"/>'


def legend(models: Sequence[Model]) -> list[str]:
    """Return the curves' names in their colours, one after the other; a name is told once."""
    drawn, left, before = [], LEFT, ""
    for model, colour in zip(models, COLOURS, strict=False):
        name = f"seed {model.card.seed}" if model.name == before else f"{model.name}, seed {model.card.seed}"
        drawn.append(f'<text x="{left}" y="18" fill="{colour}">{escape(name)}</text>')
        left, before = left + 8 * len(name) + 20, model.name
    return drawn


def picture(models: Sequence[Model]) -> str:
    """Return an SVG: return over millions of steps on the left, over minutes on the right."""
    curves = [model.card.curve for model in models]
    scores = [point[2] for curve in curves for point in curve]
    low, high = min(0.0, *scores), max(*scores, 1.0)
    drawn = []
    for number, (label, scale) in enumerate((("million steps", 1e-6), ("minutes", 1.0))):
        left = LEFT + number * (WIDTH + GAP)
        most = max(point[number] * scale for curve in curves for point in curve) or 1.0  # 0.00 minutes
        drawn.append(axes(left, most, low, high, label))
        for curve, colour in zip(curves, COLOURS, strict=False):
            points = [(point[number] * scale, point[2]) for point in curve]
            drawn.append(line(points, left, most, low, high, colour))
    drawn += legend(models)
    size = f'width="{LEFT + 2 * WIDTH + GAP + 20}" height="{TOP + HEIGHT + 30}"'
    style = 'font-family="sans-serif" font-size="12" fill="#666"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{"".join(drawn)}</svg>\n'


def main() -> None:
    """Draw the curves of the models that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL")
    parser.add_argument("--to", required=True, type=Path, metavar="FILE.svg")
    chosen = parser.parse_args()
    if len(chosen.models) > len(COLOURS):
        parser.error(f"there are colours for {len(COLOURS)} models, not for {len(chosen.models)}")
    plugins = load_plugins()
    try:
        models = [called_model(plugins, path) for path in chosen.models]
    except BotplayError as error:
        parser.error(str(error))
    if bare := [model.folder for model in models if not model.card.curve]:
        parser.error(f"there is no learning curve on the card in {bare[0]}")
    chosen.to.write_text(picture(models), "utf-8")


if __name__ == "__main__":
    main()
