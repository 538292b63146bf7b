"""Convolutions, as a botplay plugin."""

from collections.abc import Iterable

from botcore import Part, hookimpl


@hookimpl
def botplay_parts() -> Iterable[Part]:
    """Give the eyes `conv`."""
    yield Part(
        name="conv",
        role="eyes",
        summary="Convolutions, then one layer of features (A3C-2016 or Nature-2015 size).",
        build="botplay_eyes.conv:build",
        settings="botplay_eyes.conv:ConvSettings",
    )
