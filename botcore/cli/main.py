"""`botplay`: finding the command, and turning every error into one line and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import click

from botcore.blame import blame, in_a_line
from botcore.cli.check import check
from botcore.cli.doctor import doctor
from botcore.cli.evaluate import evaluate
from botcore.cli.export import export, import_command
from botcore.cli.group import Commands
from botcore.cli.listing import list_command, plugins_command
from botcore.cli.models import models
from botcore.cli.new import new
from botcore.cli.play import play
from botcore.cli.replay import replay
from botcore.cli.replays import replays
from botcore.cli.settings import settings_command
from botcore.cli.start import show_start
from botcore.cli.thumbnail import thumbnail
from botcore.cli.train import train
from botcore.cli.verify import verify
from botcore.cli.versus import versus
from botcore.discovery import one_line
from botcore.ending import ENDING, leave, listen
from botcore.errors import BotplayError, lacking, printable
from botcore.unread import let_go, open_closed

OWN_OPTIONS = ("--help", "-h", "--version")


FULL = (errno.ENOSPC, errno.EDQUOT)
"""What says that a disk, or somebody's share of one, is full."""


class PipeError(Exception):
    """A pipe broke: that of our output, or one of a plugin's."""


class InputEndedError(Exception):
    """A plugin read on where an input had ended."""


@contextmanager
def _all_told() -> Iterator[None]:
    """Pass on under another name what click would end at without a word, whosever it was."""
    try:
        yield
    except BrokenPipeError as error:
        raise PipeError(one_line(error)) from error
    except EOFError as error:
        raise InputEndedError(one_line(error)) from error


class Botplay(Commands):
    """The group of commands; options without a command are meant for `play`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `play` in front of options that are not the group's own."""
        if args and args[0].startswith("-") and args[0] not in OWN_OPTIONS:
            args = ["play", *args]
        return super().parse_args(ctx, args)

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        """Read the arguments, or answer `--help`."""
        with _all_told():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _all_told():
            return super().invoke(ctx)


@click.group(
    cls=Botplay,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Any command takes --debug, which shows the traceback of an error.",
)
@click.version_option(package_name="botplay")
@click.pass_context
def botplay(ctx: click.Context) -> None:
    """Bots that play games, to watch, understand, take apart and extend.

    \b
    botplay                                 choose on the start screen
    botplay --game breakout --brain a3c     watch a bot play
    botplay --game car --brain dqn --learn  watch one learn
    botplay replay last                     watch it again
    botplay versus --game car --brain dqn --brain qlearning
    """
    if ctx.invoked_subcommand is None and not show_start():
        click.echo(ctx.get_help())


for command in (
    play, train, evaluate, models, list_command, settings_command, plugins_command, check, new, doctor,
    replays, replay, verify, export, import_command, thumbnail, versus,
):  # fmt: skip
    botplay.add_command(command)


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    # pygame greets on standard output, which would break `--json`.
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    open_closed()
    listen(ENDING, leave)
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        let_go()  # or Python complains of what it cannot write any more


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code.

    0; 1: a defect, of botplay or of a plugin that is named; 2: something to put right; 130: Ctrl-C.
    """
    debug = "--debug" in arguments
    try:
        code = botplay.main([a for a in arguments if a != "--debug"], "botplay", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except (BotplayError, click.ClickException) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        return _tell(" ".join(text.split()), 2, debug=debug)
    except (KeyboardInterrupt, click.Abort):
        return 130
    except SystemExit as error:
        line = blame(error)
        if line is None:
            raise
        return _tell(line, 1, debug=debug)
    except BaseException as error:  # a plugin's may be of any kind
        if isinstance(error, PipeError | BrokenPipeError) and let_go():
            return 0  # Whoever read our output has gone; there is nobody to tell.
        if isinstance(error, OSError) and error.errno in FULL:
            where = f" ({error.filename})" if error.filename else ""
            return _tell(f"{error.strerror}{where}: make room, or write to another place", 2, debug=debug)
        if (too_little := lacking(error)) is not None:
            return _tell(too_little, 2, debug=debug)
        return _tell(in_a_line(error), 1, debug=debug)


def _tell(line: str, code: int, *, debug: bool) -> int:
    """Tell of what ended the command, where it can still be told; return the exit code."""
    with suppress(OSError):
        if debug:
            for part in traceback.format_exc().splitlines():
                click.echo(printable(part), err=True)
        click.echo(f"botplay: {printable(line)}", err=True)
    return code
