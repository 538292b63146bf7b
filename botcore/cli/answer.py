"""`--json`: one answer for a program to read, and nothing else on standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])

ASIDE = f"{__name__}.aside"


def json_option(help_text: str = "Print as JSON.") -> Callable[[Function], Function]:
    """Add `--json`; a command that is called with it answers with `tell_json`."""
    return click.option("--json", "as_json", is_flag=True, callback=_set_aside, help=help_text)


def tell_json(answer: object) -> None:
    """Print the answer of a command that was called with `--json`."""
    click.get_current_context().meta[ASIDE].close()
    click.echo(in_json(answer))


def in_json(answer: object) -> str:
    """Return plain data as JSON; numbers that it lacks become null."""
    from botcore.card import finite

    return json.dumps(finite(answer), allow_nan=False)


def _set_aside(ctx: click.Context, param: click.Parameter, wanted: bool) -> bool:
    if wanted and ASIDE not in ctx.meta:
        ctx.meta[ASIDE] = ctx.with_resource(ExitStack())
        ctx.meta[ASIDE].enter_context(prints_aside())
    return wanted


@contextmanager
def prints_aside() -> Iterator[None]:
    """Let what games and plugins print go to standard error, also out of processes that they or we start."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
