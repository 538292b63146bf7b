"""Q-learning as a botplay plugin."""

from collections.abc import Iterable

from botcore import Brain, hookimpl


@hookimpl
def botplay_brains() -> Iterable[Brain]:
    """Give the brain `qlearning`."""
    yield Brain(
        name="qlearning",
        summary="Q-learning: a table of states and actions, no network.",
        learner="botplay_qlearning.qlearning:QLearning",
        settings="botplay_qlearning.qlearning:QLearningSettings",
        accepts=frozenset({"discrete", "binned"}),
        presets="botplay_qlearning:presets.toml",
        rung=0,
    )
