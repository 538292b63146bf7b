"""One Doom engine: starting it without a trace, stepping it, and what it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vizdoom
from numpy.typing import NDArray
from vizdoom import GameVariable, ScreenFormat

from botcore import BotplayError
from botplay_doom.launcher import Launcher

Picture = NDArray[np.uint8]

FAILURES = (
    vizdoom.ViZDoomUnexpectedExitException,
    vizdoom.ViZDoomErrorException,
    vizdoom.ViZDoomIsNotRunningException,
    vizdoom.MessageQueueException,
    vizdoom.SharedMemoryException,
)


BY_EPISODE = ("doom.wad", "freedoom1.wad")
"""Games whose first map is `E1M1`. ViZDoom looks for `map01` in every game, and then waits forever."""


@dataclass(frozen=True)
class Counts:
    """What the engine counts within an episode."""

    kills: float
    hits: float
    damage_dealt: float
    damage_taken: float
    ammo: float
    weapon: float
    health: float
    armor: float
    x: float
    y: float
    weapons: float


VARIABLES = (
    GameVariable.KILLCOUNT,
    GameVariable.HITCOUNT,
    GameVariable.DAMAGECOUNT,
    GameVariable.DAMAGE_TAKEN,
    GameVariable.SELECTED_WEAPON_AMMO,
    GameVariable.SELECTED_WEAPON,
    GameVariable.HEALTH,
    GameVariable.ARMOR,
    GameVariable.POSITION_X,
    GameVariable.POSITION_Y,
)
"""In the order of the fields of `Counts`, but for its last."""
WEAPONS = tuple(getattr(GameVariable, f"WEAPON{slot}") for slot in range(10))
"""How many weapons the player has on each key."""


class Engine:
    """An engine that runs in a process of its own, without window and sound."""

    def __init__(self, config: Path, *, resolution: str, gray: bool, skill: int) -> None:
        """Start it.

        Args:
            config: the scenario's configuration file.
            resolution: `160x120` and so on.
            gray: pictures are `[H, W]` gray instead of `[H, W, 3]` RGB.
            skill: 1 to 5, or 0 for what the scenario says.

        Raises:
            BotplayError: it does not start.
        """
        self._game = game = vizdoom.DoomGame()
        game.load_config(str(config))
        self._launcher = Launcher(Path(vizdoom.__file__).with_name("vizdoom"))
        game.set_vizdoom_path(str(self._launcher.script))
        game.set_doom_config_path(str(self._launcher.settings))
        game.set_screen_resolution(getattr(vizdoom.ScreenResolution, f"RES_{resolution.upper()}"))
        game.set_screen_format(ScreenFormat.GRAY8 if gray else ScreenFormat.RGB24)
        if Path(game.get_doom_game_path()).name in BY_EPISODE:
            game.set_doom_map("E1M1")
        game.set_window_visible(False)
        game.set_sound_enabled(False)
        game.set_mode(vizdoom.Mode.PLAYER)
        for switch in (game.set_audio_buffer_enabled, game.set_automap_buffer_enabled):
            switch(False)
        game.set_notifications_buffer_enabled(False)
        if skill:
            game.set_doom_skill(skill)
        self.buttons: list[str] = [button.name for button in game.get_available_buttons()]
        """Names of the scenario's buttons."""
        width, height = game.get_screen_width(), game.get_screen_height()
        self._last: Picture = np.zeros((height, width) if gray else (height, width, 3), np.uint8)
        with self._reported("did not start"):
            game.init()

    def begin(self, seed: int) -> None:
        """Begin the episode that belongs to a seed."""
        with self._reported("stopped"):
            self._game.set_seed(seed)
            self._game.new_episode()

    def act(self, buttons: Sequence[float], tics: int) -> float:
        """Hold buttons for some tics, or until the episode ends; return the reward."""
        with self._reported("stopped"):
            return float(self._game.make_action(list(buttons), tics))

    def picture(self) -> Picture:
        """Return the screen; once the episode is over, the last one there was."""
        state = self._game.get_state()
        if state is not None:
            self._last = state.screen_buffer
        return self._last

    def counts(self) -> Counts:
        """Return what the engine has counted in this episode."""
        count = self._game.get_game_variable
        values = [*map(count, VARIABLES), sum(map(count, WEAPONS))]
        return Counts(*values)

    @property
    def over(self) -> bool:
        """Whether the episode has ended."""
        return bool(self._game.is_episode_finished())

    @property
    def out_of_time(self) -> bool:
        """Whether the episode was cut short by the scenario's time limit."""
        return bool(self._game.is_episode_timeout_reached()) and not self._game.is_player_dead()

    def close(self) -> None:
        """End the engine's process and remove what it left."""
        self._game.close()
        self._launcher.close()

    @contextmanager
    def _reported(self, what: str) -> Iterator[None]:
        """Turn the engine's failures into one line, and clean up after it."""
        try:
            yield
        except FAILURES as error:
            self._launcher.close()
            reason = " ".join(str(error).split())
            raise BotplayError(f"the Doom engine {what}: {reason}; start the game again") from error
