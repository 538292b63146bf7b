"""Keeping a trained model in half the space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from botcore.card import Card
from botcore.errors import BotplayError
from botcore.models import WEIGHTS, Model, held, open_model, put_model
from botcore.scores import BEFORE_HALVING


def halve_model(model: Model) -> Model:
    """Keep a model's weights in half the space: float32 becomes float16, wherever it holds the numbers.

    Those that lie there by now: another training may have installed its own since `model` was read. Brains
    load them into networks of float32. What was measured stays on the card, as of the weights before: rounded
    ones (by one part in 2,048 at most, or 3e-8 where they are small) may choose otherwise, so they are to be
    measured again.

    Raises:
        BotplayError: there is nothing to halve, or it cannot be read or written.
    """
    with held(model.folder):
        there = replace(model, card=open_model(model.folder).card)
        before = there.weights()
        after = {name: _halved(array) for name, array in before.items()}
        if all(after[name].dtype == array.dtype for name, array in before.items()):
            raise BotplayError(f"{there.folder / WEIGHTS} holds no float32 that float16 could hold")
        return replace(there, card=put_model(there.folder, after, _as_of_before(there.card)))


def _as_of_before(card: Card) -> Card:
    """Return the card with what was measured marked as of the whole weights."""
    score = _of_whole(card.score) if card.score else card.score
    return replace(card, score=score, elsewhere=tuple(_of_whole(score) for score in card.elsewhere))


def _halved(array: NDArray[Any]) -> NDArray[Any]:
    fits = array.dtype == np.float32 and bool((np.abs(array) <= np.finfo(np.float16).max).all())
    return array.astype(np.float16) if fits else array


def _of_whole(score: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**score, "kind": f"{score.get('kind', '')}{BEFORE_HALVING}"}
