"""Chance, as a botplay plugin."""

from collections.abc import Iterable

from botcore import Brain, hookimpl


@hookimpl
def botplay_brains() -> Iterable[Brain]:
    """Give the brain `random`."""
    yield Brain(
        name="random",
        summary="Chance: every action is as likely as any other.",
        learner="botplay_random.chance:Chance",
        accepts=frozenset({"pixels", "vector", "discrete", "binned"}),
        trains=False,
    )
