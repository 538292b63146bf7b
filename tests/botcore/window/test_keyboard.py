"""Keys on keyboards of other scripts."""

from __future__ import annotations

import pygame
import pytest

from botcore.window.keyboard import events

CYRILLIC_E, CYRILLIC_ZH = 0x435, 0x436
"""What the keys T and ; type on a Russian keyboard."""


@pytest.mark.parametrize(
    ("code", "scancode", "expected"),
    [
        (CYRILLIC_E, pygame.KSCAN_T, pygame.K_t),
        (pygame.K_t, pygame.KSCAN_T, pygame.K_t),
        (pygame.K_a, pygame.KSCAN_Q, pygame.K_a),  # AZERTY
        (0xE9, pygame.KSCAN_2, 0xE9),  # é, French
        (CYRILLIC_ZH, pygame.KSCAN_SEMICOLON, CYRILLIC_ZH),
        (pygame.K_LEFT, pygame.KSCAN_LEFT, pygame.K_LEFT),
    ],
)
def test_a_letter_of_another_script_is_the_latin_one_on_its_key(
    monkeypatch: pytest.MonkeyPatch, code: int, scancode: int, expected: int
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    pygame.event.clear()
    fields = {"key": code, "scancode": scancode, "mod": 0}
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, {**fields, "unicode": "ж"}))
    pygame.event.post(pygame.event.Event(pygame.KEYUP, fields))
    down, up = (event for event in events() if event.type in (pygame.KEYDOWN, pygame.KEYUP))
    assert (down.key, up.key) == (expected, expected)
    assert down.unicode == "ж", "what is typed into a note stays"
    pygame.display.quit()
