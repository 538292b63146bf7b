"""What a game plugin gives: descriptors, no logic. Importing this imports no game engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botcore.errors import BotplayError
from botcore.settings import Positive

if TYPE_CHECKING:
    from botcore.contracts.brain import Kind

Loadable = str | Callable[..., Any]
"""Code named without importing it: `"package.module:name"`, or the callable itself."""
MOST_THUMBNAIL = 500_000
"""Bytes of a game's thumbnail."""


@dataclass(frozen=True)
class RewardRule:
    """What a learner is fed in place of the game's own reward.

    The environment always pays the game's own reward, so that scores compare. In training, and in play
    as what it hears, the learner gets
    `clip(scale * (own * reward + sum(bonuses[k] * info[k]) + life_loss * lost))`,
    where `lost` is 1 in a step that costs a life (a drop of `info["lives"]`), else 0.
    """

    own: float = 1.0
    """Weight of the game's own reward."""
    bonuses: Mapping[str, float] = field(default_factory=dict)
    """Weight of numbers the game puts into `info` at each step, by their key (a missing key counts 0)."""
    scale: float = 1.0
    """Factor on the whole sum; brings raw magnitudes near 1, where a shared network trunk learns."""
    clip: Positive | None = None
    """Bound on the absolute value, applied last. None: no bound."""
    life_loss_ends: bool = False
    """A lost life ends the return (as a termination does) while the game goes on."""
    life_loss: float = 0.0
    """What a lost life is worth; below 0 it costs something."""


@dataclass(frozen=True)
class Scenario:
    """One map or variant of a game, chosen as `--game GAME/SCENARIO` or `--scenario`."""

    name: str
    summary: str = ""
    reward: RewardRule | None = None
    """Overrides the game's reward rule."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What this scenario wants of the game's options, for every brain; a preset or a person can change it."""


@dataclass(frozen=True)
class OpenRequest:
    """What a game is asked to open.

    Attributes:
        scenario: name of the scenario.
        protocol: one of the game's protocols (for example `v4` and `v5` on Atari).
        options: an instance of the dataclass the game declared as `options`, or None.
        pictures: whether somebody looks. If False the game may leave `info["pictures"]` out.
        copies: how many copies of the game a batch holds (1 for a single environment).
        threads: how many threads a batch may use.
    """

    scenario: str
    protocol: str
    options: Any = None
    pictures: bool = True
    copies: int = 1
    threads: int = 1


def game_title(game: str, scenario: str) -> str:
    """Return `game/scenario`, or only the game where there is nothing to tell apart."""
    return game if scenario in ("default", game) else f"{game}/{scenario}"


@dataclass(frozen=True)
class Game:
    """A game: a name, a summary, and where to find the code that opens it.

    `open(request: OpenRequest)` returns a `gymnasium.Env` with the action space `Discrete(n)`, from 0, and
    `render_mode="rgb_array"`. What a game may add, all optional:

    - `info["pictures"]`: the RGB pictures `[H, W, 3] uint8` since the last step, one for each of the
      game's own frames (default: `env.render()` once a step); at most 1,024, and 256 MiB.
      One of more pixels than a screen of 3840x2160 is shown and not recorded;
    - `env.metadata["render_fps"]`: the game's own frames a second, 0.1 to 1,000 (default 30);
    - `env.metadata["action_names"]`: a name for each action;
    - `env.metadata["observation_names"]`: a short name for each number of a vector or a tuple, or for each
      of the n states of a `Discrete`;
    - `env.metadata["counts"]`: which keys of `info` count what happened in a step, as `kills`: a window and
      scores add them up over the episode, and take other numbers as they stand;
    - `env.unwrapped.get_keys_to_action()`: Gymnasium's mapping of key characters to actions, for a person;
      without it digits are the actions, and arrows and WASD those that are called like a direction;
    - `env.unwrapped.touch(x, y, button)`: the mouse is held at a pixel of the picture (1 left, 3 right);
    - `env.unwrapped.touch_help`: in a few words, what that does;
    - `env.unwrapped.brush`: radius in pixels of the picture of what `touch` changes, shown under the mouse;
    - `env.unwrapped.wheel(turns)`: the mouse's wheel is turned, away from the person where positive;
    - `env.unwrapped.commands()`: keys of its own, a mapping of key name to `(label, function)`; a text that
      the function returns is shown;
    - `info["lives"]`, and any number a `RewardRule` names. Numbers, flags and words in `info` are recorded
      and shown (100 at most, whole numbers of at most 63 bits); anything else in it is left out.

    `open_batch(request)` returns a `gymnasium.vector.VectorEnv` of `request.copies` copies that resets a
    finished copy at its next step (Gymnasium's `AutoresetMode.NEXT_STEP`). Without it, copies are
    stepped in turn. A batch is taken as it is: where `open` shows anything but one box or one number, the
    batch shows what `botcore.environment.open_env` makes of that (`botcore.numbering.numbered`, or else
    Gymnasium's `FlattenObservation`). Both must give the same pixels, rewards and numbers in `info`, and a
    batch must not write into an array that it has given out: that is what was acted on.
    `metadata["resets_some"]` says that its `reset` takes `options["reset_mask"]`, as Gymnasium's own
    batches do: `training.idle_limit` needs that.
    """

    name: str
    summary: str
    open: Loadable
    open_batch: Loadable | None = None
    scenarios: Sequence[Scenario] | Callable[[], Sequence[Scenario]] = (Scenario("default"),)
    """The first is the default. A function is called when they are listed; it must be quick."""
    any_scenario: bool = False
    """Whether scenario names that are not listed are tried too."""
    protocols: Sequence[str] = ("default",)
    """The first is the default."""
    options: Loadable | None = None
    """A frozen dataclass of settings (all with defaults), set by `--set game.NAME=VALUE`."""
    reward: RewardRule = field(default_factory=RewardRule)
    bins: Loadable | None = None
    """`bins(scenario)` gives, per component of a continuous observation, the edges that cut it into
    bins, so that a table can play (a sequence of sequences of floats), or None for that scenario."""
    thumbnail: str | None = None
    """`"package:file.png"`: a small picture for the start screen, shipped beside the code (`botplay
    thumbnail` makes one). Without one the game's name is drawn."""
    kinds: frozenset[Kind] | None = None
    """How its observations can be read (in a scenario perhaps in fewer ways), so that the start screen
    leaves out brains that never could. None: that differs from scenario to scenario."""

    def all_scenarios(self) -> Sequence[Scenario]:
        """Return the scenarios, calling the function that lists them if there is one.

        Raises:
            BotplayError: one of them is no Scenario, or says what cannot be read. The function may raise
                anything: it is a plugin's code.
        """
        given = tuple(self.scenarios() if callable(self.scenarios) else self.scenarios)
        for one in given:
            if not isinstance(one, Scenario):
                raise BotplayError(f"game {self.name} gives {one!r:.80} where a Scenario belongs")
            readable = isinstance(one.name, str) and one.name and isinstance(one.summary, str)
            ruled = one.reward is None or isinstance(one.reward, RewardRule)
            if not (readable and ruled and isinstance(one.options, Mapping)):
                raise BotplayError(
                    f"game {self.name} gives {one!r:.120}; a Scenario has a name and a summary in words, a "
                    "RewardRule or None, and a mapping of options"
                )
        return given

    def scenario(self, name: str) -> Scenario:
        """Return what is said about a scenario; nothing but its name where it is not listed."""
        return next((one for one in self.all_scenarios() if one.name == name), Scenario(name))
