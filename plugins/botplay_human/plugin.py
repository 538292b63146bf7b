"""A person, as a botplay plugin."""

from collections.abc import Iterable

from botcore import Brain, hookimpl


@hookimpl
def botplay_brains() -> Iterable[Brain]:
    """Give the brain `human`."""
    yield Brain(
        name="human",
        summary="You: the keyboard as a brain.",
        learner="botplay_human.person:Person",
        accepts=frozenset({"pixels", "vector", "discrete", "binned"}),
        trains=False,
        tags={"keyboard": "yes"},
    )
