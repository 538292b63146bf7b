"""The one error a person can cause."""


class BotplayError(Exception):
    """Something a person can put right. Its text is one line that says what to do.

    The command line prints it without a traceback and exits with code 2
    (`--debug` shows the traceback).
    """


def suggestion(wrong: str, known: list[str]) -> str:
    """Return `"; did you mean X?"` for the known name closest to `wrong`, or an empty string."""
    import difflib

    close = difflib.get_close_matches(wrong, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
