"""Opening a real window, and saying in one line why it cannot be opened."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pygame

from botcore.errors import BotplayError
from botcore.window.theme import BACKGROUND, GREEN, ORANGE, SKY

FIRST_SIZE = (1280, 720)
"""Of a window on a screen that is as large."""
INVISIBLE = ("offscreen", "dummy", "evdev")  # what SDL falls back to where no screen answers


def have_display() -> bool:
    """Whether a window can be opened here (a virtual SDL driver counts where it was asked for)."""
    wanted = os.environ.get("SDL_VIDEODRIVER")
    named = wanted or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not named:
        return False
    try:
        pygame.display.init()
    except pygame.error:
        return False
    if wanted or pygame.display.get_driver() not in INVISIBLE:
        return True
    pygame.display.quit()
    return False


@contextmanager
def open_window(title: str, size: tuple[int, int] = FIRST_SIZE) -> Iterator[None]:
    """Open a resizable window for the length of a `with` block.

    `screen()` gives its surface, which is a new one after a resize. Inside of another such block the open
    window is used, under the other title, and stays open.

    Raises:
        BotplayError: there is no display, or it refuses a window.
    """
    if pygame.display.get_init() and pygame.display.get_surface() is not None:
        before = pygame.display.get_caption()
        pygame.display.set_caption(title, "botplay")
        try:
            yield
        finally:
            if before:
                pygame.display.set_caption(*before)
        return
    if not have_display():
        raise BotplayError("no display answers here; use --no-window to play without a window")
    try:
        pygame.display.init()
        pygame.font.init()
        pygame.display.set_icon(_icon())
        pygame.display.set_caption(title, "botplay")
        pygame.display.set_mode(_on_screen(size), pygame.RESIZABLE)
    except pygame.error as error:
        pygame.display.quit()
        raise BotplayError(f"cannot open a window ({error}); use --no-window to play without one") from error
    try:
        yield
    finally:
        pygame.display.quit()


def _on_screen(size: tuple[int, int]) -> tuple[int, int]:
    """Return a window's size as far as the screen has room: not every screen is 1280 pixels wide."""
    desktops = pygame.display.get_desktop_sizes()
    if not desktops or pygame.display.get_driver() in INVISIBLE:
        return size
    return min(size[0], desktops[0][0]), min(size[1], desktops[0][1])


def reopen(title: str, size: tuple[int, int]) -> bool:
    """Open the window again where a game that draws with pygame itself has ended pygame on closing.

    Returns whether that was so; every font is then to be made anew.
    """
    if pygame.display.get_init() and pygame.display.get_surface() is not None and pygame.font.get_init():
        return False
    pygame.display.init()
    pygame.font.init()
    pygame.display.set_caption(title, "botplay")
    pygame.display.set_mode(size, pygame.RESIZABLE)
    return True


def screen() -> pygame.Surface:
    """Return the open window's surface."""
    surface = pygame.display.get_surface()
    if surface is None:
        raise BotplayError("the window is closed")
    return surface


def _icon() -> pygame.Surface:
    """Return three bars and a dot: a brain that chooses."""
    icon = pygame.Surface((64, 64))
    icon.fill(BACKGROUND)
    for place, (length, colour) in enumerate(((24, SKY), (48, ORANGE), (14, GREEN))):
        pygame.draw.rect(icon, colour, (8, 10 + place * 16, length, 11), border_radius=3)
    return icon
