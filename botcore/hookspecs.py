"""Every hook. A plugin is a module that implements some of them, under the entry-point group `botplay`.

Each example below is run by a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from botcore.contracts.brain import Brain, Part
    from botcore.contracts.game import Game
    from botcore.contracts.moment import Moment

GROUP = "botplay"
hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


@hookspec
def botplay_games() -> Iterable[Game]:  # type: ignore[empty-body]
    """Give games. Return descriptors; the code they name is imported when the game is opened.

    Example:
        ```python
        import botcore

        @botcore.hookimpl
        def botplay_games():
            yield botcore.Game(
                name="walk",
                summary="Walk to the end of a line.",
                open="my_package.walk:open_walk",
            )
        ```
    """


@hookspec
def botplay_parts() -> Iterable[Part]:  # type: ignore[empty-body]
    """Give parts of networks: eyes, memory, neurons.

    Example:
        ```python
        import botcore

        @botcore.hookimpl
        def botplay_parts():
            yield botcore.Part(
                name="tiny",
                role="neurons",
                summary="One small layer.",
                build="my_package.tiny:build",
            )
        ```
    """


@hookspec
def botplay_brains() -> Iterable[Brain]:  # type: ignore[empty-body]
    """Give brains: recipes of parts with a learning rule.

    Example:
        ```python
        import botcore

        @botcore.hookimpl
        def botplay_brains():
            yield botcore.Brain(
                name="coin",
                summary="Tosses a coin.",
                learner="my_package.coin:CoinLearner",
                accepts=frozenset({"pixels", "vector", "discrete"}),
                trains=False,
            )
        ```
    """


@hookspec
def botplay_models() -> Iterable[Path]:  # type: ignore[empty-body]
    """Give folders of trained models: `GAME/SCENARIO/BRAIN/` holds `card.json` and `weights.safetensors`.

    `BRAIN@PROTOCOL` is one that was trained for another protocol than the game's first.

    Example:
        ```python
        from pathlib import Path

        import botcore

        @botcore.hookimpl
        def botplay_models():
            yield Path("/opt/my_package/models")
        ```
    """


@hookspec
def botplay_moment(moment: Moment) -> None:
    """See every Moment of live play, after it was recorded and before it is drawn.

    An exception in here is reported once and the plugin's hook is not called again; the game goes on.

    Example:
        ```python
        import botcore

        @botcore.hookimpl
        def botplay_moment(moment: botcore.Moment) -> None:
            if moment.last:
                print(f"episode {moment.episode}: {moment.score:g}")
        ```
    """
