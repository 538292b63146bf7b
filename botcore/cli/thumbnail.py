"""`botplay thumbnail`: a game's picture for the start screen, for authors of games."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import click

from botcore.cli.options import FILE, chosen, load, model_option, who_plays_what
from botcore.errors import BotplayError
from botcore.seeds import LARGEST_SEED

WIDTH, HEIGHT = 240, 180  # pixels


@click.command(hidden=True)
@who_plays_what()
@model_option
@click.option("--seed", type=click.IntRange(0, LARGEST_SEED), default=0, show_default=True)
@click.option("--step", type=click.IntRange(min=0), default=60, show_default=True, help="Which picture.")
@click.option("--to", type=FILE, required=True, metavar="FILE.png", help="Where it is written.")
def thumbnail(
    *, model: Path | None, seed: int, step: int, to: Path, no_plugin: tuple[str, ...], **names: Any
) -> None:
    """Play to a step and write its picture, made small, as `Game.thumbnail` wants it."""
    from botcore.live import open_live

    plugins = load(no_plugin)
    live = open_live(plugins, chosen(plugins, names), model=model, episodes=1, seed=seed, record=False)
    try:
        seen = [moment.pictures[-1] for moment in islice(live.moments, step + 1) if moment.pictures]
    finally:
        live.session.close()
    if not seen:
        raise BotplayError("this game gives no pictures")
    _write(seen[-1], to)
    click.echo(f"{to}: {to.stat().st_size:,} bytes")


def _write(pixels: Any, to: Path) -> None:
    """Write a picture; one with a side beyond WIDTH is made to fit into WIDTH and HEIGHT.

    A smaller one (Atari's, 160 by 210) keeps its own pixels: made a little smaller it would only be blurred.
    """
    import botcore.window  # noqa: F401  (before pygame: it silences the banner)

    import pygame  # isort: skip

    from botcore.window.canvas import as_surface

    picture = as_surface(pixels)
    scale = min(WIDTH / picture.get_width(), HEIGHT / picture.get_height())
    if max(picture.get_size()) > WIDTH:
        size = round(picture.get_width() * scale), round(picture.get_height() * scale)
        picture = pygame.transform.smoothscale(picture, size)
    try:
        pygame.image.save(picture, str(to))
    except (OSError, pygame.error) as error:
        raise BotplayError(f"cannot write {to} (a name that ends in .png): {error}") from error
