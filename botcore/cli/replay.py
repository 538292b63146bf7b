"""`botplay replay`: what happened, again, or from some moment on in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from botcore.cli.companions import PARENT, replays_to_compare
from botcore.cli.options import FILE, load, no_plugin, note, out_option, speed_option
from botcore.cli.times import frame_at
from botcore.clock import clock
from botcore.ending import ASKED
from botcore.errors import BotplayError
from botcore.ledger import PERSON

if TYPE_CHECKING:
    from botcore.live import Live
    from botcore.plugins import Plugins
    from botcore.replay.reader import Replay
    from botcore.window.player import TakeOver

LEAD = 3.0  # seconds that are shown before another brain, or a person, takes over


@click.command()
@click.argument("which", default="last", metavar="[ID | PATH | last]")
@click.option("--from", "start", metavar="TIME", help="Begin at a time (1:23 or 83.5) or a frame (f1234).")
@click.option(
    "--takeover", metavar="BRAIN", help="Let a brain, or human, go on playing from there; a new replay."
)
@click.option(
    "--model", type=FILE, metavar="MODEL", help="A trained model for --takeover, by folder or name."
)
@click.option("--no-window", is_flag=True, help="With --takeover: as fast as it can, to the episode's end.")
@click.option(
    "--compare",
    "compared",
    multiple=True,
    is_flag=False,
    flag_value=PARENT,
    metavar="[REPLAY]",
    help="Side by side with another, or with the one it went on from, or those played beside it.",
)
@speed_option
@out_option
@no_plugin
def replay(
    *,
    which: str,
    start: str | None,
    takeover: str | None,
    model: Path | None,
    no_window: bool,
    compared: tuple[str, ...],
    speed: float,
    out: Path | None,
    no_plugin: tuple[str, ...],
) -> None:
    """Watch a recorded episode again, which needs neither the game nor the brain.

    With --takeover the game itself is brought to that moment, and somebody else goes on from there. In the
    window T does that for you, at the moment that is shown.
    """
    from botcore.replay.groups import GROUP, find_group, find_one, same_round
    from botcore.replay.library import find_replay, replays_root
    from botcore.replay.reader import open_replay

    if takeover is None and (model is not None or no_window):
        raise BotplayError("--model and --no-window go with --takeover BRAIN")
    if takeover is not None and compared:
        raise BotplayError("--takeover makes a replay and --compare shows some; give one of them")
    root = replays_root(out)
    if takeover is not None:
        find_one(root, which)  # Of several played side by side it has to be said which.
    group = find_group(root, which) if which.startswith(GROUP) else ()
    if which == "last" and takeover is None and not compared:
        group = same_round(find_replay(root, which))  # What was played last may have been a round of versus.
    with open_replay(group[0] if group else find_replay(root, which)) as opened:
        frame = 0 if start is None else frame_at(start, opened.header.about.fps)
        if takeover is None:
            opened.check_within(frame, "begin")
            take_over = by_a_person(lambda: load(no_plugin), opened, out)
            _watch(opened, which, frame, speed, compared or (PARENT,) * (len(group) > 1), root, take_over)
            return
        plugins = load(no_plugin)
        windowed = _windowed(plugins, takeover, no_window=no_window)
        live = _open(plugins, opened, takeover, frame, model=model, windowed=windowed, out=out)
    _go_on(plugins, live, speed, windowed=windowed)


def by_a_person(plugins: Callable[[], Plugins], opened: Replay, out: Path | None) -> TakeOver:
    """Return what lets a person take over in the window of a replay, as `--takeover human` does.

    Args:
        plugins: gives the plugins, which a replay that is only watched does without.
        opened: the replay.
        out: folder for the new one; None: the user's.
    """

    def bring(frame: int, on_way: Callable[[int], None]) -> Callable[[], None]:
        loaded = plugins()
        with _in_the_window():
            try:
                live = _open(loaded, opened, PERSON, frame, model=None, windowed=True, out=out, on_way=on_way)
            except (BotplayError, *ASKED):
                raise
            except BaseException as error:  # A plugin's code.
                raise BotplayError(f"{type(error).__name__}: {error}") from error
        return lambda: play(loaded, live)

    def play(loaded: Plugins, live: Live) -> None:
        with _in_the_window():
            _go_on(loaded, live, 1.0, windowed=True)

    return bring


@contextmanager
def _in_the_window() -> Iterator[None]:
    """Leave out of what goes wrong which option helps: in a window there is none."""
    try:
        yield
    except BotplayError as error:
        raise BotplayError(str(error).replace(" (--from)", "")) from error


def _watch(
    opened: Replay,
    which: str,
    frame: int,
    speed: float,
    compared: Sequence[str],
    root: Path,
    take_over: TakeOver,
) -> None:
    from botcore.window.display import have_display

    replays = replays_to_compare(opened, compared, root) if compared else [opened]
    if not have_display():
        one = opened.id if len(replays) > 1 else which
        raise BotplayError(
            f"there is no screen to show it on; botplay export {one} --to FILE.mp4 makes a video of "
            f"{'one of them' if len(replays) > 1 else 'it'}"
        )
    from botcore.window.compare import run_comparison
    from botcore.window.player import run_replay

    with ExitStack() as stack:
        for replay in replays:
            stack.enter_context(replay)
        if len(replays) > 1:
            run_comparison(replays, speed=speed, start=frame)
        else:
            run_replay(opened, speed=speed, start=frame, take_over=take_over)


def _windowed(plugins: Plugins, brain: str, *, no_window: bool) -> bool:
    from botcore.window.display import have_display

    windowed = not no_window and have_display()
    if not windowed and "keyboard" in plugins.brain(brain).tags:
        raise BotplayError(f"brain {brain} plays with the keyboard, which needs a window and a screen")
    if not windowed and not no_window:
        note("there is no screen, so it plays without a window")
    return windowed


def _open(
    plugins: Plugins,
    opened: Replay,
    brain: str,
    frame: int,
    *,
    model: Path | None,
    windowed: bool,
    out: Path | None,
    on_way: Callable[[int], None] = lambda frame: None,
) -> Live:
    from botcore.takeover import open_takeover

    fps, shown = opened.header.about.fps, opened.lines[opened.step_at(frame)].moment.frame
    note(f"the game is played again up to {clock(shown / fps)}, where {brain} takes over")
    return open_takeover(
        plugins,
        opened,
        brain,
        frame,
        model=model,
        episodes=None if windowed else 1,
        lead=round(LEAD * fps) if windowed else 0,
        out=out,
        on_problem=note,
        on_way=on_way,
    )


def _go_on(plugins: Plugins, live: Live, speed: float, *, windowed: bool) -> None:
    from botcore.cli.play import count, finish, show
    from botcore.cli.whose_weights import say_whose_weights

    try:
        say_whose_weights(plugins, live.session.setup, live.model)
        show(live, speed) if windowed else count(live)
    finally:
        finish(live)
