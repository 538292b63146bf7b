"""The kit finds what the host would stumble over: in games, in brains, in parts of networks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from numpy.typing import NDArray

from botcore import (
    BotplayError,
    Brain,
    Choice,
    Experience,
    Game,
    Learner,
    Part,
    RewardRule,
    Scenario,
    Size,
    Snapshot,
    hookimpl,
)
from botcore.plugins import Plugins
from botcore.setup import choose
from botcore.testing import check_brain, check_game, check_part, plugins_for
from botcore.training.build import open_for_training


class Walk(gymnasium.Env[Any, int]):
    """A game that keeps the contract, but for what it is given."""

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"]}
    observation_space: Any = gymnasium.spaces.Box(0, 100, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    render_mode = "rgb_array"
    info: dict[str, Any] = {}
    early = late = 1.0
    first: Any = None
    picture: Any = np.zeros((8, 8, 3), np.uint8)
    keys: dict[Any, Any] = {"a": 0}
    commands_: dict[str, Any] = {"f5": ("save", print)}

    def __init__(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        self.metadata = {**Walk.metadata, **fields.get("told", {})}

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.time = 0
        first = np.zeros(self.observation_space.shape, np.float32) if self.first is None else self.first
        return first, deepcopy(self.info)

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.time += 1
        seen = np.full(self.observation_space.shape, self.time, np.float32)
        return seen, self.early if self.time < 5 else self.late, False, self.time == 20, deepcopy(self.info)

    def render(self) -> Any:
        return self.picture

    def get_keys_to_action(self) -> dict[Any, Any]:
        return self.keys

    def commands(self) -> dict[str, Any]:
        return self.commands_


DEFAULT = (Scenario("default"),)


def walk(open_batch: Any = None, env: Any = Walk, scenarios: Any = DEFAULT, **fields: Any) -> Plugins:
    class Plugin:
        @hookimpl
        def botplay_games(self) -> Iterable[Game]:
            rule = RewardRule(bonuses={"bonus": 1.0})
            yield Game("walk", "Walk.", lambda r: env(**fields), open_batch, scenarios, reward=rule)

    return plugins_for(Plugin())


def test_what_is_right_passes() -> None:
    told = {
        "render_fps": 12.5,
        "action_names": ("a", "b"),
        "observation_names": ("x", "y"),
        "counts": ("bonus",),
    }
    info = {"lives": 3, "bonus": np.array([1.5]), "word": "hi"}
    keys = {("w", "d"): 1, "left": 0, (): 0, "wd": 1}
    check_game(walk(told=told, info=info, keys=keys), "walk")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"told": {"render_fps": "fast"}}, "render_fps'] is 'fast', not a number from 0.1 to 1000"),
        ({"told": {"render_fps": 0}}, "render_fps'] is 0, not"),
        ({"told": {"render_fps": -5}}, "render_fps'] is -5, not"),
        ({"told": {"action_names": ("a", "b", "c")}}, "there are 3 action_names, not 2"),
        ({"told": {"observation_names": ("x",)}}, "there are 1 observation_names, not 2"),
        ({"told": {"action_names": ("a", "b\n")}}, "action_names: a name has 1 to 200 printable"),
        ({"told": {"counts": ("",)}}, "counts: a name has 1 to 200 printable"),
        ({"told": {"counts": ("bonus")}}, "counts is the text 'bonus', not a list of names"),
        ({"told": {"action_names": ("ab")}}, "action_names is the text 'ab', not a list of names"),
        ({"told": {"counts": ("word",)}, "info": {"word": "hi"}}, "info['word'] is 'hi', not a number"),
        ({"observation_space": gymnasium.spaces.Box(0, 1, (0,), np.float32)}, "its observation is empty"),
        ({"picture": np.zeros((8, 8, 3))}, "pictures are uint8"),
        ({"info": {"pictures": [np.zeros((8, 8, 3))]}}, "pictures are uint8"),
        ({"info": {"lives": "three"}}, "info['lives'] is 'three', not a number"),
        ({"info": {"lives": None}}, "info['lives'] is None, not a number"),
        ({"info": {"bonus": "much"}}, "info['bonus'] is 'much', not a number"),
        ({"info": {"hash": 2**80}}, "info['hash'] is a number that is too large"),
        ({"keys": {("zz",): 1}}, "get_keys_to_action: ('zz',): 1: no key is called 'zz'"),
        ({"late": float("nan")}, "a reward must be a number, not nan"),
        ({"keys": ["a", "d"]}, "get_keys_to_action gives ['a', 'd'], not a mapping of keys"),
        ({"commands_": ["c"]}, "commands gives ['c'], not a mapping of keys"),
        ({"commands_": {"c": print}}, "commands: 'c' is <built-in function print>, not (label, function)"),
        ({"first": [0.0, 0.0]}, "reset() gives [0.0, 0.0], which is no NumPy array"),
        ({"first": np.zeros(2)}, "reset() gives [2] float64, 0.0 to 0.0, which is not in its observation_sp"),
        ({"first": np.full(2, 101, np.float32)}, "reset() gives [2] float32, 101.0 to 101.0, which is not"),
        ({"picture": None}, "pictures are uint8, [H, W, 3], not None"),
        (
            {"info": {"bonsu": 1}},
            "info has no 'bonus', which the reward rule or metadata['counts'] names; did",
        ),
        ({"late": True, "early": True}, "The reward returned by `step()` must be a float, int, np.integer"),
        ({"scenarios": (Scenario("a"), Scenario("a"))}, "two scenarios have the same name: ['a', 'a']"),
        ({"keys": {"a": 7}}, "'a' does 7, of 2 actions"),
        ({"keys": {"a": "jump"}}, "get_keys_to_action: 'a': 'jump'"),
        ({"keys": {3.5: 1}}, "get_keys_to_action: 3.5: 1"),
        ({"commands_": {"nokey": ("x", print)}}, "commands: no key is called 'nokey'"),
        ({"commands_": {"c": ("x", None)}}, "commands: 'c' does None, which cannot be called"),
    ],
)
def test_a_games_mistakes_are_told(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(AssertionError) as raised:
        check_game(walk(**fields), "walk")
    assert words in str(raised.value)


def test_what_a_game_warns_of_is_the_games() -> None:
    class Old(Walk):
        def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
            warnings.warn("an engine of last year", DeprecationWarning, stacklevel=1)
            return super().step(action)

    with pytest.warns(DeprecationWarning, match="an engine of last year"):
        check_game(walk(env=Old), "walk")


@pytest.mark.parametrize("size", [2, 3])
def test_a_batch_of_another_size_is_told(size: int) -> None:
    def batch(request: Any) -> SyncVectorEnv:
        return SyncVectorEnv([Walk] * size, autoreset_mode=AutoresetMode.NEXT_STEP)

    with pytest.raises(BotplayError, match=f"holds {size} copies"):
        check_game(walk(batch), "walk")


TOLD = {"bonus": 2.0}


class Together(SyncVectorEnv):
    """Two or more `Walk`s, in a batch that keeps the contract but for what a test takes out."""

    def __init__(
        self,
        count: int,
        *,
        factor: float = 1.0,
        told: bool = True,
        ends: bool = True,
        at_once: bool = False,
        **more: Any,
    ) -> None:
        mode = AutoresetMode.SAME_STEP if at_once else AutoresetMode.NEXT_STEP
        super().__init__([lambda: Walk(info=TOLD)] * count, autoreset_mode=mode, **more)
        self.metadata = {**self.metadata, "autoreset_mode": AutoresetMode.NEXT_STEP}
        self.factor, self.told, self.ends = factor, told, ends

    def step(self, actions: Any) -> Any:
        observation, reward, terminated, truncated, info = super().step(actions)
        truncated = truncated & self.ends
        return observation, self.factor * reward, terminated, truncated, info if self.told else {}


class Paying(Together):
    """Pays for the step that resets a copy."""

    def step(self, actions: Any) -> Any:
        observation, reward, *rest = super().step(actions)
        return observation, np.where(observation[:, 0] == 0, 1.0, reward), *rest


class EndingTwice(Together):
    """Says of the step that resets a copy that its episode ends with it."""

    def step(self, actions: Any) -> Any:
        observation, reward, terminated, truncated, info = super().step(actions)
        return observation, reward, terminated, truncated | (observation[:, 0] == 0), info


class Near(Walk):
    """Tells the whole number 0 where it is far, and how near it is where it is near."""

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        seen, paid, over, cut, _ = super().step(action)
        self.near = self.np_random.random()
        return seen, paid, over, cut, {"bonus": max(0, self.near - 0.5)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"factor": 2.0}, "batch and single must pay the same"),
        ({"told": False}, r"a batch must tell info\['bonus'\] as the single game does"),
        ({"copy": False}, "must not write into what it has shown already"),
        ({"ends": False}, "batch and single must end together"),
        (
            {"at_once": True},
            "copy 0 of a batch must show what a single game of its seed shows, at its end too",
        ),
    ],
)
def test_a_batch_that_trains_for_another_game_is_told(change: dict[str, Any], words: str) -> None:
    check_game(walk(lambda request: Together(request.copies), info=TOLD), "walk")
    with pytest.raises(AssertionError, match=words):
        check_game(walk(lambda request: Together(request.copies, **change), info=TOLD), "walk")


@pytest.mark.parametrize("kind", [Paying, EndingTwice])
def test_a_batch_that_pays_for_a_reset_or_ends_with_it_is_told(kind: type[Together]) -> None:
    with pytest.raises(AssertionError, match="the step after an end must only reset that copy"):
        check_game(walk(lambda request: kind(request.copies), info=TOLD), "walk")


@pytest.mark.parametrize(
    ("space", "words"),
    [
        ({"observation_space": gymnasium.spaces.Box(0, 99, (2,), np.float32)}, "must show the same"),
        ({"action_space": gymnasium.spaces.Discrete(3)}, "must have the same actions"),
    ],
)
def test_a_batch_of_another_space_than_the_single_game_is_told(space: dict[str, Any], words: str) -> None:
    def batch(request: Any) -> SyncVectorEnv:
        other = [lambda: Walk(**space)] * request.copies
        return SyncVectorEnv(other, autoreset_mode=AutoresetMode.NEXT_STEP)

    with pytest.raises(AssertionError, match=f"batch and single {words}"):
        check_game(walk(batch), "walk")


class Drifting(Walk):
    """Plays as its seed says for three steps, and then by chance: what it pays, or what it shows."""

    pays = shows = False

    def step(self, action: int) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        seen, paid, *rest = super().step(action)
        chance = np.random.default_rng().random() if self.time > 3 else 0.0
        return seen + np.float32(chance * self.shows), paid + chance * self.pays, *rest


@pytest.mark.parametrize(
    ("what", "words"), [("pays", "the same rewards"), ("shows", "the same observations")]
)
def test_a_game_that_goes_its_own_way_after_some_steps_is_told(what: str, words: str) -> None:
    with pytest.raises(AssertionError, match=f"the same seed must give {words}"):
        check_game(walk(env=Drifting, **{what: True}), "walk")


def test_a_batch_that_tells_whole_numbers_for_others_is_told() -> None:
    def batch(request: Any) -> SyncVectorEnv:
        return SyncVectorEnv([Near] * request.copies, autoreset_mode=AutoresetMode.NEXT_STEP)

    check_game(walk(env=Near), "walk")
    with pytest.raises(AssertionError, match=r"the same info\['bonus'\], not 0 and 0\.\d+ \(.*tell floats\)"):
        check_game(walk(batch, env=Near), "walk")


class Plain(Learner):
    """A learner that keeps the contract."""

    def __init__(self, request: Any) -> None:
        self.request, self.table = request, np.zeros(3, np.float32)

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        return Choice(np.zeros(len(observation), np.int64))

    def learn(self, experience: Experience) -> Mapping[str, float]:
        return {}

    def weights(self) -> dict[str, NDArray[Any]]:
        return {"table": self.table}

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        if set(weights) != {"table"}:
            raise ValueError("not mine")


class Unlearned(Plain):
    learn = Learner.learn


class Misspelled(Unlearned):
    def lern(self, experience: Experience) -> Mapping[str, float]:
        return {}


class Forgetful(Plain):
    def snap_shot(self) -> Snapshot:
        return Snapshot(self.weights())


class Deaf(Plain):
    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explor: bool) -> Choice:  # type: ignore[override]
        return Choice(np.zeros(len(observation), np.int64))


class Fractional(Plain):
    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        return Choice(np.full(len(observation), 0.7))  # type: ignore[arg-type]


class Beyond(Plain):
    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        return Choice(np.full(len(observation), 77))


class Scribbler(Plain):
    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        observation[...] = 7
        return super().act(observation, starts, explore=explore)


class Restarter(Plain):
    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        starts[...] = False
        return super().act(observation, starts, explore=explore)


class Oversure(Plain):
    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        count = len(observation)
        return Choice(np.zeros(count, np.int64), probabilities=np.ones((count, 2), np.float32))


class Endless(Plain):
    def learn(self, experience: Experience) -> Mapping[str, float]:
        return {"loss": float("inf")}


class Exploding(Plain):
    def learn(self, experience: Experience) -> Mapping[str, float]:
        self.table = self.table + np.float32("nan")
        return {}


class Valued(Plain):
    """Acts alike whatever it is; what it thinks of it is neither in its weights nor in its snapshot."""

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        count = len(observation)
        return Choice(np.zeros(count, np.int64), values=np.full(count, self.request.seed, np.float32))


class Amnesiac(Plain):
    """Its weights hold what acting needs, and its snapshot does not."""

    chosen = 0

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        self.table[0] = self.chosen = request.seed % 2

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        return Choice(np.full(len(observation), self.chosen))

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        super().load_weights(weights)
        self.table, self.chosen = weights["table"].copy(), int(weights["table"][0])

    def snapshot(self) -> Snapshot:
        return Snapshot({})

    def restore(self, snapshot: Snapshot) -> str | None:
        self.chosen = 1
        return None


class Unwritable(Plain):
    def snapshot(self) -> Snapshot:
        return Snapshot(self.weights(), {"loss": np.float32(1)})


class Shapeless(Plain):
    def snapshot(self) -> Any:
        return self.weights()


class Unshared(Plain):
    asynchronous = True


class Apart(Plain):
    asynchronous = True

    def __init__(self, request: Any) -> None:
        super().__init__(request)
        self.table = np.full(3, request.seed, np.float32)

    def share(self) -> Any:
        return self.table

    def join(self, handle: Any, agent: int) -> None:
        """Learn on alone."""


class Sharing(Apart):
    def join(self, handle: Any, agent: int) -> None:
        self.table = handle

    def learn(self, experience: Experience) -> Mapping[str, float]:
        self.table += 1
        return {}


class Copying(Sharing):
    def join(self, handle: Any, agent: int) -> None:
        self.table = handle.copy()


def brain_of(learner: Callable[[Any], Learner], **more: Any) -> Plugins:
    class Plugin:
        @hookimpl
        def botplay_brains(self) -> Iterable[Brain]:
            yield Brain("odd", "Odd.", learner=learner, **more)

    return plugins_for(Plugin())


@pytest.mark.parametrize(
    ("learner", "words"),
    [
        (
            Unlearned,
            r"its learner Unlearned has no learn\(\) \(a brain that has nothing to learn says trains",
        ),
        (Misspelled, "Misspelled has 'lern', which nobody asks for; did you mean 'learn'?"),
        (Forgetful, "Forgetful has 'snap_shot', which nobody asks for; did you mean 'snapshot'?"),
        (Fractional, "whole numbers"),
        (Beyond, "chose action 77, of 2"),
        (Scribbler, "must not write into what it is given"),
        (Restarter, "must not write into what it is given"),
        (Oversure, "Not equal to tolerance"),
        (Endless, "'loss': inf"),
        (Exploding, "weights are not numbers any more"),
        (Valued, "weights must carry values"),
        (Amnesiac, "a snapshot must carry everything that acting needs"),
        (Unwritable, "facts that JSON can hold .*float32"),
        (Shapeless, "where a Snapshot belongs"),
        (Unshared, r"Unshared is not asynchronous: it needs share\(\) and join\(\), or asynchronous = False"),
        (Apart, "must give an agent the weights that"),
        (Copying, "must be learned by the others too"),
    ],
)
def test_a_brains_mistakes_are_told(learner: type[Learner], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check_brain(brain_of(learner), "odd", game="gym:CartPole-v1")


def test_a_method_that_takes_other_arguments_is_told_when_the_brain_is_built() -> None:
    words = r"Deaf.act is called with \(observation, starts, explore=...\), and it takes .*argument: 'explor'"
    with pytest.raises(BotplayError, match=words):
        check_brain(brain_of(Deaf), "odd", game="gym:CartPole-v1")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "Stateless",
            r"memory odd: forward must give \(features \[T, N, F\], state\), not Tensor \[1, 1, 512\]",
        ),
        ("Listed", r"memory odd: its state must be a tuple of tensors, not list"),
        ("Collapsed", r"memory odd: forward must give .*, not Tensor \[1, 5\]"),
        ("Narrow", r"memory odd cannot take what it is given, \[512\]: RuntimeError: .* got 512 expected 99"),
    ],
)
def test_a_broken_part_is_blamed_itself_when_a_brain_is_built_with_it(kind: str, words: str) -> None:
    plugins = part_of("memory", globals()[kind])
    setup = choose(plugins, game="breakout", brain="a3c", memory="odd", assignments=("eyes.features=512",))
    with pytest.raises(BotplayError, match=words):
        open_for_training(plugins, setup, copies=2, threads=1, seed=0)


def test_a_learner_that_lacks_what_each_has_is_told() -> None:
    class Bare(Learner):
        def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
            raise NotImplementedError

    words = r"brain odd: its learner Bare has no load_weights\(\) and weights\(\)"
    with pytest.raises(BotplayError, match=words):
        check_brain(brain_of(Bare), "odd", game="gym:CartPole-v1")


def test_who_has_nothing_to_learn_says_so_and_passes() -> None:
    check_brain(brain_of(Unlearned, trains=False), "odd", game="gym:CartPole-v1")


def test_a_training_in_which_nothing_would_be_learned_is_refused() -> None:
    plugins = brain_of(Misspelled)
    setup = choose(plugins, game="gym:CartPole-v1", brain="odd")
    with pytest.raises(BotplayError, match=r"Misspelled has no learn\(\) \(is lern\(\) to be it\?\)"):
        open_for_training(plugins, setup, copies=2, threads=1, seed=0)


def test_agents_that_share_their_weights_pass() -> None:
    check_brain(brain_of(Sharing), "odd", game="gym:CartPole-v1")


def test_a_brain_is_checked_with_the_parts_it_is_to_have() -> None:
    made = []

    def learner(request: Any) -> Learner:
        network = request.network({"policy": request.actions})
        made.append((network.memory is not None, network.neurons is not None))
        return Plain(request)

    places = frozenset({"memory", "neurons"})
    check_brain(
        brain_of(learner, roles=places, neurons="dense"),
        "odd",
        game="gym:CartPole-v1",
        memory="lstm",
        neurons="none",
        settings=("memory.size=8",),
    )
    assert set(made) == {(True, False)}


@pytest.mark.parametrize(("role", "name"), [("eyes", "conv"), ("memory", "lstm"), ("neurons", "dense")])
def test_bundled_parts_pass(role: Any, name: str) -> None:
    check_part(plugins_for(), role, name)


@dataclass(frozen=True)
class CellSettings:
    """Settings."""

    size: Size = 5
    """Cells."""


class Cell(torch.nn.Module):
    """A memory that keeps the contract."""

    def __init__(self, inputs: int, size: int) -> None:
        super().__init__()
        self.size, self.cell = size, torch.nn.GRUCell(inputs, size)

    def initial(self, n: int) -> Any:
        return (torch.zeros(1, n, self.size),)

    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        cells, out = state[0][0], []
        for step in range(len(features)):
            cells = self.cell(features[step], self.cleared(cells, starts[step]))
            out.append(cells)
        return torch.stack(out), (cells[None],)

    def cleared(self, cells: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        return cells * (~starts)[:, None]


class Remembers(Cell):
    def cleared(self, cells: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        return cells


class RemembersInPlay(Cell):
    """Clears the state in the middle of a run alone, and a run of play is one step long."""

    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        first = torch.zeros_like(starts[:1])
        return super().forward(features, state, torch.cat([first, starts[1:]]))


class ForgetsAllInPlay(Cell):
    def cleared(self, cells: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        return cells * (~starts)[:, None]

    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        return super().forward(features, self.initial(3) if starts[0].any() else state, starts)


class Counting(Cell):
    """Keeps a number outside its parameters, as a running mean is kept."""

    def __init__(self, inputs: int, size: int) -> None:
        super().__init__(inputs, size)
        self.register_buffer("scale", torch.ones(1))
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        self.seen += len(features)
        return super().forward(features, state, starts)


class ForgetsAll(Cell):
    def cleared(self, cells: torch.Tensor, starts: torch.Tensor) -> torch.Tensor:
        return cells * (~starts.any())


class Forgets(Cell):
    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        return super().forward(features, self.initial(features.shape[1]), starts)


class Flat(Cell):
    def initial(self, n: int) -> Any:
        return (torch.zeros(n),)


class Crosswise(Cell):
    def initial(self, n: int) -> Any:
        return (torch.zeros(n, self.size, 1),)


class Stateless(Cell):
    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        return features


class Listed(Cell):
    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        output, after = super().forward(features, state, starts)
        return output, list(after)


class Collapsed(Cell):
    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        output, after = super().forward(features, state, starts)
        return output[-1], after


class Narrow(Cell):
    def __init__(self, inputs: int, size: int) -> None:
        super().__init__(99, size)


class Numb(Cell):
    def forward(self, features: torch.Tensor, state: Any, starts: torch.Tensor) -> Any:
        return super().forward(features.detach(), state, starts)


class Dropping(Cell):
    def __init__(self, inputs: int, size: int) -> None:
        super().__init__(inputs, size)
        self.drop = torch.nn.Dropout(0.5)


class Averaging(Cell):
    def __init__(self, inputs: int, size: int) -> None:
        super().__init__(inputs, size)
        self.norm = torch.nn.BatchNorm1d(inputs)


class Pooled(torch.nn.Module):
    def __init__(self, inputs: int, size: int) -> None:
        super().__init__()

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return features.mean(-1)


class Idle(torch.nn.Linear):
    def __init__(self, inputs: int, size: int) -> None:
        super().__init__(inputs, size)
        self.spare = torch.nn.Parameter(torch.zeros(1))


def part_of(role: Any, kind: Any) -> Plugins:
    class Plugin:
        @hookimpl
        def botplay_parts(self) -> Iterable[Part]:
            yield Part(
                "odd", role, "Odd.", build=lambda s, made: kind(s[0], made.size), settings=CellSettings
            )

    return plugins_for(Plugin())


def test_a_right_part_of_a_stranger_passes_with_its_settings() -> None:
    check_part(part_of("memory", Cell), "memory", "odd", settings={"size": 9}, shape=(4,))
    with pytest.raises(BotplayError, match=r"memory.size must be a whole number at least 1"):
        check_part(part_of("memory", Cell), "memory", "odd", settings={"size": 0})


@pytest.mark.parametrize(
    ("role", "kind", "words"),
    [
        ("memory", Remembers, "where an episode starts the state must be cleared"),
        ("memory", RemembersInPlay, "a start in the first step of a run must clear the state, too"),
        ("memory", ForgetsAll, "clear the state of its own copy only"),
        ("memory", ForgetsAllInPlay, "clear the state of its own copy only"),
        ("memory", Counting, "its buffer seen changes as it computes"),
        ("memory", Forgets, "step by step it must give what it gives in one go"),
        ("memory", Flat, r"must be tensors \[..., n, M\]"),
        ("memory", Crosswise, "with n = 3"),
        ("memory", Stateless, r"must give \(features, state\)"),
        ("memory", Numb, "no gradient reaches what comes in"),
        ("memory", Dropping, "memory odd has a Dropout that computes otherwise while it learns"),
        ("memory", Averaging, "memory odd has a BatchNorm1d that computes otherwise"),
        (
            "memory",
            lambda inputs, size: torch.nn.LSTM(inputs, size, 2, dropout=0.1),
            "has a LSTM that computes",
        ),
        ("neurons", Pooled, r"must give \[B, F\]"),
        ("neurons", Idle, "no gradient reaches its parameter spare"),
        ("eyes", lambda *_: None, "where a torch.nn.Module belongs"),
    ],
)
def test_a_parts_mistakes_are_told(role: Any, kind: Any, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check_part(part_of(role, kind), role, "odd")
