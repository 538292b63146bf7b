"""Deep Q-learning as a botplay plugin: `dqn` on neurons, `nstep-dqn` with eyes."""

from collections.abc import Iterable

from botcore import Brain, hookimpl


@hookimpl
def botplay_brains() -> Iterable[Brain]:
    """Give the brains `dqn` and `nstep-dqn`."""
    yield Brain(
        name="dqn",
        summary="Deep Q-learning: neurons, experience replay, a target network.",
        learner="botplay_dqn.dqn:DQN",
        settings="botplay_dqn.settings:DQNSettings",
        neurons="dense",
        roles=frozenset({"eyes", "neurons"}),
        presets="botplay_dqn:dqn.toml",
        rung=1,
    )
    yield Brain(
        name="nstep-dqn",
        summary="Deep convolutional Q-learning with returns over ten steps.",
        learner="botplay_dqn.dqn:DQN",
        settings="botplay_dqn.settings:NStepDQNSettings",
        eyes="conv",
        neurons="dense",
        roles=frozenset({"eyes", "neurons"}),
        presets="botplay_dqn:nstep-dqn.toml",
        rung=2,
    )
