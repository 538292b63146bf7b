"""A Setup says everything about who plays what: game, brain, parts, settings. A model card holds one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from botcore.contracts.brain import ROLES, Brain, Role
from botcore.contracts.game import Game, RewardRule, game_title
from botcore.errors import BotplayError, suggestion
from botcore.loading import load
from botcore.plain_file import read_plain_file
from botcore.settings import Count, Range, Share, Size, make, parse_assignment

if TYPE_CHECKING:
    from botcore.plugins import Plugins

SECTIONS = ("learner", "eyes", "memory", "neurons", "reward", "game", "training")
MAX_SETTINGS_FILE = 1_000_000  # bytes


@dataclass(frozen=True)
class TrainingSettings:
    """How training is laid out on the machine."""

    steps: Count = 1_000_000
    """Budget in steps of the agent (one decision each), over all copies and agents."""
    agents: Annotated[int, Range(least=1, most=256)] = 1
    """Processes that train the shared weights at once. More than one only for asynchronous learners."""
    copies: Size = 8
    """Copies of the game that each agent plays at once."""
    threads: Annotated[int, Range(least=1, most=256)] = 1
    """Threads each agent may use, for the games and for the network."""
    device: Literal["cpu", "cuda"] = "cpu"
    """Where the network computes while training. `cuda`: on the GPU, in one process that plays the copies of
    all agents, with their threads; the games stay on the processor, and so do play and evaluation."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """What the eyes compute in while training, and the memory of an agent of a3c while it acts; `auto`:
    bfloat16 where the processor multiplies it itself. Play and evaluation are always in float32, so that
    scores do not depend on the machine."""
    idle_limit: Annotated[int, Range(least=0, most=1_000_000)] = 0
    """Cut an episode of training short after so many steps in a row without a reward; 0: never. Play and
    evaluation go on to the end. How near it is, 0 to 1, can be made to cost: `reward.bonuses.idle=-0.005`."""
    averaging: Share = 0.0
    """The weights a training ends with are an average that fades over this share of its steps so far: with
    0.05 of two million, those of a hundred thousand steps ago weigh a third of the last. 0: they are the
    last ones."""

    def processes(self) -> TrainingSettings:
        """Return the layout as it is run: on a GPU one agent plays what all would, a thread for each."""
        if self.device == "cpu":
            return self
        return replace(self, agents=1, copies=self.agents * self.copies, threads=self.agents * self.threads)


OF_THE_MACHINE = frozenset({"agents", "threads", "device", "precision"})
"""Settings of `training` that say what the machine has, not how to learn: they do not travel with a model."""


@dataclass(frozen=True)
class Setup:
    """One game and one brain with every setting that was chosen; defaults are not written out.

    Attributes:
        settings: values by section (`learner`, `eyes`, `memory`, `neurons`, `reward`, `game`, `training`).
        by_hand: those of them that a person asked for, which hold against a trained model's own. No card or
            checkpoint keeps which they were.
        named: the roles whose part a person asked for, and `protocol` where one was; no card keeps them
            either.
    """

    game: str
    scenario: str
    protocol: str
    brain: str
    eyes: str | None = None
    memory: str | None = None
    neurons: str | None = None
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    by_hand: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, compare=False)
    named: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def title(self) -> str:
        """`game/scenario`, or only the game where there is nothing to tell apart."""
        return game_title(self.game, self.scenario)

    def parts(self) -> dict[Role, str]:
        """Return the name of the part in each role that has one."""
        return {role: str(getattr(self, role)) for role in ROLES if getattr(self, role)}

    def to_json(self) -> dict[str, Any]:
        """Return plain data for a card or a checkpoint."""
        return {name: value for name, value in asdict(self).items() if name not in ("by_hand", "named")}

    @staticmethod
    def from_json(data: Any) -> Setup:
        """Read what `to_json` wrote.

        Raises:
            BotplayError: it is not a setup.
        """
        if not isinstance(data, Mapping):
            raise BotplayError("the setup in this file is not a table")
        texts = {name: data.get(name) for name in ("game", "scenario", "protocol", "brain", *ROLES)}
        for name, value in texts.items():
            if not isinstance(value, str) and not (value is None and name in ROLES):
                raise BotplayError(f"the setup in this file has no proper {name!r}")
        settings = data.get("settings", {})
        if not isinstance(settings, Mapping) or not all(isinstance(v, Mapping) for v in settings.values()):
            raise BotplayError("the settings in this file are not tables")
        return Setup(**texts, settings={str(k): dict(v) for k, v in settings.items()})  # type: ignore[arg-type]

    def training(self) -> TrainingSettings:
        """Return how training is laid out."""
        return make(TrainingSettings, self.settings.get("training", {}), "training")

    def section(self, name: str, kind: type[Any]) -> Any:
        """Return one section as an instance of its settings dataclass."""
        return make(kind, self.settings.get(name, {}), name)

    def reward_rule(self, game: Game) -> RewardRule:
        """Return the scenario's (else the game's) reward rule, with this setup's changes."""
        rule = game.scenario(self.scenario).reward or game.reward
        changes = dict(self.settings.get("reward", {}))
        if isinstance(changes.get("bonuses"), Mapping):
            changes["bonuses"] = {**rule.bonuses, **changes["bonuses"]}
        return make(RewardRule, {**vars(rule), **changes}, "reward")

    def game_options(self, game: Game) -> Any:
        """Return an instance of the game's options, or None where it has none."""
        values = self.settings.get("game", {})
        if game.options is None:
            if values:
                raise BotplayError(
                    f"game {game.name} has no options, so game.{next(iter(values))} cannot be set"
                )
            return None
        return make(load(game.options), values, "game")

    def override(self, section: str, **values: Any) -> Setup:
        """Return a copy with some settings of one section changed, as by hand."""
        return self.with_by_hand({section: values})

    def with_by_hand(self, layer: Mapping[str, Mapping[str, Any]]) -> Setup:
        """Return a copy with what a person asked for on top."""
        settings, by_hand = ({n: dict(v) for n, v in old.items()} for old in (self.settings, self.by_hand))
        put_on_top(settings, layer)
        put_on_top(by_hand, layer)
        return replace(self, settings=settings, by_hand=by_hand)


def choose(
    plugins: Plugins,
    *,
    game: str,
    brain: str,
    scenario: str | None = None,
    protocol: str | None = None,
    eyes: str | None = None,
    memory: str | None = None,
    neurons: str | None = None,
    settings_file: Path | None = None,
    assignments: Iterable[str] = (),
) -> Setup:
    """Resolve what a person named into a Setup: presets, then the settings file, then `--set`.

    Raises:
        BotplayError: an unknown name (with the closest known one) or a setting that does not exist.
    """
    game, scenario = split_game(game, scenario)
    found_game, found_brain = plugins.game(game), plugins.brain(brain)
    scenario = check_scenario(found_game, scenario)
    named = {"protocol"} if protocol else set()
    protocol = protocol or found_game.protocols[0]
    if protocol not in found_game.protocols:
        raise BotplayError(f"{game} has the protocols {', '.join(found_game.protocols)}, not {protocol!r}")
    parts = {role: getattr(found_brain, role) for role in ROLES}
    given = {
        role: name for role, name in zip(ROLES, (eyes, memory, neurons), strict=True) if name is not None
    }
    for role, name in given.items():
        if role not in found_brain.roles:
            raise BotplayError(f"brain {brain} has no place for {role}")
        parts[role] = None if name == "none" else plugins.part(role, name).name
    bare = Setup(game, scenario, protocol, brain, **parts, named=frozenset(named | set(given)))
    setup = replace(bare, settings=usual_settings(found_game, found_brain, bare))
    try:
        check(plugins, setup)
    except BotplayError as error:
        presets = f" ({found_brain.presets})" if found_brain.presets else ""
        raise BotplayError(f"the usual settings of {bare.title} with {brain}{presets}: {error}") from error
    asked = asked_settings(settings_file, ())
    try:
        check(plugins, setup.with_by_hand(asked))
    except BotplayError as error:
        raise BotplayError(f"{settings_file}: {error}") from error
    put_on_top(asked, asked_settings(None, assignments))
    setup = setup.with_by_hand(asked)
    check(plugins, setup)
    return setup


def split_game(game: str, scenario: str | None) -> tuple[str, str | None]:
    """Split `doom/basic`, `atari/pong` or `gym:CartPole-v1` into game and scenario."""
    if not game.isprintable():
        raise BotplayError(f"{game!r} is no name of a game (botplay list shows them)")
    for separator in (":", "/"):
        name, found, rest = game.partition(separator)
        if found and separator not in name and "/" not in name:
            if scenario is not None and scenario != rest:
                raise BotplayError(f"--game {game} already names a scenario; leave --scenario {scenario} out")
            return name, rest
    return game, scenario


def check_scenario(game: Game, scenario: str | None) -> str:
    """Return the scenario, or the game's first.

    Raises:
        BotplayError: the game has no such scenario.
    """
    known = [s.name for s in game.all_scenarios()]
    if scenario is None:
        if not known:
            raise BotplayError(f"{game.name} needs a scenario: --game {game.name}:NAME")
        return known[0]
    if scenario not in known and not game.any_scenario:
        hint = suggestion(scenario, known) or "; botplay list --all shows them all"
        raise BotplayError(f"{game.name} has no scenario {scenario!r}{hint}")
    return scenario


def check(plugins: Plugins, setup: Setup) -> None:
    """Make every section once, so that a typo is told before anything is opened.

    Raises:
        BotplayError: a section or a setting that does not exist, or a value of the wrong type.
    """
    for section in setup.settings:
        if section not in SECTIONS:
            raise BotplayError(f"no settings section {section!r}{suggestion(section, list(SECTIONS))}")
    game, brain = plugins.game(setup.game), plugins.brain(setup.brain)
    setup.training()
    setup.reward_rule(game)
    setup.game_options(game)
    learner_values = setup.settings.get("learner", {})
    if brain.settings is not None:
        make(load(brain.settings), learner_values, "learner")
    elif learner_values:
        raise BotplayError(
            f"brain {brain.name} has no settings, so learner.{next(iter(learner_values))} cannot be set"
        )
    for role in ROLES:
        part_settings(plugins, setup, role)


def part_settings(plugins: Plugins, setup: Setup, role: Role) -> Any:
    """Return the settings of the part in `role`, None where it has none."""
    name, values = getattr(setup, role), setup.settings.get(role, {})
    declared = plugins.part(role, name).settings if name else None
    if declared is not None:
        return make(load(declared), values, role)
    return None


def read_preset(brain: Brain, game: str, scenario: str) -> dict[str, dict[str, Any]]:
    """Return a brain's preset: the tables `"*"`, `"game"` and `"game/scenario"`, the later winning.

    Raises:
        BotplayError: the file cannot be read, is not TOML, or is not made of such tables of sections.
    """
    if brain.presets is None:
        return {}
    package, _, file = brain.presets.partition(":")
    wrong = f"the presets of brain {brain.name} ({brain.presets})"
    try:
        tables = tomllib.loads(resources.files(package).joinpath(file).read_text("utf-8"))
    except (OSError, ImportError, TypeError, ValueError) as error:
        raise BotplayError(f"{wrong} cannot be read: {error}") from error
    merged: dict[str, dict[str, Any]] = {}
    for key, sections in tables.items():
        if key in SECTIONS or not isinstance(sections, dict):
            raise BotplayError(f'{wrong}: [{key}] is for no game; write ["*".{key}], or a game for the *')
        if not all(isinstance(values, dict) for values in sections.values()):
            raise BotplayError(f'{wrong}: ["{key}"] has settings outside of a section, as ["{key}".learner]')
    for key in ("*", game, f"{game}/{scenario}"):
        put_on_top(merged, tables.get(key, {}))
    return merged


def usual_settings(game: Game, brain: Brain, setup: Setup) -> dict[str, dict[str, Any]]:
    """Return what holds for a setup's pair and parts where nothing is set by hand.

    The scenario's options of the game, and the preset; but what that says of a part is meant for the
    brain's own, so it does not hold for one in its place.
    """
    options = game.scenario(setup.scenario).options
    merged: dict[str, dict[str, Any]] = {"game": dict(options)} if options else {}
    put_on_top(merged, read_preset(brain, game.name, setup.scenario))
    return {
        section: values
        for section, values in merged.items()
        if section not in ROLES or getattr(setup, section) == getattr(brain, section)
    }


def put_on_top(settings: dict[str, dict[str, Any]], layer: Mapping[str, Mapping[str, Any]]) -> None:
    """Change `settings` by a layer; a table within a section (`reward.bonuses`) keeps what is not named."""
    for section, values in layer.items():
        kept = settings.setdefault(section, {})
        for name, value in values.items():
            both = isinstance(value, Mapping) and isinstance(kept.get(name), Mapping)
            kept[name] = {**kept[name], **value} if both else value


def read_settings_file(path: Path) -> dict[str, dict[str, Any]]:
    """Read a TOML file of sections.

    Raises:
        BotplayError: it cannot be read, is not TOML, or is not made of sections.
    """
    try:
        tables = tomllib.loads(read_plain_file(path, MAX_SETTINGS_FILE, "settings file", pipe=True).decode())
    except (ValueError, RecursionError) as error:  # a number of too many digits, and too many brackets, too
        raise BotplayError(f"{path} is not TOML: {error}") from error
    for section, values in tables.items():
        if section not in SECTIONS:
            raise BotplayError(
                f"{path}: no settings section {section!r}{suggestion(section, list(SECTIONS))}"
            )
        if not isinstance(values, dict):
            raise BotplayError(f"{path}: {section} must be a section, as in [{section}]")
    return tables


def asked_settings(file: Path | None, assignments: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what a person asked for: the settings of a file, and on top `SECTION.NAME=VALUE` texts.

    One such text is taken too, which otherwise would be read letter by letter.

    Raises:
        BotplayError: the file cannot be read, or a text is not of that form.
    """
    sections = read_settings_file(file) if file else {}
    for text in (assignments,) if isinstance(assignments, str) else assignments:
        section, name, value = parse_assignment(text)
        table, _, key = name.partition(".")
        put_on_top(sections, {section: {table: {key: value}} if key else {name: value}})
    return sections
