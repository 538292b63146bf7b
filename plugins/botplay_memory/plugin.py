"""An LSTM, as a botplay plugin."""

from collections.abc import Iterable

from botcore import Part, hookimpl


@hookimpl
def botplay_parts() -> Iterable[Part]:
    """Give the memory `lstm`."""
    yield Part(
        name="lstm",
        role="memory",
        summary="A long short-term memory, cleared at each start of an episode.",
        build="botplay_memory.lstm:build",
        settings="botplay_memory.lstm:LstmSettings",
    )
