"""Lists, filters and what is chosen: without a window."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from botcore import Scenario
from botcore.window.start.catalogue import Catalogue, Play
from botcore.window.start.choice import Choosing
from botcore.window.start.picker import Picker
from botcore.window.start.places import BRAINS, GAMES, REPLAYS
from botcore.window.start.rows import Rows

World = Callable[..., Catalogue]


@given(
    count=st.integers(0, 40),
    room=st.integers(0, 12),
    moves=st.lists(st.tuples(st.sampled_from(["move", "scroll", "resize"]), st.integers(-50, 50))),
)
def test_the_cursor_and_the_view_stay_inside_of_the_list(
    count: int, room: int, moves: list[tuple[str, int]]
) -> None:
    rows = Rows(count)
    for what, by in moves:
        getattr(rows, what)(abs(by) if what == "resize" else by)
        view = rows.view(room)
        assert 0 <= rows.cursor < max(1, rows.count)
        assert set(view) <= set(range(rows.count))
        assert len(view) == min(rows.count, max(1, room))
        if what != "scroll" and rows.count:
            assert rows.cursor in view or what == "resize"


def test_typing_narrows_the_scenarios_and_the_best_match_is_first() -> None:
    names = ("space_war", "war", "warlord", "pong")
    picker = Picker([Scenario(name) for name in names], "pong", any_scenario=False)
    assert picker.picked == "pong"
    for letter in "War":
        picker.type(letter)
    assert [scenario.name for scenario in picker.found] == ["war", "warlord", "space_war"]
    picker.type(" sp")
    assert picker.picked == "space_war"
    picker.type("x")
    assert picker.picked is None
    picker.erase()
    assert picker.picked == "space_war"


def test_a_name_that_is_not_listed_can_be_tried_where_the_game_takes_any() -> None:
    listed = [Scenario("CartPole-v1")]
    picker = Picker(listed, "CartPole-v1", any_scenario=True)
    picker.type("Mine-v0?x=1")
    assert picker.picked == "Mine-v0?x=1"
    picker = Picker(listed, "CartPole-v1", any_scenario=True)
    picker.type("CartPole-v1")
    assert [scenario.name for scenario in picker.found] == ["CartPole-v1"]


def test_who_can_play_follows_the_game_and_the_scenario(world: World) -> None:
    choosing = Choosing(world())
    assert [choice.brain.name for choice in choosing.brains] == ["blind", "chance"]
    choosing.move(1)
    assert choosing.game is not None
    assert (choosing.game.name, choosing.scenario, choosing.offset) == ("maze", "level_7", 1)
    assert choosing.enter() is None
    assert choosing.focus == BRAINS
    assert choosing.enter() == Play("maze", "level_7", "seer")
    choosing.move(-1)
    assert choosing.enter() is None, "the row of the scenario opens the list of scenarios"
    assert choosing.picker is not None
    choosing.picker.type("level 12")
    choosing.picked()
    assert choosing.enter() == Play("maze", "level_12", "chance")
    choosing.go_to(GAMES, 0)
    choosing.go_to(GAMES, 1)
    assert choosing.scenario == "level_12", "each game keeps its scenario"


def test_the_keyboard_skips_lists_that_are_empty(world: World) -> None:
    choosing = Choosing(world())
    choosing.turn(-1, around=True)
    assert choosing.focus == BRAINS, "there are no replays"
    choosing.turn(1, around=True)
    assert choosing.focus == GAMES
    choosing.turn(-1, around=False)
    assert choosing.focus == GAMES
    assert choosing.rows[REPLAYS].count == 0


def test_with_nothing_installed_nothing_can_be_chosen() -> None:
    choosing = Choosing(Catalogue((), ()))
    for column in (GAMES, BRAINS, REPLAYS):
        choosing.focus = column
        choosing.move(1)
        choosing.pick()
        assert choosing.enter() is None
