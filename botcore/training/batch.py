"""A batch of games as a learner sees it: rewards by the rule, ends marked, wasted steps marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium.vector import VectorEnv
from numpy.typing import NDArray

from botcore.contracts.game import RewardRule
from botcore.contracts.learner import Experience
from botcore.environment import action_count
from botcore.errors import BotplayError


@dataclass(frozen=True)
class Finished:
    """A finished episode of training: the game's own score, its steps, and what the learner was fed in it."""

    score: float
    steps: int
    reward: float


def fed_reward(
    rule: RewardRule, reward: NDArray[Any], info: dict[str, Any], lost: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return `[N]` what the learner is fed for the game's own `reward` `[N]` (see `RewardRule`).

    `lost` `[N]` says where the step cost a life.
    """
    fed = rule.own * np.asarray(reward, np.float32) + rule.life_loss * lost.astype(np.float32)
    for name, weight in rule.bonuses.items():
        if name in info:
            fed = fed + weight * _a_number_each(name, info[name], len(fed))
    fed = rule.scale * fed
    return (fed if rule.clip is None else fed.clip(-rule.clip, rule.clip)).astype(np.float32)


def _a_number_each(name: str, told: Any, copies: int) -> NDArray[np.float32]:
    """Return `[N]` of what N copies tell under a name, numbers or arrays of one."""
    try:
        return np.asarray(told, np.float32).reshape(copies)
    except (ValueError, TypeError):
        raise BotplayError(
            f"reward.bonuses.{name}: the game's info[{name!r}] is {told!r:.80}, not a number for each copy"
        ) from None


def lives_in(info: dict[str, Any]) -> NDArray[Any] | None:
    """Return `[N]` the lives left, NaN where a copy tells none; or None in a game without lives."""
    lives = info.get("lives")
    if lives is None:
        return None
    told = np.broadcast_to(info.get("_lives", True), np.size(lives))  # of Gymnasium's batches: who told it
    try:
        return np.where(told, np.array(lives, np.float64).reshape(-1), np.nan)
    except (ValueError, TypeError):
        raise BotplayError(f"the game's info['lives'] is {lives!r:.80}, not a number for each copy") from None


def make_experience(
    rule: RewardRule,
    observation: NDArray[Any],
    actions: NDArray[np.int64],
    outcome: tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]],
    *,
    lives: NDArray[Any] | None,
    valid: NDArray[np.bool_],
) -> Experience:
    """Return what N copies' step means to a learner.

    Args:
        rule: the reward rule.
        observation: `[N, ...]` what was acted on.
        actions: `[N]` what was done.
        outcome: what the step returned: observation, reward, terminated, truncated (`[N]` each) and info.
        lives: `[N]` the lives before the step, or None.
        valid: `[N] bool` False where the step only reset a finished copy.
    """
    following, reward, terminated, truncated, info = outcome
    lives_now = lives_in(info)
    lost = np.zeros_like(valid) if lives is None or lives_now is None else (lives_now < lives) & valid
    ends_return = terminated & valid
    if rule.life_loss_ends:
        ends_return = ends_return | lost
    return Experience(
        observation=observation,
        actions=actions,
        reward=np.where(valid, fed_reward(rule, reward, info, lost), np.float32(0)),
        next_observation=following,
        terminated=ends_return,
        truncated=truncated & valid & ~ends_return,
        valid=valid,
    )


def check_numbers(what: str, numbers: NDArray[Any]) -> None:
    """Look whether what a game gave, `[N, ...]`, are numbers.

    Raises:
        BotplayError: some are NaN or infinite, and one of them would spoil all that is learned.
    """
    if numbers.dtype.kind == "f" and not np.isfinite(numbers).all():
        odd = numbers[~np.isfinite(numbers)][0]
        raise BotplayError(f"the game gave {what} of {odd}, which nothing can be learned from; mend the game")


class Batch:
    """N copies of a game.

    Attributes:
        observation: `[N, ...]` what to act on next.
        starts: `[N] bool` where it begins an episode.
        actions: how many there are to choose from.
        finished: episodes that ended since somebody last took them out.
    """

    def __init__(self, envs: VectorEnv[Any, Any, Any], rule: RewardRule, *, seed: int) -> None:
        self.envs, self.rule = envs, rule
        self.observation, info = envs.reset(seed=seed)
        check_numbers("an observation", self.observation)
        count = envs.num_envs
        self.actions = action_count(envs.single_action_space)
        self.starts: NDArray[np.bool_] = np.ones(count, np.bool_)
        self.finished: list[Finished] = []
        self._over: NDArray[np.bool_] = np.zeros(count, np.bool_)  # the next step is a reset
        self._lives = lives_in(info)
        self._score: NDArray[np.float64] = np.zeros(count)
        self._fed: NDArray[np.float64] = np.zeros(count)
        self._steps: NDArray[np.int64] = np.zeros(count, np.int64)

    def step(self, actions: NDArray[np.int64]) -> Experience:
        """Step every copy and return what came of it.

        Raises:
            BotplayError: the game gives observations or rewards that are no numbers.
        """
        valid = ~self._over
        outcome = self.envs.step(actions)
        following, reward, terminated, truncated, info = outcome
        experience = make_experience(
            self.rule, self.observation, actions, outcome, lives=self._lives, valid=valid
        )
        check_numbers("an observation", following)
        check_numbers("a reward", np.asarray(reward))
        check_numbers("a reward, by the reward rule,", experience.reward)
        over = (terminated | truncated) & valid
        self._fed += experience.reward
        self._count(np.asarray(reward, np.float64) * valid, over, valid)
        self.observation, self.starts, self._over, self._lives = following, ~valid, over, lives_in(info)
        return experience

    def _count(self, reward: NDArray[np.float64], over: NDArray[np.bool_], valid: NDArray[np.bool_]) -> None:
        self._score += reward
        self._steps += valid
        for n in np.flatnonzero(over):
            ended = Finished(float(self._score[n]), int(self._steps[n]), float(self._fed[n]))
            self.finished.append(ended)
        self._score[over] = self._fed[over] = 0
        self._steps[over] = 0

    def close(self) -> None:
        """Close the games."""
        self.envs.close()
