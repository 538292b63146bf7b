"""A slip in what a plugin says of its game, brain or part is told with its name when it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from botcore import Brain, Game, Part, RewardRule, Scenario, hookimpl
from botcore.plugins import load_plugins

CODE: Mapping[str, Any] = {"summary": "", "open": "a:b"}
RULE: Mapping[str, Any] = {"summary": "", "learner": "a:b"}
PIECE: Mapping[str, Any] = {"summary": "", "build": "a:b", "role": "eyes"}

SLIPS: list[tuple[type[Any], Mapping[str, Any], Mapping[str, Any], str]] = [
    (Game, CODE, {"name": "A B"}, "'A B' is no name: small letters"),
    (Game, CODE, {"summary": None}, "summary=None; it must be a text"),
    (Game, CODE, {"open": None}, "open=None; it must be code, as in 'package.module:name'"),
    (Game, CODE, {"options": 3}, "options=3; it must be code, as in 'package.module:name', or None"),
    (Game, CODE, {"protocols": ()}, "protocols=(); it must be a tuple of names, one or more"),
    (Game, CODE, {"protocols": "v4"}, "protocols='v4'; it must be a tuple of names"),
    (Game, CODE, {"protocols": (4,)}, "protocols=(4,); it must be a tuple of names"),
    (
        Game,
        CODE,
        {"scenarios": ()},
        "scenarios=(); it must be a tuple of Scenarios, one or more, or a function",
    ),
    (Game, CODE, {"scenarios": 7}, "scenarios=7; it must be"),
    (Game, CODE, {"scenarios": "calm"}, "scenarios='calm'; it must be"),
    (Game, CODE, {"scenarios": ("calm",)}, "gives 'calm' where a Scenario belongs"),
    (Game, CODE, {"scenarios": (Scenario(3),)}, "a Scenario has a name"),  # type: ignore[arg-type]
    (Game, CODE, {"scenarios": (Scenario(""),)}, "a Scenario has a name"),
    (Game, CODE, {"scenarios": (Scenario("a", reward=0.3),)}, "a RewardRule or None"),  # type: ignore[arg-type]
    (Game, CODE, {"scenarios": (Scenario("a", options=["x"]),)}, "a mapping of options"),  # type: ignore[arg-type]
    (Brain, RULE, {"rung": "x"}, "rung='x'; it must be a whole number, or None"),
    (Brain, RULE, {"trains": None}, "trains=None; it must be True or False"),
    (Game, CODE, {"reward": 0.1}, "reward=0.1; it must be a RewardRule"),
    (Game, CODE, {"kinds": "pixels"}, "kinds='pixels'; it must be a frozenset of some of pixels, vector"),
    (Game, CODE, {"kinds": {"sound"}}, "kinds={'sound'}; it must be"),
    (Game, CODE, {"thumbnail": 1}, "thumbnail=1; it must be a file, as in 'package:file', or None"),
    (Brain, RULE, {"learner": 5}, "learner=5; it must be code"),
    (Brain, RULE, {"settings": 5}, "settings=5; it must be code"),
    (
        Brain,
        RULE,
        {"accepts": "vector"},
        "accepts='vector'; it must be a frozenset of some of pixels, vector",
    ),
    (
        Brain,
        RULE,
        {"roles": {"ears"}},
        "roles={'ears'}; it must be a frozenset of some of eyes, memory, neurons",
    ),
    (Brain, RULE, {"eyes": True}, "eyes=True; it must be the name of a part, or None"),
    (Brain, RULE, {"presets": 1}, "presets=1; it must be a file"),
    (Brain, RULE, {"tags": "new"}, "tags='new'; it must be a mapping of texts"),
    (Part, PIECE, {"role": "ears"}, "role='ears'; it must be one of eyes, memory, neurons"),
    (Part, PIECE, {"role": ["eyes"]}, "role=['eyes']; it must be one of"),
    (Part, PIECE, {"build": 0}, "build=0; it must be code"),
]


def reason(item: Any) -> str:
    """Return why a plugin that gives this is left out; empty where it is not."""
    hook = {Game: "botplay_games", Brain: "botplay_brains", Part: "botplay_parts"}[type(item)]
    plugin = type("Plugin", (), {hook: hookimpl(lambda self: [item])})()
    [record] = load_plugins(discover=False, modules=[("mine", plugin)]).records
    return record.reason


@pytest.mark.parametrize(("kind", "right", "slip", "words"), SLIPS)
def test_a_slip_is_told_with_what_it_must_be(
    kind: type[Any], right: Mapping[str, Any], slip: Mapping[str, Any], words: str
) -> None:
    told = reason(kind(**{"name": "mine", **right, **slip}))
    assert words in told
    if "name" not in slip:
        assert told.startswith((f"{kind.__name__.lower()} 'mine' has ", "game mine gives "))


@pytest.mark.parametrize(
    "item",
    [
        Game(
            "mine", "", "a:b", scenarios=lambda: [Scenario("one")], protocols=["a"], reward=RewardRule(own=0)
        ),
        Game(
            "mine", "", open=print, open_batch=print, scenarios=[Scenario("one")], kinds=frozenset({"pixels"})
        ),
        Brain("mine", "", print, accepts=frozenset(), roles=frozenset({"eyes"}), eyes="conv"),
        Brain("mine", "", "a:b", accepts={"binned"}, presets="a:b.toml"),  # type: ignore[arg-type]
        Part("mine", "memory", "", print, settings="a:b"),
    ],
)
def test_what_can_be_read_is_taken(item: Any) -> None:
    assert reason(item) == ""
