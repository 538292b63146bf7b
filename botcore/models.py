"""Trained models: weights in safetensors beside a card in JSON. Finding, reading and installing them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from botcore.card import Card
from botcore.contracts.brain import ROLES
from botcore.errors import BotplayError
from botcore.paths import own_folder
from botcore.plain_file import read_plain_file
from botcore.replacing import replacing
from botcore.setup import OF_THE_MACHINE, Setup, check, part_settings, put_on_top

if TYPE_CHECKING:
    from botcore.contracts.brain import Brain
    from botcore.plugins import Plugins

CARD, WEIGHTS = "card.json", "weights.safetensors"
LEARNED = "learned"
"""Where in the user's data folder those lie that were kept while they learned live."""
NOT_INSTALLED = "model"
"""Where in a run's folder a model lies that was not installed."""
MAX_CARD, MAX_WEIGHTS = 5_000_000, 2 * 2**30  # bytes
SHOWN = 5  # names of models in one line
MAX_NAME = 200  # characters of a file name; 255 is what most file systems take


@dataclass(frozen=True)
class Model:
    """A trained model on disk; `weights()` reads and checks them.

    Attributes:
        kept: whether somebody kept it while it learned live; it has a name of its own then.
    """

    folder: Path
    card: Card
    kept: bool = False

    @property
    def apart(self) -> bool:
        """Whether it lies beside the model of the game's usual protocol, as that of another one."""
        return self.folder.name == _brain_folder(self.card.setup, apart=True)

    @property
    def name(self) -> str:
        """`game/scenario/brain`, with `@protocol` where it lies apart; of one that was kept its folder's."""
        if self.kept:
            return f"{LEARNED}/{self.folder.name}"
        setup = self.card.setup
        end = f"@{setup.protocol}" if self.apart else ""
        return f"{setup.game}/{setup.scenario}/{setup.brain}{end}"

    def weights(self) -> dict[str, Any]:
        """Read the weights.

        Raises:
            BotplayError: the file is missing, is not one of weights, or is not the one the card describes, or
                not all weights are numbers.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        from botcore.training.diverged import check_read

        path = self.folder / WEIGHTS
        data = read_plain_file(path, MAX_WEIGHTS, "model")
        if hashlib.sha256(data).hexdigest() != self.card.weights_sha256:
            raise BotplayError(
                f"{path} is not the file its card describes: it is damaged, or from another model"
                f"{_remedy(self.folder, self.name)}"
            )
        try:
            weights = dict(load(data))
        except (SafetensorError, ValueError, KeyError, TypeError) as error:
            raise BotplayError(f"{path} is not a weights file: {error}") from error
        check_read(weights, path)
        return weights


def user_models() -> Path:
    """Return the folder of the user's own models."""
    return own_folder("models")


def is_own(folder: Path) -> bool:
    """Whether a model's folder is the user's: trained, or kept while it learned live."""
    return any(folder.is_relative_to(root) for root in (user_models(), own_folder(LEARNED)))


def _remedy(folder: Path, name: str) -> str:
    """Return how to get rid of a broken model; nothing for one that ships, which cannot be removed."""
    return f" (botplay models remove {name} takes it away)" if is_own(folder) else ""


def open_model(path: Path) -> Model:
    """Open a model by its folder, its card or its weights file.

    Raises:
        BotplayError: there is no readable card.
    """
    folder = path if path.is_dir() else path.parent
    card = folder / CARD
    if (folder / NOT_INSTALLED / CARD).is_file() and not card.is_file():
        raise BotplayError(f"{path} is a training run; its model lies in {folder / NOT_INSTALLED}")
    if not path.exists() or not card.is_file():
        raise BotplayError(
            f"{path} is no trained model: a model is a folder with {CARD} and {WEIGHTS}, or one that "
            "botplay models lists, as GAME/SCENARIO/BRAIN"
        )
    try:
        text = read_plain_file(card, MAX_CARD, "card").decode()
    except UnicodeDecodeError as error:
        raise BotplayError(f"{card} is not a model card: not text") from error
    return Model(folder, Card.from_json(text, card))


def new_folder(plugins: Plugins, setup: Setup, kind: str) -> Path:
    """Return a new folder's path for what comes of this pair, below `kind` in the user's data folder.

    No other has it, also none of the same game and brain that begins in the same second.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = "-".join(place(plugins, setup).parts).replace("%", "_")
    return own_folder(kind) / f"{stamp}-{name}-{secrets.token_hex(3)}"


def place(plugins: Plugins, setup: Setup) -> Path:
    """Return where a model for this pair lies below a models folder; one for each protocol of the game."""
    apart = setup.protocol != plugins.game(setup.game).protocols[0]
    return Path(_file_name(setup.game), _file_name(setup.scenario), _brain_folder(setup, apart=apart))


def _brain_folder(setup: Setup, *, apart: bool) -> str:
    """Return the folder of a brain's model; no brain's own name has an @ in it, which is quoted there."""
    name = _file_name(setup.brain)
    return f"{name}@{_file_name(setup.protocol)}" if apart else name


def _file_name(name: str) -> str:
    """Return a name as a file may be called; the end of a long one (an id with a map in it) as a digest."""
    quoted = quote(name, safe="")
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return quoted if len(quoted) <= MAX_NAME else f"{quoted[: MAX_NAME - 17]}~{digest}"


def find_model(plugins: Plugins, setup: Setup) -> Model | None:
    """Return the trained model for this game, scenario and brain: the user's own before a shipped one.

    One that was trained for the protocol goes before the one of the game's usual protocol. Where there is
    neither, one of another protocol, or of the same game and brain that was measured on this scenario; broken
    ones among those are passed over (`botplay models` tells of them).

    Raises:
        BotplayError: the one for this scenario is broken.
    """
    roots = (user_models(), *plugins.model_folders())
    own = place(plugins, setup)
    usual = own.with_name(_brain_folder(setup, apart=False))
    for folder in (root / where for where in dict.fromkeys((own, usual)) for root in roots):
        if (folder / CARD).is_file():
            try:
                return open_model(folder)
            except BotplayError as error:
                raise BotplayError(f"{error}{_remedy(folder, name_of(folder))}") from error
    others = (f"{usual}@*/{CARD}", f"{usual.parent.parent}/*/{usual.name}/{CARD}")
    for card in (card for pattern in others for root in roots for card in sorted(root.glob(pattern))):
        with suppress(BotplayError):
            model = open_model(card.parent)
            if model.card.plays(setup.scenario):
                return model
    return None


Found = Model | tuple[Path, str]
"""A model, or the folder of a broken one and what is wrong with it."""


def installed_models(plugins: Plugins) -> Iterator[Found]:
    """Yield every model that `find_model` may find, the user's first."""
    for root in (user_models(), *plugins.model_folders()):
        for card in sorted(root.glob(f"*/*/*/{CARD}")):
            yield _opened(card.parent)


def list_models(plugins: Plugins) -> Iterator[Found]:
    """Yield every model that has a name: those installed, and those that somebody kept with K."""
    yield from installed_models(plugins)
    for card in sorted(own_folder(LEARNED).glob(f"*/{CARD}")):
        found = _opened(card.parent)
        yield replace(found, kept=True) if isinstance(found, Model) else found


def _opened(folder: Path) -> Found:
    try:
        return open_model(folder)
    except BotplayError as error:
        return folder, str(error)


def name_of(folder: Path) -> str:
    """Return the name of a model by its folder, readable or not (a long one is cut by `place`)."""
    if folder.parent == own_folder(LEARNED):
        return f"{LEARNED}/{folder.name}"
    return "/".join(unquote(part) for part in folder.parts[-3:])


def called_model(plugins: Plugins, called: Path) -> Model:
    """Open the model a person means: a folder or a file, or the name of one, or the beginning of one name.

    Raises:
        BotplayError: there is none, it is broken, or there are several of that beginning.
    """
    if called.exists():
        return open_model(called)
    models = [model for model in list_models(plugins) if isinstance(model, Model)]
    meant = [model for model in models if model.name == str(called)]
    meant = meant or [model for model in models if model.name.startswith(str(called))]
    if len({model.name for model in meant}) > 1:
        names = ", ".join(model.name for model in meant[:SHOWN]) + (", ..." if len(meant) > SHOWN else "")
        raise BotplayError(f"'{called}' is the beginning of {len(meant)} models: {names}")
    return meant[0] if meant else open_model(called)


def install_model(folder: Path, weights: Mapping[str, Any], card: Card) -> Model:
    """Write a model into `folder`.

    Raises:
        BotplayError: it cannot be written.
    """
    with held(folder):
        return Model(folder, put_model(folder, weights, card))


def put_model(folder: Path, weights: Mapping[str, Any], card: Card) -> Card:
    """Write a model into a folder that is `held`: the weights first, then the card that names them by hash.

    Returns the card as it was written.

    Raises:
        BotplayError: it cannot be written.
    """
    import numpy as np
    from safetensors.numpy import save

    data = save({name: np.asarray(array, order="C") for name, array in weights.items()})
    card = replace(card, weights_sha256=hashlib.sha256(data).hexdigest())
    _replace(folder / WEIGHTS, data)
    write_card(folder / CARD, card)
    return card


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Let no other process write into a model's folder meanwhile: weights and card belong together.

    Raises:
        BotplayError: there can be no such folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise BotplayError(f"cannot write the model into {folder}: {error.strerror or error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # the folder's own: no file is left behind
        yield
    finally:
        os.close(descriptor)


def check_changeable(plugins: Plugins, model: Model, named: Path | None) -> None:
    """Refuse to change a model that ships, unless it was `named` by its folder.

    Raises:
        BotplayError: it ships; everybody's first game would play otherwise from then on.
    """
    ships = any(model.folder.is_relative_to(root) for root in plugins.model_folders())
    if ships and (named is None or not named.exists()):
        raise BotplayError(
            f"{model.name} ships with botplay, and stays as it is; if it is to be changed all the same, give "
            f"its folder: {model.folder}"
        )


def remove_model(folder: Path) -> None:
    """Delete a model's card and weights, and its folder where nothing else is in it.

    Raises:
        BotplayError: they cannot be deleted.
    """
    try:
        for name in (CARD, WEIGHTS):
            (folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # somebody's own files stay
            folder.rmdir()
    except OSError as error:
        raise BotplayError(f"cannot remove {folder}: {error.strerror or error}") from error


def write_card(path: Path, card: Card) -> None:
    """Write a card, atomically.

    Raises:
        BotplayError: it cannot be written.
    """
    _replace(path, card.to_json().encode())


def _replace(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as draft:  # another process may install the same model just now
            draft.write_bytes(content)
    except OSError as error:
        raise BotplayError(f"cannot write the model into {path.parent}: {error.strerror or error}") from error


def settle(
    plugins: Plugins, setup: Setup, model: Path | None, *, fresh: bool = False
) -> tuple[Setup, Model | None]:
    """Return what is really played: the trained model for `setup` if there is one, with its card's setup.

    Preprocessing, parts and settings travel with the weights; only what was set by hand against the
    learner's way of acting, the game's options and the protocol (a model's own, where one was given without
    a protocol) is taken from `setup`, and what a training
    wants of the machine: a model from one with a GPU and 16 cores is to go on learning on any. Where a part
    is asked for that is not the brain's usual one and not the model's either, or one of another make, fresh
    weights play.

    Raises:
        BotplayError: the model given by `model` is for another game or brain, has parts of another make than
            was asked for, or is broken.
    """
    found = called_model(plugins, model) if model else None if fresh else find_model(plugins, setup)
    if found is None:
        return setup, None
    own = found.card.setup
    if (own.game, own.brain) != (setup.game, setup.brain):
        raise BotplayError(
            f"{found.folder} was trained for {own.game} with {own.brain}, "
            f"not for {setup.game} with {setup.brain}"
        )
    if model is None and _other_parts(plugins.brain(setup.brain), asked=setup, trained=own):
        return setup, None  # These weights are not theirs.
    other = _made_otherwise(plugins, asked=setup, trained=own)
    if other and model is not None:
        raise BotplayError(f"{found.folder} was not trained with {other}, so it cannot be set: leave it out")
    if other:
        return setup, None
    merged = {section: dict(values) for section, values in own.settings.items()}
    learning = {name: v for name, v in merged.pop("training", {}).items() if name not in OF_THE_MACHINE}
    here = {name: v for name, v in setup.settings.get("training", {}).items() if name in OF_THE_MACHINE}
    put_on_top(merged, {"training": learning | here} if learning or here else {})
    put_on_top(merged, {name: values for name, values in setup.by_hand.items() if name not in ROLES})
    protocol = own.protocol if model and "protocol" not in setup.named else setup.protocol
    settled = replace(own, scenario=setup.scenario, protocol=protocol, settings=merged, named=setup.named)
    check(plugins, settled)
    return settled, found


def _other_parts(brain: Brain, *, asked: Setup, trained: Setup) -> bool:
    """Whether parts were asked for by hand, other than those that were trained."""
    differ = {role for role in ROLES if getattr(asked, role) != getattr(trained, role)}
    return any(role in asked.named or getattr(asked, role) != getattr(brain, role) for role in differ)


def _made_otherwise(plugins: Plugins, *, asked: Setup, trained: Setup) -> str | None:
    """Return a setting of a part, as `eyes.size=small`, that a person asked for and the model has not."""
    for role in ROLES:
        for name, value in asked.by_hand.get(role, {}).items():
            both = (
                part_settings(plugins, setup, role)
                for setup in (trained.override(role, **{name: value}), trained)
            )
            if len({repr(settings) for settings in both}) > 1:
                return f"{role}.{name}={value}"
    return None
