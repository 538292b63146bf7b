"""Episodes to record: made up ones, whose pictures say which frame they are, and real Breakout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from botcore.contracts.moment import Decision, Moment
from botcore.replay.format import About

MadeEpisode = Callable[..., Iterator[Moment]]


def paint(frame: int, height: int = 90, width: int = 120) -> NDArray[np.uint8]:
    """A picture with the frame number in it: 12 gray blocks, one a bit, above a ball that moves."""
    picture = np.full((height, width, 3), 40, np.uint8)
    for bit in range(12):
        if frame >> bit & 1:
            picture[: height // 2, bit * width // 12 : (bit + 1) * width // 12] = 220
    column = frame * 3 % (width - 6)
    picture[-height // 4 :, column : column + 6] = (220, 60, 60)
    return picture


def frame_in(picture: NDArray[np.uint8]) -> int:
    """Read the frame number back."""
    height, width = picture.shape[:2]
    centres = [(2 * bit + 1) * width // 24 for bit in range(12)]
    return sum(1 << bit for bit, column in enumerate(centres) if picture[height // 4, column].mean() > 128)


def made_episode(
    steps: int, *, episode: int = 0, skip: int = 4, size: tuple[int, int] = (90, 120), eyes: bool = True
) -> Iterator[Moment]:
    """Moments of an episode of `steps` steps, `skip` frames each; the last is terminated."""
    rng = np.random.default_rng(episode)
    moment = Moment(
        episode, 0, 0, (paint(0, *size),), None, None, 0.0, 0.0, False, False, {"lives": 3}, {}, 7
    )
    for step in range(steps + 1):
        frame = step * skip
        seen = np.stack([paint(frame, 45, 60)[..., 0]] * 4) if eyes else np.zeros(3, np.float32)
        if step:
            moment = replace(
                moment,
                step=step,
                frame=frame,
                pictures=tuple(paint(f, *size) for f in range(frame - skip + 1, frame + 1)),
                decision=Decision(
                    action=step % 3,
                    probabilities=tuple(float(p) for p in rng.dirichlet(np.ones(3))),
                    value=float(rng.normal()),
                    exploration=0.01,
                    explored=step % 2 == 0,
                    memory=rng.uniform(-1, 1, 256).astype(np.float32),
                    by="a3c",
                ),
                reward=0.1,
                score=moment.score + 0.1,
                terminated=step == steps,
                learning={"loss": 0.123456789} if step == 2 else {},
            )
        moment = replace(moment, observation=seen)
        yield moment


def breakout_episode(steps: int) -> Iterator[Moment]:
    """Breakout played at random, straight from the emulator: four frames a step."""
    from ale_py import ALEInterface, LoggerMode, roms

    ALEInterface.setLoggerMode(LoggerMode.Error)
    ale = ALEInterface()
    ale.setInt("random_seed", 3)
    ale.setFloat("repeat_action_probability", 0.0)
    rom = roms.get_rom_path("breakout")
    assert rom is not None
    ale.loadROM(rom)
    actions, rng, score = ale.getMinimalActionSet(), np.random.default_rng(3), 0.0
    for step in range(steps + 1):
        pictures, reward, action = [], 0.0, int(rng.integers(len(actions)))
        for _ in range(4 if step else 1):
            reward += ale.act(actions[action]) if step else 0.0
            pictures.append(ale.getScreenRGB())
        score += reward
        gray = pictures[-1][::3, ::2, 0]
        yield Moment(
            episode=0,
            step=step,
            frame=step * 4,
            pictures=tuple(pictures),
            observation=np.stack([gray] * 4),
            decision=Decision(action, by="random") if step else None,
            reward=reward,
            score=score,
            terminated=False,
            truncated=step == steps,
            info={"lives": ale.lives()},
            seed=3,
        )


@pytest.fixture
def episode() -> MadeEpisode:
    return made_episode


@pytest.fixture
def breakout() -> MadeEpisode:
    return breakout_episode


@pytest.fixture
def read_frame() -> Callable[[NDArray[np.uint8]], int]:
    return frame_in


@pytest.fixture
def about() -> About:
    return About(
        game="tiny",
        scenario="default",
        protocol="v1",
        brain="a3c",
        fps=60.0,
        action_names=("stay", "left", "right"),
        versions={"botplay": "0.1.0"},
        weights_sha256="ab" * 32,
        parts={"memory": "lstm"},
        settings={"learner": {"gamma": 0.99}},
    )


@pytest.fixture
def recorded(tmp_path: Path, about: About) -> Path:
    """The folder of a complete episode of 60 steps, 241 frames."""
    from botcore.replay.recorder import Recorder

    recorder = Recorder(tmp_path / "replays", pytest.fail)
    assert len(list(recorder.record(made_episode(60), about))) == 61
    assert recorder.folder is not None
    return recorder.folder
