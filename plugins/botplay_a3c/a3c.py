"""A3C: asynchronous advantage actor-critic (Mnih et al. 2016, "Asynchronous Methods for Deep RL").

Several agents, each a process, play and learn at the same time on one shared model, without a lock
("Hogwild!", Recht et al. 2011). Each agent plays a batch of copies of the game and runs the network once for
all of them. From the paper, with the advantage A_t = R_t - V(s_t) of the n-step return R_t:

    policy      θ ← θ + ∇ log π(a_t|s_t) A_t + β ∇ H(π(s_t))
    critic      θ_v ← θ_v - ∇ (R_t - V(s_t))²

What is not as in the paper, most of it a setting:

- the advantage is the generalised one (Schulman et al. 2016; `gae_lambda=1` is the paper's);
- a rollout makes several small updates, and is gone through once or more often, the ratio of new to old
  probability being clipped (Schulman et al. 2017, equation 7; `updates=1`, `epochs=1` and `clip=none` are
  the paper's);
- the advantages of an update are brought to mean 0 and deviation 1 (`normalise_advantage=no`: they are not);
- β may fall with the step size (`entropy_end=none`: it stays);
- the critic's squared error counts half, times `value_weight` (2 is the paper's);
- an agent plays with a copy of its own (θ') that is brought up to date before each rollout, but learns on the
  shared weights as they are, which others change meanwhile;
- a rollout goes on where an episode ends (`returns.py` keeps the two apart);
- while learning an action may be kept for a while (`persistence.py`; with `hold=1` none is);
- who has waited in vain may forget (`forgetting.py`; with `forget_after=0` nobody does);
- the shared optimiser is Adam, not RMSProp, and the loss a mean over the steps of an update, not their sum;
- the norm of a gradient is bounded (`gradient_norm`).

The step size falls to nothing, as in the paper's experiments.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from botcore import BuildRequest, Choice, Experience, Learner, Snapshot
from botcore.attention import attention, preference
from botcore.contracts.learner import Of
from botcore.network import Network, State, load_arrays, to_arrays
from botcore.prefixes import prefixed, under
from botcore.training.diverged import check_update
from botcore.training.shared_adam import SharedAdam
from botplay_a3c.forgetting import Forgetting
from botplay_a3c.persistence import Persistence
from botplay_a3c.returns import generalised_advantage
from botplay_a3c.rollout import Rollout
from botplay_a3c.settings import A3CSettings


def mean_over(chosen: Tensor) -> Tensor:
    """Return what each step weighs in a mean over those that are `chosen`, `[T, N]` both."""
    return chosen.float() / chosen.sum().clamp(min=1)


def actor_critic_loss(
    log_policy: Tensor,
    value: Tensor,
    action: Tensor,
    advantage: Tensor,
    returns: Tensor,
    old_log_policy: Tensor,
    valid: Tensor,
    drawn: Tensor,
    settings: A3CSettings,
    entropy_weight: float,
) -> tuple[Tensor, dict[str, float]]:
    """Return the loss over a rollout, and its terms.

    Args:
        log_policy: `[T, N, A]` log π(·|s_t) now, with gradient.
        value: `[T, N]` V(s_t) now, with gradient.
        action: `[T, N]` a_t.
        advantage: `[T, N]` A_t, without gradient.
        returns: `[T, N]` R_t, what V is to predict, without gradient.
        old_log_policy: `[T, N, A]` log π when a_t was chosen.
        valid: `[T, N] bool`; steps that are not count for nothing.
        drawn: `[T, N] bool`; where a_t was only kept from the step before, it tells nothing of the policy.
        settings: the other weights, and the clip.
        entropy_weight: β as it is now.
    """
    assert log_policy.shape == old_log_policy.shape == (*value.shape, log_policy.shape[-1])
    assert not advantage.requires_grad
    assert not returns.requires_grad
    weight, deciding = mean_over(valid), mean_over(valid & drawn)  # [T, N]
    chosen = log_policy.gather(-1, action[..., None])[..., 0]  # [T, N] log π(a_t|s_t)
    if settings.clip is None:
        policy_gain = chosen * advantage
    else:
        old = old_log_policy.gather(-1, action[..., None])[..., 0]
        # Where nothing was decided it stays 1: an infinity would outweigh a weight of 0.
        ratio = (chosen - old).masked_fill(~(valid & drawn), 0).exp()
        clipped = ratio.clamp(1 - settings.clip, 1 + settings.clip)
        policy_gain = torch.minimum(ratio * advantage, clipped * advantage)
    policy_loss = -(deciding * policy_gain).sum()
    value_loss = 0.5 * (weight * (returns - value).square()).sum()
    entropy = -(deciding * (log_policy.exp() * log_policy).sum(-1)).sum()
    loss = policy_loss + settings.value_weight * value_loss - entropy_weight * entropy
    terms = {
        "loss": loss.item(),
        "policy_loss": policy_loss.item(),
        "value_loss": value_loss.item(),
        "entropy": entropy.item(),
    }
    return loss, terms


def tempered(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return `[N, A]` probabilities proportional to π^(1/temperature)."""
    if temperature == 1:
        return probabilities
    # The likeliest as 1: the others may vanish, but not all of them.
    weights = (probabilities / probabilities.max(-1, keepdims=True)) ** (1 / temperature)
    return np.asarray(weights / weights.sum(-1, keepdims=True), np.float32)


def _cells(part: Tensor) -> NDArray[np.float32]:
    """Return the activity `[N, M]` in -1..1 of a memory's `[..., N, m]`, its layers one after the other."""
    activity: NDArray[np.float32] = part.movedim(-2, 0).flatten(1).tanh().cpu().numpy()
    return activity


class A3C(Learner):
    """The learner `a3c`: actor and critic on one network, learning from rollouts."""

    asynchronous = True

    def __init__(self, request: BuildRequest) -> None:
        self.settings: A3CSettings = request.settings
        self.discount = self.settings.gamma
        self.entropy_weight = self.settings.entropy
        self.actions = request.actions
        self.network = request.network({"policy": request.actions, "value": 1})
        # A nearly uniform first policy explores; the critic starts at about 0.
        self.network.begin_head("policy", gain=0.01)
        self.network.begin_head("value", gain=1.0)
        self.generator = np.random.default_rng(request.seed)
        self.state: State = ()
        self.forgetting = Forgetting(self.settings.forget_after, self.settings.forget)
        self.persistence, self.longest = Persistence(), self.settings.hold
        self.rollout: Rollout | None = None
        self.twin: Network | None = None

    @cached_property
    def optimiser(self) -> SharedAdam:
        """The shared Adam, made when learning begins: making one imports torch's compiler (a second)."""
        return SharedAdam(
            self.network.parameters(), lr=self.settings.learning_rate, eps=self.settings.adam_epsilon
        )

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        """Choose from π(·|s); while exploring, also keep what is needed to learn from it."""
        copies = len(observation)
        if not self.state or self.state[0].shape[-2] != copies:
            self.state = self.network.initial(copies)
        before = self.state
        network = self._own() if explore else self.network
        cleared = torch.from_numpy(self.forgetting.clear(starts, self.generator))
        seen = torch.from_numpy(np.ascontiguousarray(observation))
        with torch.no_grad():
            output, self.state = network(seen[None], cleared[None], before)
            log_policy = output["policy"][0].log_softmax(-1)  # [N, A]
        value = output["value"][0, :, 0]  # [N]
        probabilities = log_policy.exp().numpy()
        if not explore and self.settings.acting == "sample":
            probabilities = tempered(probabilities, self.settings.acting_temperature)
        actions = self._choose(probabilities, explore)
        if explore:
            actions, drawn = self.persistence.keep(actions, starts, self.longest, self.generator)
            if self.rollout is None or not self.rollout.fits(observation):
                self.rollout = Rollout.empty(self.settings.rollout, observation, self.actions)
            begun, new = torch.from_numpy(starts), torch.from_numpy(drawn)
            self.rollout.chosen(seen, begun, cleared, new, log_policy, value, before)
        else:
            self._leave_off()
        return Choice(
            actions=actions,
            probabilities=probabilities,
            values=value.numpy(),
            memory=_cells(self.state[-1]) if self.state else None,
            exploration=self.entropy_weight if explore else None,
        )

    def _leave_off(self) -> None:
        """Let go of what was begun: a rollout has no gaps, and nothing is kept over one."""
        self.persistence = Persistence()
        if self.rollout is not None:
            self.rollout.length = 0

    def _own(self) -> Network:
        """Return the agent's own copy of the network (θ'), as the shared one was when the rollout began."""
        if self.twin is None:
            self.twin = self.network.twin()
        elif self.rollout is None or self.rollout.length == 0:
            self.twin.load_state_dict(self.network.state_dict())
        return self.twin

    def attention(
        self, observation: NDArray[Any], starts: NDArray[np.bool_], of: Of
    ) -> NDArray[np.float32] | None:
        """Return where actor or critic look."""
        state = self.state or self.network.initial(len(observation))
        return attention(
            self.network,
            observation,
            starts,
            state,
            lambda heads: preference(heads["policy"]) if of == "action" else heads["value"][:, 0],
        )

    def _choose(self, probabilities: NDArray[np.float32], explore: bool) -> NDArray[np.int64]:
        if self.settings.acting == "greedy" and not explore:
            return np.asarray(probabilities.argmax(-1), np.int64)
        # Inverse of the cumulative distribution, one uniform number per copy.
        cumulative = probabilities.cumsum(-1)
        uniform = self.generator.random((len(probabilities), 1)) * cumulative[:, -1:]
        return np.asarray((uniform > cumulative).sum(-1), np.int64)

    def hear(self, reward: NDArray[np.float32]) -> None:
        """Keep in mind who has waited in vain."""
        self.forgetting.hear(reward)

    def learn(self, experience: Experience) -> Mapping[str, float]:
        """Keep a step; when the rollout is full, update the shared model from it."""
        self.hear(experience.reward)
        if self.rollout is None:
            return {}
        self.rollout.happened(experience, torch.from_numpy(self.persistence.overrule(experience.actions)))
        if not self.rollout.full:
            return {}
        rollout = self.rollout
        rollout.value[-1] = self._value(experience)
        advantage = generalised_advantage(
            rollout.reward,
            rollout.value,
            rollout.terminated,
            rollout.truncated,
            gamma=self.settings.gamma,
            gae_lambda=self.settings.gae_lambda,
        )
        returns = advantage + rollout.value[:-1]  # R_t = A_t + V(s_t)
        copies = rollout.reward.shape[1]
        metrics: dict[str, float] = {}
        for _ in range(self.settings.epochs):
            order = torch.from_numpy(self.generator.permutation(copies))
            for share in order.tensor_split(min(self.settings.updates, copies)):
                metrics = self._update(rollout, advantage[:, share], returns[:, share], share)
        rollout.length = 0
        return metrics

    def _value(self, experience: Experience) -> Tensor:
        """Return V `[N]` of the last successors, with the memory as it is now."""
        seen = torch.from_numpy(np.ascontiguousarray(experience.next_observation))
        after_reset = torch.from_numpy(~np.asarray(experience.valid))
        with torch.no_grad():
            output, _ = self._own()(seen[None], after_reset[None], self.state)
        value: Tensor = output["value"][0, :, 0]
        return value

    def _update(
        self, rollout: Rollout, advantage: Tensor, returns: Tensor, share: Tensor
    ) -> dict[str, float]:
        """Make one update from the copies in `share`.

        PPO would draw a minibatch of steps; these are whole copies, as a memory needs their steps in order.
        """
        valid, drawn = rollout.valid[:, share], rollout.drawn[:, share]
        deciding = advantage[valid & drawn]
        if self.settings.normalise_advantage and len(deciding) > 1:
            advantage = (advantage - deciding.mean()) / (deciding.std() + 1e-8)
        output, _ = self.network(
            rollout.observation.index_select(1, share),  # copies whole pictures; [:, share] goes byte by byte
            rollout.cleared[:, share],
            tuple(part[..., share, :] for part in rollout.state),
        )
        loss, metrics = actor_critic_loss(
            output["policy"].log_softmax(-1),
            output["value"][..., 0],
            rollout.action[:, share],
            advantage,
            returns,
            rollout.log_policy[:, share],
            valid,
            drawn,
            self.settings,
            self.entropy_weight,
        )
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.gradient_norm)
        check_update(metrics["loss"], float(norm))  # the weights are everybody's
        self.optimiser.step()
        return {**metrics, "gradient_norm": float(norm)}

    def progress(self, fraction: float) -> None:
        """Let step size and entropy bonus fall linearly, and how long an action may be kept."""
        begin, end = self.settings.entropy, self.settings.entropy_end
        self.entropy_weight = begin if end is None else begin + (end - begin) * fraction
        self.longest = 1 + round((self.settings.hold - 1) * max(0.0, 1.0 - fraction))
        self.optimiser.set_learning_rate(self.settings.learning_rate * max(0.0, 1.0 - fraction))

    def seed(self, seed: int) -> None:
        """Seed the sampling of actions."""
        self.generator = np.random.default_rng(seed)

    def weights(self) -> dict[str, NDArray[Any]]:
        """Return the network's weights."""
        return to_arrays(self.network)

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take a network's weights."""
        load_arrays(self.network, weights)
        self.twin = None

    def snapshot(self) -> Snapshot:
        """Return weights, Adam's statistics and the random state; an unfinished rollout is left out."""
        arrays = prefixed("network.", to_arrays(self.network))
        for number, tensor in enumerate(self.optimiser.statistics()):
            arrays[f"adam.{number}"] = tensor.detach().cpu().numpy().copy()
        return Snapshot(arrays, {"random": self.generator.bit_generator.state})

    def restore(self, snapshot: Snapshot) -> str | None:
        """Go on from a snapshot; the rollout starts anew."""
        load_arrays(self.network, under("network.", snapshot.arrays))
        with torch.no_grad():
            for number, tensor in enumerate(self.optimiser.statistics()):
                array = np.asarray(snapshot.arrays[f"adam.{number}"]).reshape(tensor.shape)
                tensor.copy_(torch.from_numpy(array))
        if "random" in snapshot.facts:
            self.generator.bit_generator.state = snapshot.facts["random"]
        self.rollout, self.state, self.persistence = None, (), Persistence()
        return None

    def share(self) -> list[Tensor]:
        """Put weights and Adam's statistics into shared memory."""
        return self.optimiser.share()

    def join(self, handle: list[Tensor], agent: int) -> None:
        """Work on the shared weights and statistics."""
        self.optimiser.join(handle)
