"""The one error a person can cause, and how what is told of any error is written."""

import errno


class BotplayError(Exception):
    """Something a person can put right. Its text is one line that says what to do.

    The command line prints it without a traceback and exits with code 2
    (`--debug` shows the traceback).
    """


def printable(text: str) -> str:
    """Return a text as one line that does nothing to a terminal but to be read there.

    What is told of an error may hold a piece of a stranger's replay, and so the signs that colour a terminal,
    give it a title, or empty it: they are written out, as in `\\x1b`. White space becomes blanks.
    """
    return "".join(
        sign if sign.isprintable() else " " if sign.isspace() else repr(sign)[1:-1] for sign in text
    )


TOO_LITTLE_MEMORY = (
    "the machine has not enough memory for this: set fewer copies, a shorter rollout, "
    "or a smaller replay memory or network (botplay settings shows what they are)"
)
TOO_FEW_FILES = (
    "the system lets this program open no more files: allow more (ulimit -n), "
    "or set fewer jobs, agents or copies"
)


def lacks_memory(error: BaseException) -> bool:
    """Whether the machine has not enough memory for what was asked for. PyTorch says so in words alone."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "allocate memory" in str(error)
    )


def lacking(error: BaseException) -> str | None:
    """Return what to tell where the machine has too little for what was asked for; None: it is another.

    In a plugin's code too: it may do no more than open what it needs.
    """
    if lacks_memory(error):
        return TOO_LITTLE_MEMORY
    full = isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE)
    return TOO_FEW_FILES if full else None


SHORTEST_BEGINNING = 3
"""Letters; with fewer too much begins."""


def suggestion(wrong: str, known: list[str]) -> str:
    """Return `"; did you mean X?"` for the known name closest to `wrong`, or an empty string.

    A name that begins with `wrong` is closer than any other.
    """
    import difflib

    begun = [name for name in known if name.casefold().startswith(wrong.casefold())]
    if begun and len(wrong) >= SHORTEST_BEGINNING:
        close = difflib.get_close_matches(wrong, begun, n=1, cutoff=0)
    else:
        close = difflib.get_close_matches(wrong, known, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
