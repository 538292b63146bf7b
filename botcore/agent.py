"""An agent: one game and one brain put together."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from gymnasium.spaces import Space
from torch.nn.modules.module import register_module_parameter_registration_hook

from botcore.blame import blame
from botcore.contracts.brain import BuildRequest, Kind, Role
from botcore.contracts.learner import Choice, Learner
from botcore.contracts.moment import Decision
from botcore.discovery import one_line
from botcore.environment import bins_of, can_read, kinds, scalars
from botcore.errors import BotplayError, lacks_memory
from botcore.loading import call, load, refuses
from botcore.network import Encoder, Network, check_part_module, output_features, remembered_features
from botcore.processor import take_hold_of_gpu
from botcore.setup import Setup, part_settings

if TYPE_CHECKING:
    from botcore.card import Card
    from botcore.plugins import Plugins


ROOMY, SMALL = 4, 1_000_000
"""How many times the weights a network may have, and how many more numbers: a brain may pack its weights."""


class Agent:
    """A learner that plays one copy of a game.

    Attributes:
        setup: what it was built from.
        learner: its learning rule with the weights.
        actions: how many there are to choose from.
        trained: steps of training behind the weights it began with; infinite where no card tells.
        card: of the model it began with, None where there is none.
        learned: steps it has learned from since.
        scores: of the last twenty episodes that it played alone, and learned from all the way.
        kept: name of the model it was kept as last, None where it was not.
    """

    def __init__(
        self,
        setup: Setup,
        learner: Learner,
        actions: int,
        *,
        trained: float = 0,
        card: Card | None = None,
    ) -> None:
        self.setup, self.learner, self.actions, self.trained = setup, learner, actions, trained
        self.card = card
        self.learned = 0
        self.scores: list[float] = []
        self.kept: str | None = None
        self._known = ""

    @property
    def changed(self) -> bool:
        """Whether its weights are others than when it began to learn, or was kept."""
        return bool(self._known) and self._fingerprint() != self._known

    def remember(self) -> None:
        """Note its weights as they are, for `changed`."""
        self._known = self._fingerprint()

    def _fingerprint(self) -> str:
        weights, digest = self.learner.weights(), hashlib.sha256()
        for name in sorted(weights):
            digest.update(np.ascontiguousarray(weights[name]).tobytes())
        return digest.hexdigest()

    def decide(self, observation: Any, *, start: bool, explore: bool = False) -> Decision:
        """Choose an action for one observation; `start` says that an episode begins with it.

        Raises:
            BotplayError: the learner chose what there is not, or in a form that nobody can read.
        """
        choice = self.learner.act(np.asarray(observation)[None], np.array([start]), explore=explore)
        check_choice(choice, copies=1, actions=self.actions, brain=self.setup.brain)
        return choice.decision(0, by=self.setup.brain)


def check_choice(choice: Any, *, copies: int, actions: int, brain: str) -> None:
    """Raise `BotplayError` where a learner's choice for `copies` games is not one between `actions` actions.

    A game may take a wrong one without a word, and the recording of it could not be read again.
    """
    if not isinstance(choice, Choice):
        raise BotplayError(f"brain {brain} gives {choice!r:.80} where a Choice belongs")
    for name in ("actions", "probabilities", "q_values", "values", "memory"):
        given = getattr(choice, name)
        if not (isinstance(given, np.ndarray) or (given is None and name != "actions")):
            raise BotplayError(f"brain {brain} gives {name} {given!r:.80} where a NumPy array belongs")
    chosen = choice.actions
    if chosen.shape != (copies,) or chosen.dtype.kind not in "iu":
        raise BotplayError(
            f"brain {brain} gives actions {list(chosen.shape)} {chosen.dtype}, not [{copies}] whole numbers"
        )
    wrong = chosen[(chosen < 0) | (chosen >= actions)]
    if wrong.size:
        raise BotplayError(f"brain {brain} chose action {wrong[0]}, of {actions} (0 to {actions - 1})")
    shapes = {"probabilities": (copies, actions), "q_values": (copies, actions), "values": (copies,)}
    for name, shape in shapes.items():
        given = getattr(choice, name)
        if given is not None and given.shape != shape:
            raise BotplayError(f"brain {brain} gives {name} {list(given.shape)}, not {list(shape)}")
    if choice.memory is not None and (choice.memory.ndim != 2 or len(choice.memory) != copies):
        raise BotplayError(f"brain {brain} gives memory {list(choice.memory.shape)}, not [{copies}, M]")
    _check_number(choice.exploration, "exploration", brain)


def _check_number(given: Any, name: str, brain: str) -> None:
    """Raise `BotplayError` where a learner tells anything but one number, or None; it is shown and kept."""
    if given is not None and not isinstance(given, int | float | np.integer | np.floating):
        raise BotplayError(f"brain {brain} gives {name} {given!r:.80}, not one number")


def figures(metrics: Any, brain: str) -> dict[str, float]:
    """Return the numbers among what `learn()` gave.

    Raises:
        BotplayError: it gave no mapping.
    """
    if not isinstance(metrics, Mapping):
        raise BotplayError(f"brain {brain}: learn() gives {metrics!r:.80}, not a mapping of numbers")
    return {name: value for name, value in scalars(metrics).items() if not isinstance(value, str)}


def build_learner(
    plugins: Plugins,
    setup: Setup,
    observation_space: Space[Any],
    actions: int,
    *,
    seed: int = 0,
    bfloat16: bool = False,
    device: str = "cpu",
    weights: Mapping[str, Any] | None = None,
) -> Learner:
    """Build a brain with fresh weights for a game.

    With `bfloat16` its eyes compute in that precision (the weights stay float32). `device` is where its
    networks are, which a learner need not know (see `Network.forward`). `weights` are those it is to take
    afterwards: where they are not nearly enough for its network, that is not built.

    Raises:
        BotplayError: this brain cannot read what the game shows (the message names brains that can), or a
            person gave it eyes for a game without pictures, or the weights are for a smaller network, or
            what it is built as is no learner.
    """
    brain, game = plugins.brain(setup.brain), plugins.game(setup.game)
    bins = bins_of(game, setup.scenario, observation_space)
    _check_reads(plugins, setup, kinds(observation_space, bins))
    if device == "cuda":
        take_hold_of_gpu()

    def network(heads: Mapping[str, int]) -> Network:
        with _no_larger_than(weights):
            built = build_network(plugins, setup, observation_space, heads)
        if bfloat16:
            built.see_in_bfloat16()
        return built.to(device)

    request = BuildRequest(
        observation_space=observation_space,
        actions=actions,
        settings=setup.section("learner", load(brain.settings)) if brain.settings else None,
        network=network,
        seed=seed,
        bins=bins,
        brain=brain.name,
        reward=setup.reward_rule(game),
    )
    _check_whole(load(brain.learner), brain.name)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        learner = call(brain.learner, request)
    if not isinstance(learner, Learner):
        raise BotplayError(f"brain {brain.name} is built as {learner!r:.80} where a Learner belongs")
    _check_methods(learner, brain.name)
    _check_number(learner.discount, "discount", brain.name)
    _check_weights(learner.weights(), brain.name)
    return learner


def _check_reads(plugins: Plugins, setup: Setup, readings: frozenset[Kind]) -> None:
    """Raise `BotplayError` where a brain cannot read what a game shows, or was given eyes in vain."""
    brain = plugins.brain(setup.brain)
    if not can_read(brain, setup.eyes, readings):
        able = [b.name for b in plugins.brains().values() if can_read(b, b.eyes, readings)]
        can = ", ".join(f"{name} with its usual eyes" if name == brain.name else name for name in able)
        raise BotplayError(
            f"brain {brain.name} cannot play {setup.title}: {_shows(readings)}; these can: {can}"
        )
    if setup.eyes and "eyes" in setup.named and "pixels" not in readings:
        raise BotplayError(
            f"{setup.title} shows no pictures (uint8, in three dimensions), so the eyes "
            f"{setup.eyes} would see nothing; leave them out"
        )


def _check_whole(kind: Any, brain: str) -> None:
    """Raise `BotplayError` where a learner's class lacks what every learner has."""
    if inspect.isabstract(kind):
        missing = " and ".join(f"{name}()" for name in sorted(kind.__abstractmethods__))
        raise BotplayError(f"brain {brain}: its learner {kind.__name__} has no {missing}")


def _check_methods(learner: Learner, brain: str) -> None:
    """Raise `BotplayError` where a method takes other arguments than it is called with."""
    for name, method in inspect.getmembers(Learner, inspect.isfunction):
        parameters = [p for p in inspect.signature(method).parameters.values() if p.name != "self"]
        given = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
        named = {p.name: p.name for p in parameters if p.kind is p.KEYWORD_ONLY}
        reason = refuses(getattr(learner, name), *given, **named)
        if reason and not name.startswith("_"):
            called = ", ".join([*given, *(f"{name}=..." for name in named)])
            whose = f"{type(learner).__name__}.{name}"
            raise BotplayError(f"brain {brain}: {whose} is called with ({called}), and {reason}")


def _check_weights(weights: Any, brain: str) -> None:
    """Raise `BotplayError` where a learner gives weights that no model could hold.

    Otherwise it is found out when a training is over.
    """
    if not isinstance(weights, Mapping):
        raise BotplayError(f"brain {brain}: weights() gives {weights!r:.80}, not a mapping of NumPy arrays")
    for name, array in weights.items():
        if not isinstance(name, str):
            raise BotplayError(f"brain {brain}: weights() has {name!r:.80} where a name belongs")
        if not isinstance(array, np.ndarray):
            raise BotplayError(
                f"brain {brain}: weights() has a {type(array).__name__} under {name!r:.80}, not a NumPy "
                "array (a tensor is made one by tensor.detach().cpu().numpy().copy())"
            )


@contextmanager
def _no_larger_than(weights: Mapping[str, Any] | None) -> Iterator[None]:
    """Refuse to build a far larger network than weights are for: a stranger's card may ask for any size."""
    given = sum(np.asarray(array).size for array in (weights or {}).values())
    left = inf if weights is None else ROOMY * given + SMALL

    def count(module: torch.nn.Module, name: str, parameter: torch.nn.Parameter | None) -> None:
        nonlocal left
        left -= 0 if parameter is None else parameter.numel()
        if left < 0:
            raise BotplayError(
                f"the settings ask for a network far larger than the {given:,} weights it is to take"
            )

    hook = register_module_parameter_registration_hook(count)  # called before a parameter is filled
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not lacks_memory(error):
            raise
        raise BotplayError("there is not enough memory for a network of this size") from error
    finally:
        hook.remove()


def _shows(readings: frozenset[Kind]) -> str:
    words = {
        "pixels": "the game shows pixels and it has no eyes",
        "vector": "the game gives continuous numbers",
        "discrete": "the game gives one of a few states",
    }
    return next(words[kind] for kind in words if kind in readings)


@contextmanager
def _told_as_the_parts(title: str, shape: tuple[int, ...]) -> Iterator[None]:
    """Tell a failure of torch in a part as the part's: whoever wants the network would be blamed for it."""
    try:
        yield
    except Exception as error:
        if isinstance(error, BotplayError) or lacks_memory(error) or blame(error):
            raise
        raise BotplayError(
            f"{title} cannot take what it is given, {list(shape)}: {one_line(error)}"
        ) from error


def build_network(plugins: Plugins, setup: Setup, space: Space[Any], heads: Mapping[str, int]) -> Network:
    """Put eyes (for pixels only), memory and neurons together, with one linear head per name in `heads`.

    Raises:
        BotplayError: a part is none that can be put in.
    """
    encoder = Encoder(space)

    def build(role: Role, shape: tuple[int, ...]) -> Any:
        name = getattr(setup, role)
        if name is None:
            return None
        module = call(plugins.part(role, name).build, shape, part_settings(plugins, setup, role))
        check_part_module(module, f"{role} {name}")
        return module

    eyes = build("eyes", encoder.shape) if encoder.pixels else None
    with _told_as_the_parts(f"eyes {setup.eyes}", encoder.shape):
        features = output_features(eyes or torch.nn.Flatten(), encoder.shape)
    memory = build("memory", (features,))
    if memory is not None:
        with _told_as_the_parts(f"memory {setup.memory}", (features,)):
            features = remembered_features(memory, features, f"memory {setup.memory}")
    neurons = build("neurons", (features,))
    if neurons is not None:
        with _told_as_the_parts(f"neurons {setup.neurons}", (features,)):
            features = output_features(neurons, (features,))
    return Network(encoder, eyes, memory, neurons, features, heads)
