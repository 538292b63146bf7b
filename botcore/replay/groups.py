"""Replays that were played side by side: finding those of one round."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from botcore.errors import BotplayError
from botcore.replay.format import EpisodeHeader, read_header
from botcore.replay.library import find_replay, replay_folders

GROUP = "versus-"
"""What the name of every group begins with."""


def new_group() -> str:
    """Return a name for a group that no other has."""
    return f"{GROUP}{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def find_group(root: Path, group: str) -> Sequence[Path]:
    """Return the replays of the last round of a group; none if there is no such group.

    That is the last one of more than one replay: the first of those who played may have begun another.
    """
    members = _members(root, group)
    sizes = Counter(header.episode for header, _ in members)
    last = max(sizes, key=lambda episode: (sizes[episode] > 1, episode), default=0)
    return _in_order(members, last)


def find_one(root: Path, which: str) -> Path:
    """Return the folder of one replay: `last`, an id, the beginning of one, or a path.

    Raises:
        BotplayError: there is none, or more than one: several were played side by side under that name.
    """
    group = find_group(root, which) if which.startswith(GROUP) else ()
    if group:
        ids = ", ".join(folder.name for folder in group)
        raise BotplayError(f"{which} is a group of replays; name one of them (its last round: {ids})")
    return find_replay(root, which)


def same_round(folder: Path) -> Sequence[Path]:
    """Return the replays that were played side by side with this one and it, or nothing if it was alone."""
    header = read_header(folder)
    if header.about.group is None:
        return ()
    found = _in_order(_members(folder.parent, header.about.group), header.episode)
    return found if len(found) > 1 else ()


def _members(root: Path, group: str) -> Sequence[tuple[EpisodeHeader, Path]]:
    found = []
    for folder in replay_folders(root):
        try:
            header = read_header(folder)
        except BotplayError:
            continue  # A damaged one cannot say what it belongs to.
        if header.about.group == group:
            found.append((header, folder))
    return found


def _in_order(members: Sequence[tuple[EpisodeHeader, Path]], episode: int) -> Sequence[Path]:
    """Return those of one episode, in the order in which they were begun: as they stood side by side."""
    of_round = [(header.started, folder) for header, folder in members if header.episode == episode]
    return [folder for _, folder in sorted(of_round)]
