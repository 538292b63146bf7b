"""Learning that came to numbers that are none, found before they cost what was learned until then.

One gradient of NaN makes every weight NaN, and where agents share them, everybody's. So a learner looks at
the loss and the norm of each gradient before its optimiser steps, and nothing that is not finite is written
anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore.errors import BotplayError


class DivergedError(BotplayError):
    """Learning diverged: an earlier checkpoint is worth more than what there is now."""


def check_update(loss: float, norm: float) -> None:
    """Look at the loss and the norm of its gradient, before the optimiser steps.

    Raises:
        DivergedError: one of them is not finite.
    """
    if not (math.isfinite(loss) and math.isfinite(norm)):
        raise DivergedError(
            f"learning diverged: the loss is {loss:.4g}, the norm of its gradient {norm:.4g}; "
            "a smaller learner.learning_rate or reward.scale may help"
        )


def check_finite(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Look whether everything that was learned is a number.

    Raises:
        DivergedError: something is not.
    """
    for name in not_finite(arrays):
        raise DivergedError(
            f"learning diverged: there are NaN or infinite numbers in {name}; "
            "a smaller learner.learning_rate or reward.scale may help"
        )


def check_read(arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Look whether everything that was read from a file is a number: nothing else is ever written.

    Raises:
        BotplayError: something is not.
    """
    for name in not_finite(arrays):
        raise BotplayError(f"{path} is damaged: there are NaN or infinite numbers in {name}")


def not_finite(arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    """Yield the names of arrays with numbers that are NaN or infinite."""
    for name, array in arrays.items():
        if np.asarray(array).dtype.kind == "f" and not np.isfinite(array).all():
            yield name
