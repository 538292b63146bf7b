"""Does a brain keep the contract?"""

from __future__ import annotations

import tempfile
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from gymnasium.spaces import Space
from numpy.typing import NDArray

from botcore.agent import build_learner, check_choice
from botcore.contracts.learner import Choice, Experience, Learner, Snapshot
from botcore.environment import action_count, open_env
from botcore.errors import BotplayError
from botcore.plugins import Plugins
from botcore.setup import choose
from botcore.training.build import ALIKE, check_learns, own_names
from botcore.training.checkpoint import read_checkpoint, write_checkpoint

STEPS = 50


def check_brain(
    plugins: Plugins,
    brain: str,
    *,
    game: str,
    eyes: str | None = None,
    memory: str | None = None,
    neurons: str | None = None,
    settings: tuple[str, ...] = (),
) -> None:
    """Build a brain for a game, let it act and learn on random experience, and move its weights about.

    Args:
        eyes, memory, neurons: parts to put in, as on the command line (`none` takes one out).
        settings: what else is to be set, as in `("learner.gamma=0.9", "memory.size=8")`.

    Raises:
        AssertionError: the contract is broken; the message says where.
        BotplayError: the brain cannot play this game.
    """
    setup = choose(
        plugins, game=game, brain=brain, eyes=eyes, memory=memory, neurons=neurons, assignments=settings
    )
    env = open_env(plugins, setup, pictures=False)
    space, actions = env.observation_space, action_count(env.action_space)
    env.close()

    def build(seed: int) -> Learner:
        return build_learner(plugins, setup, space, actions, seed=seed)

    learner = build(0)
    _check_names(learner)
    if plugins.brain(setup.brain).trains:
        _check_trains(learner, setup.brain)
    _check_acting(learner, space, actions)
    _check_learning(learner, space, actions)
    if learner.asynchronous:
        _check_sharing(learner, build(4), space, actions)
    other = build(1)
    other.load_weights(learner.weights())
    _check_same(learner, other, space, "weights")
    other = build(2)
    other.restore(_through_a_file(learner.snapshot()))
    _check_same(learner, other, space, "a snapshot")
    try:
        build(3).load_weights({**learner.weights(), "not_of_this_brain": np.zeros(1)})
    except ValueError:
        return
    raise AssertionError("load_weights must raise ValueError for weights that do not fit")


def _check_names(learner: Learner) -> None:
    """Find methods that nobody will ever call, since they are called nearly as what is left out."""
    kind = type(learner)
    left_out = [name for name in vars(Learner) if getattr(kind, name) is getattr(Learner, name)]
    for name in own_names(learner):
        close = get_close_matches(name, left_out, n=1, cutoff=ALIKE)
        assert not close, f"{kind.__name__} has {name!r}, which nobody asks for; did you mean {close[0]!r}?"


def _check_trains(learner: Learner, brain: str) -> None:
    try:
        check_learns(learner, brain)
    except BotplayError as error:
        raise AssertionError(str(error)) from error


def _observations(space: Space[object], count: int, seed: int) -> np.ndarray:
    space.seed(seed)
    return np.stack([np.asarray(space.sample()) for _ in range(count)])


def _check_acting(learner: Learner, space: Space[object], actions: int) -> None:
    for count in (1, 3, 2):  # the number of copies may change: training, then live play
        for explore in (True, False):
            seen = _observations(space, count, 1)
            choice = _act(learner, seen, np.ones(count, np.bool_), actions, explore=explore)
            if choice.probabilities is not None:
                np.testing.assert_allclose(choice.probabilities.sum(-1), 1, rtol=1e-4)
            choice.decision(count - 1)
        learner.hear(np.zeros(count, np.float32))


def _act(
    learner: Learner, seen: NDArray[np.generic], starts: NDArray[np.bool_], actions: int, *, explore: bool
) -> Choice:
    """Let it choose, and check the choice; what it was given belongs to the game and to the recording."""
    before = seen.copy(), starts.copy()
    choice = learner.act(seen, starts, explore=explore)
    try:
        check_choice(choice, copies=len(seen), actions=actions, brain=type(learner).__name__)
    except BotplayError as error:
        raise AssertionError(str(error)) from error
    for given, kept in zip((seen, starts), before, strict=True):
        np.testing.assert_array_equal(given, kept, err_msg="act() must not write into what it is given")
    return choice


def _through_a_file(snapshot: Snapshot) -> Snapshot:
    """Write a snapshot into a checkpoint and read it again, as a training that is resumed does."""
    assert isinstance(snapshot, Snapshot), f"snapshot() gives {snapshot!r:.80} where a Snapshot belongs"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "checkpoint.safetensors"
        try:
            write_checkpoint(file, snapshot, {})
        except Exception as error:
            raise AssertionError(
                "a snapshot must hold NumPy arrays, and facts that JSON can hold (numbers, texts, lists): "
                f"{type(error).__name__}: {error}"
            ) from error
        return read_checkpoint(file)[0]


def _check_learning(learner: Learner, space: Space[object], actions: int) -> None:
    random, count = np.random.default_rng(0), 4
    seen, starts = _observations(space, count, 2), np.ones(count, np.bool_)
    wasted = np.zeros(count, np.bool_)
    for step in range(STEPS):
        choice = _act(learner, seen, starts, actions, explore=True)
        following = _observations(space, count, 3 + step)
        ends = (random.random(count) < 0.1) & ~wasted
        by_itself = random.random(count) < 0.5
        metrics = learner.learn(
            Experience(
                observation=seen,
                actions=choice.actions,
                reward=np.where(wasted, 0, random.normal(size=count)).astype(np.float32),
                next_observation=following,
                terminated=ends & by_itself,
                truncated=ends & ~by_itself,
                valid=~wasted,
            )
        )
        assert all(isinstance(value, float) and np.isfinite(value) for value in metrics.values()), metrics
        learner.progress((step + 1) / STEPS)
        seen, starts, wasted = following, wasted, ends
    assert all(np.isfinite(array).all() for array in learner.weights().values()), (
        "weights are not numbers any more"
    )


def _check_sharing(learner: Learner, agent: Learner, space: Space[object], actions: int) -> None:
    """An agent that joins has the weights of the one that shares, and what it learns both have."""
    try:
        agent.join(learner.share(), 0)
    except NotImplementedError as error:
        raise AssertionError(f"{error}: it needs share() and join(), or asynchronous = False") from error
    shared, joined = learner.weights(), agent.weights()
    assert all(np.array_equal(shared[name], joined[name]) for name in shared), (
        "join() must give an agent the weights that share() shared"
    )
    _check_learning(agent, space, actions)
    shared, joined = learner.weights(), agent.weights()
    assert all(np.array_equal(shared[name], joined[name]) for name in shared), (
        "what an agent learns after join() must be learned by the others too, not by a copy"
    )


def _check_same(first: Learner, second: Learner, space: Space[object], what: str) -> None:
    seen, starts = _observations(space, 5, 9), np.ones(5, np.bool_)
    choices = []
    for learner in (first, second):
        learner.seed(4)
        choices.append(learner.act(seen, starts, explore=False))
    assert (choices[0].actions == choices[1].actions).all(), f"{what} must carry everything that acting needs"
    for name in ("probabilities", "q_values", "values"):
        one, other = getattr(choices[0], name), getattr(choices[1], name)
        if one is not None:
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5, err_msg=f"{what} must carry {name}")
