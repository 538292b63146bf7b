"""Fully connected layers, as a botplay plugin."""

from collections.abc import Iterable

from botcore import Part, hookimpl


@hookimpl
def botplay_parts() -> Iterable[Part]:
    """Give the neurons `dense`."""
    yield Part(
        name="dense",
        role="neurons",
        summary="Fully connected layers with ReLU.",
        build="botplay_neurons.dense:build",
        settings="botplay_neurons.dense:DenseSettings",
    )
