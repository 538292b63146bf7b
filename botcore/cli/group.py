"""Groups of commands: they say which name is closest, and leave nothing that was typed unheard."""

from __future__ import annotations

import click
from click.core import ParameterSource

from botcore.errors import BotplayError, suggestion


class Commands(click.Group):
    """Commands under one name."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command.

        Raises:
            BotplayError: there is none of that name.
        """
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found
        close = suggestion(cmd_name, list(self.commands))
        of = f" of {ctx.command_path}" if ctx.parent else ""
        alone = f"; {ctx.command_path} alone lists what there is" if ctx.parent else ""
        raise BotplayError(
            f"there is no command {cmd_name!r}{of}{close} ({ctx.command_path} --help lists them{alone})"
        )


def refuse_before_a_command(ctx: click.Context, *names: str) -> None:
    """Refuse options that a group alone listens to, where one of its commands was named, too.

    Raises:
        BotplayError: one of them was typed.
    """
    for option in ctx.command.params:
        typed = ctx.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
        if option.name in names and typed:
            command = ctx.invoked_subcommand
            raise BotplayError(
                f"{option.opts[0]} before {command} does nothing "
                f"({ctx.command_path} {command} --help says what goes after it)"
            )
