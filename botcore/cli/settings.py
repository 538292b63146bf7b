"""`botplay settings`: everything that can be set, and what it is set to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from botcore.cli.answer import json_option, tell_json
from botcore.cli.options import chosen, load, who_plays_what


@click.command("settings")
@who_plays_what()
@json_option()
def settings_command(*, as_json: bool, no_plugin: tuple[str, ...], **names: Any) -> None:
    """Print every setting of a brain on a game with a word on each, as a file for --settings.

    \b
    botplay settings --game doom --brain a3c > mine.toml
    botplay train --game doom --brain a3c --settings mine.toml
    """
    from botcore.every_setting import as_settings_file, every_setting

    plugins = load(no_plugin)
    setup = chosen(plugins, names)
    if as_json:
        tell_json([asdict(setting) for setting in every_setting(plugins, setup)])
        return
    click.echo(
        f"# Every setting of {setup.brain} on {setup.title}. Change what you like and give this file to"
    )
    click.echo(
        "# --settings, or set one thing at a time with --set SECTION.NAME=VALUE. A trained model keeps what"
    )
    click.echo("# it was trained with (botplay models show).\n")
    click.echo(as_settings_file(plugins, setup), nl=False)
