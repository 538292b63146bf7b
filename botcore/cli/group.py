"""Groups of commands that say, of a name they do not know, which is closest."""

from __future__ import annotations

import click

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
