"""What is drawn, and where."""

from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import botcore.window  # noqa: F401

import pygame  # isort: skip

from botcore.contracts.moment import Decision, Moment
from botcore.ledger import Measure, Measures
from botcore.window.canvas import Canvas
from botcore.window.history import History
from botcore.window.panels.value import ValuePanel
from botcore.window.scene import Scene
from botcore.window.status import Status
from botcore.window.theme import BACKGROUND, MUTED, SMALLEST, SURFACE, Typeface
from botcore.window.timeline import Timeline

SIZES = [(1280, 720), (640, 480), (3840, 2160), (1920, 1200), (800, 1000), (480, 320)]
MANY = tuple(f"forward + turn left + shoot {n}" for n in range(54))


def stream(fake: SimpleNamespace, kind: str) -> tuple[tuple[str, ...], list[Moment]]:
    """Return action names and Moments of one kind of game and brain."""
    vector = {"observation": np.linspace(-2, 2, 5).astype(np.float32), "learning": {}, "info": {}}
    wide = {"pictures": (np.full((240, 320, 3), 90, np.uint8),), "observation": np.int64(7)}
    dots = np.arange(80 * 112 * 3, dtype=np.uint32).astype(np.uint8).reshape(80, 112, 3)
    match kind:
        case "atari":
            return fake.ACTIONS, [fake.moment(n) for n in range(90, 330)]
        case "car":
            return fake.ACTIONS, [fake.moment(n, kind="q_values", **vector) for n in range(40)]
        case "doom":
            return MANY, [fake.moment(n, actions=54, **wide) for n in range(40)]
        case "colours":
            return MANY, [fake.moment(n, actions=54, kind="none", observation=dots) for n in range(3)]
        case "states":
            return fake.ACTIONS, [fake.moment(n, **wide) for n in range(40)]
    return fake.ACTIONS, [fake.moment(0)]


STATES = tuple(f"row {n}, column 1, passenger in the taxi, going to yellow" for n in range(9))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[pygame.Rect, pygame.Rect, int, str]]:
    """Record what is written: its rectangle and its canvas's on the screen, the size of type, the words."""
    found: list[tuple[pygame.Rect, pygame.Rect, int, str]] = []
    write = Canvas.text

    def text(self: Canvas, words: str, x: int, y: int, **how: Any) -> pygame.Rect:
        rect = write(self, words, x, y, **how)
        corner = self.surface.get_abs_offset()
        whole = pygame.Rect(corner, self.surface.get_size())
        found.append((rect.move(corner), whole, how.get("size") or self.sizes.small, words))
        return rect

    monkeypatch.setattr(Canvas, "text", text)
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["atari", "car", "doom", "colours", "reset", "states"])
@pytest.mark.parametrize("replayed", [True, False])
def test_nothing_overlaps_and_every_word_stays_in_its_panel(
    fake: SimpleNamespace,
    written: list[tuple[pygame.Rect, pygame.Rect, int, str]],
    size: tuple[int, int],
    kind: str,
    replayed: bool,
) -> None:
    names, moments = stream(fake, kind)
    about = fake.about(names)
    scene = Scene(size, replace(about, observation_names=STATES) if kind == "states" else about)
    scene.status = Status(paused=True, speed=0.25, learning=True, taken_over=True, recording=True)
    if replayed:
        scene.timeline = (Timeline(5000, 60.0, (3, 900), (60,), (2000,)), 700)
    for moment in moments:
        scene.update(moment)
    target = pygame.Surface(size)
    scene.draw(target, moments[-1].pictures[-1], True)

    layout, screen = scene.layout(True), target.get_rect()
    areas = [rect for _, rect in layout.panels] + [layout.game, layout.bar]
    areas += [layout.timeline] if replayed else []
    assert all(screen.contains(area) for area in areas)
    assert not any(a.colliderect(b) for a, b in combinations(areas, 2))
    assert layout.game.w >= size[0] * 0.45
    assert written
    for rect, canvas, type_size, words in written:
        assert canvas.contains(rect), f"{words!r} leaves its panel"
        assert type_size >= SMALLEST
        assert not rect.colliderect(layout.game), f"{words!r} is written over the game"
    for (a, _, _, one), (b, _, _, other) in combinations(written, 2):
        assert not a.colliderect(b) or not (a.w and b.w), f"{one!r} is written over {other!r}"


def test_all_panels_fit_where_the_design_says_they_do(fake: SimpleNamespace) -> None:
    for names, moments in (stream(fake, "atari"), stream(fake, "doom")):
        scene = Scene((1280, 720), fake.about(names))
        scene.status = Status()
        for moment in moments:
            scene.update(moment)
        shown = {panel.name for panel, _ in scene.layout(True).panels}
        assert shown == {"score", "actions", "value", "eyes", "memory", "learning", "facts"}


def test_a_state_is_told_in_words_where_the_game_has_them(
    fake: SimpleNamespace, written: list[tuple[pygame.Rect, pygame.Rect, int, str]]
) -> None:
    scene = Scene((1280, 720), replace(fake.about(), observation_names=STATES))
    for state, words in ((7, {"state 7", "row 7", "passenger in the taxi"}), (9, {"state 9"})):
        written.clear()
        scene.update(fake.moment(state, observation=np.int64(state)))
        scene.draw(pygame.Surface((1280, 720)), fake.breakout(0), True)
        assert words <= {one for *_, one in written}
    assert not any("passenger" in one for *_, one in written)


def test_what_a_game_counts_is_added_up_and_the_rest_is_shown_as_it_stands(
    fake: SimpleNamespace, written: list[tuple[pygame.Rect, pygame.Rect, int, str]]
) -> None:
    scene = Scene((1280, 720), replace(fake.about(), counts=("kills",)))
    for step in range(5):
        scene.update(fake.moment(step, info={"kills": 2, "ammo": 50 - step}))
    scene.draw(pygame.Surface((1280, 720)), fake.breakout(0), True)
    words = [one for *_, one in written]
    assert words[words.index("kills") - 1] == "8"
    assert words[words.index("ammo") - 1] == "46"


def test_the_exploration_is_never_a_number_without_a_name(
    fake: SimpleNamespace, written: list[tuple[pygame.Rect, pygame.Rect, int, str]]
) -> None:
    said = {}
    for size in SIZES:
        scene = Scene(size, fake.about())
        written.clear()
        crowded = size != (3840, 2160)
        decision = replace(
            fake.moment(1).decision,
            by="nstep-dqn" if crowded else "a3c",
            exploration=0.0131,
            explored=crowded,
        )
        scene.update(fake.moment(1, decision=decision))
        scene.draw(pygame.Surface(size), fake.breakout(0), True)
        said[size] = [words for *_, words in written if "0.013" in words]
    assert said[1280, 720] == ["expl. 0.013"]
    assert said[3840, 2160] == ["exploration 0.013"]
    assert all(words[0].startswith("expl") for words in said.values() if words)


def test_who_chose_is_told_in_full_where_nothing_stands_beside_it(
    fake: SimpleNamespace, written: list[tuple[pygame.Rect, pygame.Rect, int, str]]
) -> None:
    scene = Scene((1280, 720), fake.about())
    decision = replace(fake.moment(1).decision, by="somebody-elses-brain", exploration=None, explored=False)
    scene.update(fake.moment(1, decision=decision))
    scene.draw(pygame.Surface((1280, 720)), fake.breakout(0), True)
    [(rect, _, size, words)] = [one for one in written if one[-1] == "chosen by somebody-elses-brain"]
    assert rect.w == Typeface().width(words, size), "not cut"


def test_a_line_marks_where_another_brain_goes_on_and_its_curve_begins_anew(
    fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    curve = Canvas.curve

    def note(self: Canvas, points: Any, colour: Any) -> None:
        runs.append(len(points))
        curve(self, points, colour)

    def line(brains: str) -> tuple[list[int], int]:
        """Return how long the parts of V's curve are, and how many gray lines are in the panel."""
        scene, target = Scene((1280, 720), fake.about()), pygame.Surface((1280, 720))
        for step, name in enumerate(brains, 1):
            by = "human" if name == "h" else name
            moment = fake.moment(step, learning={}, info={})
            scene.update(replace(moment, decision=replace(moment.decision, by=by)))
        runs.clear()
        scene.draw(target, fake.breakout(0), True)
        place = next(rect for panel, rect in scene.layout(True).panels if panel.name == "value")
        shown = pygame.surfarray.array3d(target.subsurface(place))
        return [n for n in runs if n], int(((shown == MUTED).all(2).sum(1) > 20).sum())

    monkeypatch.setattr(Canvas, "curve", note)
    assert line("a" * 40) == ([40], 0)
    assert line("a" * 25 + "b" * 15) == ([25, 15], 1)
    assert line("a" * 10 + "h" * 10 + "a" * 20) == ([40], 0), "while a person plays the brain looks on"


def test_every_panel_draws_something_new_with_every_moment(fake: SimpleNamespace) -> None:
    scene = Scene((1280, 720), fake.about())
    for step in range(50):
        scene.update(fake.moment(step))
    before, after = pygame.Surface((1280, 720)), pygame.Surface((1280, 720))
    scene.draw(before, fake.breakout(0), True)
    scene.update(fake.moment(50, info={"lives": 2, "kills": 9}))
    scene.draw(after, fake.breakout(0), True)
    for panel, rect in scene.layout(True).panels:
        old, new = (pygame.surfarray.array3d(s.subsurface(rect)) for s in (before, after))
        assert not np.array_equal(old, new), panel.name
        assert new.std() > 5, f"{panel.name} is empty"


def test_the_picture_is_drawn_pixel_by_pixel(fake: SimpleNamespace) -> None:
    scene, target = Scene((1280, 720), fake.about()), pygame.Surface((1280, 720))
    picture = fake.breakout(3)
    scene.update(fake.moment(0))
    scene.draw(target, picture, True)
    placed = scene.fitted(True)
    assert placed.blocks == 3
    assert placed.rect.size == (160 * 3, 210 * 3)
    shown = pygame.surfarray.array3d(target.subsurface(placed.rect)).transpose(1, 0, 2)
    np.testing.assert_array_equal(shown, picture.repeat(3, axis=0).repeat(3, axis=1))


@pytest.mark.parametrize("width", [1280, 1024, 640])
def test_a_heading_is_whole_or_what_stands_beside_it_is_left_out(
    fake: SimpleNamespace, written: list[tuple[pygame.Rect, pygame.Rect, int, str]], width: int
) -> None:
    names, moments = stream(fake, "doom")
    sure = replace(moments[-1].decision, probabilities=(0.99999, *(0.00001 / 53,) * 53))
    scene = Scene((width, width * 9 // 16), fake.about(names))
    scene.update(replace(moments[-1], decision=sure))
    scene.draw(pygame.Surface((width, width * 9 // 16)), moments[-1].pictures[-1], True)
    places = {said: (rect.w, size) for rect, _, size, said in written}
    entropy = [said for said in places if said.startswith("entropy")]
    assert entropy == (["entropy < 0.001 of 3.99"] if width > 640 else [])
    for words in ("score", "probabilities", "V over time", *entropy):
        assert places[words][0] == Typeface().width(words, places[words][1]), f"{words!r} is cut"


def test_who_predicts_nothing_has_rewards_over_time(fake: SimpleNamespace) -> None:
    history = History(fake.about())
    chance = Decision(1, probabilities=(0.25,) * 4, by="random")
    assert ValuePanel().heading(history)[0] == "V over time"
    history.update(fake.moment(0))
    assert ValuePanel().heading(history)[0] == "V over time", "nobody has decided yet"
    history.update(fake.moment(1, decision=chance))
    assert ValuePanel().heading(history)[0] == "rewards over time"
    history.update(fake.moment(2))
    assert ValuePanel().heading(history)[0] == "V over time"


def test_of_who_predicts_nothing_only_what_it_is_fed_is_said(
    fake: SimpleNamespace, written: list[tuple[pygame.Rect, pygame.Rect, int, str]]
) -> None:
    scene = Scene(
        (1280, 720),
        replace(fake.about(), measures=Measures(otherwise=Measure(0.99, "shaped, clipped to ±1"))),
    )
    for step in range(3):
        scene.update(fake.moment(step, decision=Decision(1, by="reinforce")))
    scene.draw(pygame.Surface((1280, 720)), None, True)
    words = [said for _, _, _, said in written]
    assert not [said for said in words if said.startswith(("V at", "came", "advantage"))]
    [(rect, size)] = [(rect, size) for rect, _, size, said in written if said.startswith("fed")]
    assert rect.w == Typeface().width("fed shaped, clipped to ±1, γ 0.99", size)


@pytest.mark.parametrize("value", [0.3942, -1.324, 19.37, -0.0123])
def test_the_figures_beside_v_are_whole_in_a_window_of_the_usual_size(
    fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    asked: dict[str, str] = {}
    fit = Typeface.fit

    def fitted(self: Typeface, words: str, size: int, width: int) -> str:
        asked[words] = fit(self, words, size, width)
        return asked[words]

    monkeypatch.setattr(Typeface, "fit", fitted)
    scene = Scene((1280, 720), replace(fake.about(), measures=Measures(otherwise=Measure(0.99))))
    for step in range(3):
        decision = Decision(1, probabilities=(0.25,) * 4, value=value, by="a3c")
        scene.update(fake.moment(step, decision=decision, fed=value))
    scene.draw(pygame.Surface((1280, 720)), None, True)
    said = [words for words in asked if words.startswith(("V at", "came", "advantage"))]
    assert len(said) == 3
    assert [asked[words] for words in said] == said


def test_no_lives_are_said_in_a_figure(
    fake: SimpleNamespace, written: list[tuple[pygame.Rect, pygame.Rect, int, str]]
) -> None:
    scene = Scene((1280, 720), fake.about())
    scene.update(fake.moment(1, info={"lives": 0}))
    scene.draw(pygame.Surface((1280, 720)), None, True)
    words = [said for _, _, _, said in written]
    assert words[words.index("lives") + 1] == "0"


def test_a_panel_of_the_brain_before_goes_with_it(fake: SimpleNamespace) -> None:
    scene = Scene((1280, 720), fake.about())
    for step in range(3):
        scene.update(fake.moment(step))
    assert {"memory", "learning"} <= {panel.name for panel, _ in scene.layout(True).panels}
    scene.follow(fake.about())
    decision = replace(fake.moment(3).decision, memory=None)
    scene.update(fake.moment(3, decision=decision, learning={}))
    kept = {panel.name for panel, _ in scene.layout(True).panels}
    assert not {"memory", "learning"} & kept
    assert {"score", "actions", "value", "eyes"} <= kept


def test_without_panels_there_is_only_the_game(fake: SimpleNamespace) -> None:
    scene, target = Scene((640, 840), fake.about()), pygame.Surface((640, 840))
    scene.update(fake.moment(0))
    picture = np.full((210, 160, 3), 200, np.uint8)
    scene.draw(target, picture, False)
    np.testing.assert_array_equal(pygame.surfarray.array3d(target), 200)


def test_a_scene_without_a_picture_is_drawn(fake: SimpleNamespace) -> None:
    scene, target = Scene((1280, 720), fake.about()), pygame.Surface((1280, 720))
    scene.draw(target, None, True)
    assert target.get_at((5, 5))[:3] == BACKGROUND
    scene.update(fake.moment(1, pictures=()))
    scene.draw(target, None, True)
    assert target.get_at(scene.layout(True).panels[0][1].center)[:3] == SURFACE


def test_drawing_needs_no_display(fake: SimpleNamespace) -> None:
    pygame.display.quit()
    scene, target = Scene((1280, 720), fake.about()), pygame.Surface((1280, 720), 0, 24)
    scene.update(fake.moment(3))
    scene.draw(target, fake.breakout(1), True)
    assert not pygame.display.get_init()
    assert pygame.surfarray.array3d(target).std() > 10


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf"), 1e300])
def test_numbers_gone_wild_are_drawn(fake: SimpleNamespace, bad: float) -> None:
    scene, target = Scene((1280, 720), fake.about()), pygame.Surface((1280, 720))
    for step in range(3):
        moment = fake.moment(
            step, reward=bad, score=bad, learning={"loss": bad}, info={"lives": bad, "x": bad}
        )
        scene.update(moment)
    for kind in ("probabilities", "q_values"):
        decision = fake.moment(3, kind=kind).decision
        fields = {
            kind: (bad, 0.5, 0.1, bad),
            "value": bad,
            "memory": np.array([np.nan, np.inf, -9.0], np.float32),
        }
        scene.update(fake.moment(3, decision=type(decision)(1, **fields), observation=np.array([bad, 1.0])))
        scene.draw(target, None, True)


@pytest.mark.timeout(20, method="thread")  # pygame, which a point that lies nowhere holds, hears no signal
@pytest.mark.parametrize("kind", ["probabilities", "q_values"])
def test_numbers_whose_distance_is_no_number_lie_where_others_would(
    fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    curves: list[list[tuple[float, float]]] = []
    monkeypatch.setattr(Canvas, "curve", lambda self, points, colour: curves.append(list(points)))

    def drawn(largest: float) -> list[list[tuple[float, float]]]:
        scene = Scene((1280, 720), replace(fake.about(), measures=Measures(otherwise=Measure(0.5))))
        for step in range(1, 30):
            bad = largest if step % 2 else -largest
            fields: dict[str, Any] = {"q_values": (bad, 0.0, -bad, 0.0)}
            if kind == "probabilities":
                fields = {"probabilities": (0.25,) * 4, "value": bad}
            scene.update(
                fake.moment(step, decision=Decision(1, **fields), fed=bad / 2, learning={"loss": bad})
            )
        curves.clear()
        scene.draw(pygame.Surface((1280, 720)), None, True)
        return [curve for curve in curves if curve]

    wild, usual = drawn(1.7e308), drawn(1e100)
    assert len(wild) == len(usual) == 3, "what came, V or the largest Q, and the loss"
    assert np.isfinite(np.concatenate(wild)).all()
    for one, other in zip(wild[1:], usual[1:], strict=True):
        assert [y for _, y in one] == [y for _, y in other]


def test_control_characters_are_not_drawn(fake: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []
    render = Typeface.render

    def note(self: Typeface, text: str, size: int, colour: Any) -> pygame.Surface:
        rendered.append(text)
        return render(self, text, size, colour)

    monkeypatch.setattr(Typeface, "render", note)
    scene, target = Scene((1280, 720), fake.about(("a\x00b\n", "c"))), pygame.Surface((1280, 720))
    scene.update(fake.moment(1, actions=2, info={"na\x00me": "val\nue\x1b[2J"}))
    scene.draw(target, None, True)
    assert any("val" in words for words in rendered)
    assert all(words.isprintable() for words in rendered)


def test_text_is_cut_to_its_width() -> None:
    face = Typeface()
    for width in (0, 10, 40, 100):
        cut = face.fit("a rather long line of words", 14, width)
        assert face.width(cut, 14) <= width
    assert face.fit("short", 14, 500) == "short"


def drawn(fake: SimpleNamespace, scene: Scene, size: tuple[int, int], depth: int, panels: bool) -> Any:
    """Return what a scene draws on a target of this kind."""
    target = pygame.Surface(size, 0, depth)
    scene.draw(target, fake.breakout(1), panels)
    return pygame.surfarray.array3d(target)


def test_what_is_kept_between_frames_is_never_the_wrong_thing(fake: SimpleNamespace) -> None:
    kept = Scene((1280, 720), fake.about())
    moments = []
    for step, (size, depth) in enumerate([((1280, 720), 32), ((1280, 720), 24), ((800, 600), 24)] * 2):
        moments.append(fake.moment(step))
        kept.update(moments[-1])
        for panels in (True, False, True):
            fresh = Scene(size, fake.about())
            for moment in moments:
                fresh.update(moment)
            kept.status = fresh.status = Status(paused=True) if step % 2 else None
            np.testing.assert_array_equal(
                drawn(fake, kept, size, depth, panels), drawn(fake, fresh, size, depth, panels)
            )
