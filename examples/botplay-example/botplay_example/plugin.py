"""What this package gives: names, and where the code is."""

import botcore


@botcore.hookimpl
def botplay_games():
    yield botcore.Game(
        name="line", summary="Walk to the end of a line.", open="botplay_example.line:open_line"
    )


@botcore.hookimpl
def botplay_parts():
    yield botcore.Part("wave", "neurons", "One layer of sines.", build="botplay_example.wave:build")
