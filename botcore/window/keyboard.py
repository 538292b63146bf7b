"""Events as they arrive, on whatever keyboard."""

from __future__ import annotations

import pygame

LATIN, NO_CHARACTER = 0x250, 1 << 30
"""pygame's codes of keys are the characters they type; those that type none have this bit set."""
A_TO_Z = range(pygame.KSCAN_A, pygame.KSCAN_Z + 1)


def events() -> list[pygame.event.Event]:
    """Return what has happened since, a letter of another script told as the Latin one on the same key.

    On a Russian or Greek keyboard the key T types no t, and would take over nothing. One that types Latin
    letters elsewhere (AZERTY) is taken at its word, and what a key types (`unicode`) stays as it is.
    """
    return [_in_latin(event) for event in pygame.event.get()]


def _in_latin(event: pygame.event.Event) -> pygame.event.Event:
    if event.type not in (pygame.KEYDOWN, pygame.KEYUP) or not LATIN <= event.key < NO_CHARACTER:
        return event
    if event.scancode not in A_TO_Z:
        return event
    letter = pygame.K_a + event.scancode - pygame.KSCAN_A
    return pygame.event.Event(event.type, {**event.dict, "key": letter})
