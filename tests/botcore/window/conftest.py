"""A pretended session with a picture like Breakout's, and a way to press keys in a real pygame window."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import botcore.window  # noqa: F401  (before pygame: it silences the banner)

import pygame  # isort: skip

from botcore.about import SceneAbout
from botcore.contracts.moment import Decision, Moment

ACTIONS = ("NOOP", "FIRE", "RIGHT", "LEFT")
BRICKS = ((200, 72, 72), (198, 108, 58), (180, 122, 48), (162, 162, 42), (72, 160, 72), (66, 72, 200))
PATIENCE = 20.0
"""Seconds after which a script that waits in vain fails."""


def breakout(step: int) -> NDArray[np.uint8]:
    """Return a picture `[210, 160, 3]` with walls, six rows of bricks, a paddle and a ball."""
    picture = np.zeros((210, 160, 3), np.uint8)
    picture[17:32] = picture[17:196, :8] = picture[17:196, 152:] = 142
    for row, colour in enumerate(BRICKS):
        picture[57 + 6 * row : 63 + 6 * row, 8:152] = colour
    paddle = 8 + (step * 3) % 126
    picture[189:193, paddle : paddle + 16] = BRICKS[0]
    picture[100 + step % 80, 8 + (step * 5) % 140] = BRICKS[0]
    return picture


def make_moment(step: int, *, actions: int = 4, kind: str = "probabilities", **changes: Any) -> Moment:
    """Return the `step`-th Moment of an episode that shows everything a panel can draw."""
    random = np.random.default_rng(step)
    raw = np.exp(random.normal(size=actions))
    decision = Decision(
        action=int(random.integers(actions)),
        probabilities=tuple(map(float, raw / raw.sum())) if kind == "probabilities" else None,
        q_values=tuple(map(float, np.log(raw))) if kind == "q_values" else None,
        value=float(np.sin(step / 20) * 3) if kind == "probabilities" else None,
        exploration=0.01,
        explored=step % 5 == 0,
        memory=np.tanh(random.normal(size=256)).astype(np.float32),
        by="a3c",
    )
    fields: dict[str, Any] = {
        "episode": 0,
        "step": step,
        "frame": 4 * step,
        "pictures": tuple(breakout(4 * step + n) for n in range(4)),
        "observation": random.integers(0, 255, (4, 84, 84), dtype=np.uint8),
        "decision": decision if step else None,
        "reward": float(random.integers(-1, 2)),
        "score": float(step),
        "terminated": False,
        "truncated": False,
        "info": {"lives": 5 - step // 100, "health": 64.0, "kills": 3, "a long name of a figure": 123456.7},
        "learning": {"loss": 1 / (step + 1), "mean_score": step / 2, "entropy": 0.5},
        "seed": 7,
    }
    return Moment(**{**fields, **changes})


class FakeGame:
    """An environment that the window may touch."""

    def __init__(self) -> None:
        self.touches: list[tuple[float, float, int]] = []
        self.cleared = 0
        self.painted = 0
        self.brush = 10.0

    @property
    def unwrapped(self) -> FakeGame:
        return self

    def get_keys_to_action(self) -> dict[Any, int]:
        return {(): 0, (" ",): 1, ("d",): 2, (pygame.K_LEFT,): 3}

    def commands(self) -> dict[str, tuple[str, Callable[[], None]]]:
        return {
            "c": ("clear sand", self.clear),
            "f5": ("break", self.fail),
            "o": ("tell", self.tell),
            "h": ("hidden", self.clear),
        }

    def clear(self) -> None:
        self.cleared += 1

    def fail(self) -> None:
        raise RuntimeError("no map")

    def tell(self) -> str:
        return "three words more"

    def wheel(self, turns: float) -> None:
        self.brush += turns

    def touch(self, x: float, y: float, button: int) -> None:
        self.touches.append((x, y, button))

    def render(self) -> NDArray[np.uint8]:
        self.painted += 1
        return np.full((210, 160, 3), 77, np.uint8)


class FakeSession:
    """What `botcore.session.Session` looks like to the window; it counts what is asked of it.

    Attributes:
        pulled: the Moments that were computed.
        actions: who acted in each, and how: None where the brain did.
        closed: whether the stream was closed.
    """

    def __init__(self, fps: float = 400.0, length: int | None = None) -> None:
        self.env = FakeGame()
        self.learning, self.can_learn = False, True
        self.human_action: int | None = None
        self.by_hand = False
        self.in_background, self.run_up, self.ready = False, 0, True
        self.action_names, self.fps = ACTIONS, fps
        self.pulled: list[Moment] = []
        self.actions: list[int | None] = []
        self.restarts: list[bool] = []
        self.asked: list[str] = []
        self.sees, self.brain = True, "a3c"
        self.closed = False
        self._length = length

    def about_scene(self) -> SceneAbout:
        return SceneAbout(
            "botplay test", "atari/breakout", self.brain, self.action_names, self.fps, "fresh weights"
        )

    def attention(self, of: str) -> NDArray[np.float32] | None:
        self.asked.append(of)
        return np.eye(4, dtype=np.float32) if self.sees else None

    def get_ready(self) -> bool:
        return self.ready

    def restart(self, *, new_seed: bool) -> None:
        self.restarts.append(new_seed)

    def moments(self) -> Iterator[Moment]:
        try:
            step = 0
            while self._length is None or step < self._length:
                self.actions.append(self.human_action)
                self.pulled.append(make_moment(step))
                yield self.pulled[-1]
                step += 1
        finally:
            self.closed = True


Script = Generator[Any, None, None]


class Driver:
    """Plays a script in the window's own event loop.

    A script is a generator. It yields a list of events to post, a number of turns of the loop to wait, or a
    function to wait for. When it ends the window is closed.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._get = pygame.event.get
        self._script: Script | None = None
        self._wait: Callable[[], bool] = lambda: True
        self._since = 0.0
        monkeypatch.setattr(pygame.event, "get", self._turn)

    def play(self, script: Script) -> None:
        self._script = script

    def _turn(self) -> list[pygame.event.Event]:
        if self._script is not None and self._wait():
            self._advance(self._script)
        elif time.monotonic() - self._since > PATIENCE:
            raise AssertionError("the script waits in vain")
        return self._get()

    def _advance(self, script: Script) -> None:
        self._since, self._wait = time.monotonic(), lambda: True
        try:
            item = next(script)
        except StopIteration:
            self._script, item = None, [pygame.event.Event(pygame.QUIT)]
        if isinstance(item, int):
            turns = iter(range(item))
            self._wait = lambda: next(turns, None) is None
        elif callable(item):
            self._wait = item
        else:
            for event in item:
                pygame.event.post(event)


def key(code: int, typed: str = "", mod: int = 0) -> list[pygame.event.Event]:
    """Return the events of a key that is pressed and released."""
    typed = typed or (chr(code) if code < 127 else "")
    fields = {"key": code, "unicode": typed, "mod": mod, "scancode": 0}
    return [pygame.event.Event(pygame.KEYDOWN, fields), pygame.event.Event(pygame.KEYUP, fields)]


def typing(words: str) -> list[pygame.event.Event]:
    """Return the events of a text that is typed, a key for each letter."""
    found = []
    for letter in words:
        down, up = key(ord(letter), letter)
        found += [down, pygame.event.Event(pygame.TEXTINPUT, text=letter), up]
    return found


@pytest.fixture
def fake() -> SimpleNamespace:
    """Give the names above to tests, which do not import each other."""
    return SimpleNamespace(
        Session=FakeSession,
        moment=make_moment,
        breakout=breakout,
        key=key,
        typing=typing,
        ACTIONS=ACTIONS,
        about=_about,
    )


def _about(names: tuple[str, ...] = ACTIONS) -> SceneAbout:
    return SceneAbout("botplay test", "atari/breakout", "a3c", names, 60.0, "trained for 4,000,000 steps")


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    """Give a driver of a window that SDL draws into memory."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    return Driver(monkeypatch)
