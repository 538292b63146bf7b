"""A3C as a botplay plugin."""

from collections.abc import Iterable

from botcore import Brain, hookimpl


@hookimpl
def botplay_brains() -> Iterable[Brain]:
    """Give the brain `a3c`."""
    yield Brain(
        name="a3c",
        summary="Asynchronous advantage actor-critic: several agents, one shared model, eyes and memory.",
        learner="botplay_a3c.a3c:A3C",
        settings="botplay_a3c.settings:A3CSettings",
        eyes="conv",
        memory="lstm",
        neurons="dense",
        roles=frozenset({"eyes", "memory", "neurons"}),
        presets="botplay_a3c:presets.toml",
        rung=3,
    )
