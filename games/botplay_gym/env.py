"""Opening an environment by its Gymnasium id, as it is."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import gymnasium
from gymnasium.envs.registration import EnvSpec, load_env_creator
from gymnasium.spaces import Discrete

from botcore import BotplayError, OpenRequest
from botcore.errors import suggestion
from botplay_gym.drawing import LeavesPygame, start_pygame
from botplay_gym.names import ACTION_NAMES, observation_names
from botplay_gym.options import GymOptions

Env = gymnasium.Env[Any, Any]


def open_gym(request: OpenRequest) -> Env:
    """Open the environment of an id, which may carry arguments: `FrozenLake-v1?is_slippery=false`.

    Nothing is drawn where nobody looks: without `request.pictures` it has no render mode.

    Raises:
        BotplayError: there is no such id, its actions are not discrete, it needs something that is not
            installed, or the arguments do not fit.
    """
    name, _, written = request.scenario.partition("?")
    options: GymOptions = request.options or GymOptions()
    arguments = {**read_arguments(options.arguments), **read_arguments(written)}
    spec = _spec(name)
    mode = _render_mode(spec) if request.pictures else None
    if mode is not None:
        start_pygame()
    env = _make(spec, mode, arguments)
    space = env.action_space
    if not isinstance(space, Discrete) or space.start != 0:
        env.close()
        raise BotplayError(f"{name} has the action space {space}; botplay plays Discrete(n) from 0")
    names = ACTION_NAMES.get(spec.name)
    if names is not None and len(names) == space.n:
        env.metadata = {**env.metadata, "action_names": names}
    if told := observation_names(spec.name, env):
        env.metadata = {**env.metadata, "observation_names": told}
    return env


def read_arguments(text: str) -> dict[str, Any]:
    """Return arguments from `name=value&name=value`; a value is JSON, or else the text as it stands.

    Raises:
        BotplayError: the text is something else, or sets how the environment is drawn.
    """
    try:
        pairs = (
            parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=50) if text else []
        )
    except ValueError as error:
        raise BotplayError(
            f"cannot read the arguments {text!r}; write NAME=VALUE, joined by &, as in is_slippery=false"
        ) from error
    if any(name == "render_mode" for name, _ in pairs):
        raise BotplayError("render_mode is not yours to set: botplay shows the pictures itself")
    return {name: _value(text) for name, text in pairs}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _spec(name: str) -> EnvSpec:
    """Return what is registered under an id.

    Gymnasium would import a module named before a colon; a name may come from a stranger's file, so
    here only what is registered already counts.
    """
    spec = gymnasium.registry.get(name)
    if spec is None:
        known = list(gymnasium.registry)
        versions = [other for other in known if other.rpartition("-v")[0] == name]
        hint = f"; did you mean {versions[-1]}?" if versions else suggestion(name, known)
        raise BotplayError(f"Gymnasium has no environment {name!r}{hint}")
    return spec


def _render_mode(spec: EnvSpec) -> str | None:
    """Return `rgb_array` where the environment can draw that."""
    try:
        creator = spec.entry_point if callable(spec.entry_point) else load_env_creator(str(spec.entry_point))
    except _CANNOT_OPEN as error:
        raise _failure(spec.id, error) from error
    modes = getattr(creator, "metadata", {}).get("render_modes", ())
    return "rgb_array" if "rgb_array" in modes else None


_CANNOT_OPEN = (
    gymnasium.error.Error,
    ImportError,
    AttributeError,
    TypeError,
    ValueError,
    LookupError,
    OSError,
)
"""What an environment raises that misses a package, or does not like its arguments."""


def _make(spec: EnvSpec, render_mode: str | None, arguments: dict[str, Any]) -> Env:
    try:
        made = gymnasium.make(spec.id, render_mode=render_mode, disable_env_checker=True, **arguments)
    except _CANNOT_OPEN as error:
        raise _failure(spec.id, error) from error
    return LeavesPygame(made) if render_mode is not None else made


def _failure(name: str, error: Exception) -> BotplayError:
    reason = " ".join(str(error).split()) or type(error).__name__
    reason = f"it knows no {reason}" if isinstance(error, KeyError) else reason
    return BotplayError(f"{name} does not open: {reason}")
