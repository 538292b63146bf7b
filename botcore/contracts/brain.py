"""What a brain plugin gives: parts (eyes, memory, neurons) and recipes with a learning rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from botcore.contracts.game import Loadable, RewardRule

if TYPE_CHECKING:
    from gymnasium.spaces import Space

    from botcore.network import Network

Role = Literal["eyes", "memory", "neurons"]
ROLES: tuple[Role, ...] = get_args(Role)
Kind = Literal["pixels", "vector", "discrete", "binned"]
"""How an observation can be read. `pixels`: uint8 `[C, H, W]` or `[H, W, C]`. `vector`: anything
Gymnasium can flatten to numbers. `discrete`: one of n; a few small whole numbers (Blackjack's hand, card and
ace) become one of n. `binned`: a vector the game cuts into bins."""


@dataclass(frozen=True)
class Part:
    """A part of a network, chosen by name with `--eyes`, `--memory` or `--neurons`.

    `build(shape, settings)` returns a `torch.nn.Module` for an input of `shape` (no batch dimension):

    - eyes: `[B, C, H, W]` floats in 0..1 → `[B, F]`;
    - neurons: `[B, F]` → `[B, F']`;
    - memory: `forward(features [T, N, F], state, starts [T, N] bool) -> (features [T, N, F'], state)` and
      `initial(n) -> state`, a tuple of tensors `[..., n, M]`. Where `starts` is True the state is
      cleared before that step. One that has `round_weights()` (`botcore.network.CanRound`) is asked, in a
      copy that only acts, to keep its weights in bfloat16 where the eyes see in that.
    """

    name: str
    role: Role
    summary: str
    build: Loadable
    settings: Loadable | None = None
    """A frozen dataclass (all fields with defaults), set by `--set ROLE.NAME=VALUE`; None: no settings."""


@dataclass(frozen=True)
class BuildRequest:
    """What a learner is built from.

    Attributes:
        observation_space: of one environment.
        actions: number of discrete actions.
        settings: an instance of the brain's settings dataclass.
        network: `network({"policy": 4, "value": 1})` builds eyes → memory → neurons → heads.
        seed: for the learner's own random numbers and the initial weights.
        bins: edges per component of the observation where the game declares them, else None.
        brain: the brain's name, for messages.
        reward: the rule by which it is fed rewards.
    """

    observation_space: Space[Any]
    actions: int
    settings: Any
    network: Callable[[Mapping[str, int]], Network]
    seed: int = 0
    bins: Sequence[Sequence[float]] | None = None
    brain: str = ""
    reward: RewardRule = RewardRule()  # noqa: RUF009


@dataclass(frozen=True)
class Brain:
    """A named recipe: eyes? + memory? + neurons + a learner, with settings.

    `learner(request: BuildRequest)` returns a `botcore.Learner`.
    """

    name: str
    summary: str
    learner: Loadable
    settings: Loadable | None = None
    """A frozen dataclass (all fields with defaults), set by `--set learner.NAME=VALUE`."""
    eyes: str | None = None
    memory: str | None = None
    neurons: str | None = None
    accepts: frozenset[Kind] = frozenset({"vector", "discrete"})
    """The kinds of observation it can play without eyes. With eyes, `pixels` too."""
    roles: frozenset[Role] = frozenset()
    """Which parts can be put in or replaced."""
    presets: str | None = None
    """`"package:file.toml"`: settings that play a game well. See `docs/authors.md`."""
    trains: bool = True
    """False for a brain that has nothing to learn (random, human)."""
    rung: int | None = None
    """Its rung on the ladder, for lists."""
    tags: Mapping[str, str] = field(default_factory=dict)

    def reads(self, eyes: str | None) -> frozenset[Kind]:
        """Return the kinds of observation it can play with these eyes, or with none."""
        return self.accepts | (frozenset[Kind]({"pixels"}) if eyes else frozenset[Kind]())
