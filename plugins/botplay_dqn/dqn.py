"""Deep Q-learning (Mnih et al. 2015, "Human-level control through deep reinforcement learning").

A network in place of the table. Two things keep it steady: it learns from transitions drawn at random from a
memory of what happened, and the target comes from an older copy of the network:

    loss = huber( R + γ^k Q⁻(s', argmax_a Q(s', a)) - Q(s, a) )

R and γ^k are over k = `n_step` steps (see `nstep.py`): one for `dqn` and ten for `nstep-dqn`, unless a game's
preset says otherwise, as for the car; with `q_lambda` below 1 they are mixed with guesses after fewer. That
Q chooses the successor's action and Q⁻ values it is double Q-learning; with `double=no` Q⁻ does both. With
`dueling` the network tells apart how good a state is and how much better than their mean each action is. By
default it explores by softmax over the Q-values, as in the course (Boltzmann exploration): the better an
action seems, the likelier it is. With `exploration=epsilon`, as some presets have it, it is ε-greedy instead:
the best action, but with probability ε a random one, which may be kept for a while (`wandering.py`).

Several agents may train one network, each with a memory and a target network of its own. That is the paper's
asynchronous n-step Q-learning (Mnih et al. 2016, algorithm S2) but for the memory, and for Adam.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from botcore import BuildRequest, Choice, Experience, Learner, Snapshot
from botcore.attention import attention, preference
from botcore.contracts.learner import Of
from botcore.network import load_arrays, to_arrays
from botcore.prefixes import prefixed, under
from botcore.training.diverged import check_update
from botcore.training.shared_adam import SharedAdam
from botplay_dqn.checkpoint import check_memory, read_statistics
from botplay_dqn.memory import Memory, Transitions
from botplay_dqn.nstep import NStep
from botplay_dqn.settings import DQNSettings
from botplay_dqn.wandering import Wandering

LARGEST_SAVED_MEMORY = 256_000_000  # bytes; a larger replay memory is not part of a checkpoint
WARM_UP_OF_A_COPY = 1_000  # steps: presets count those of many copies, and who watches one waits for it alone


def q_loss(
    q_tm1: Tensor, a_tm1: Tensor, r_t: Tensor, discount_t: Tensor, q_t: Tensor, target_q_t: Tensor
) -> Tensor:
    """Return the Huber loss of the double Q-learning error (van Hasselt et al. 2016, equation 4).

    No gradient reaches the target.

    Args:
        q_tm1: `[B, A]` Q(s, ·), with gradient.
        a_tm1: `[B]` what was done in s.
        r_t: `[B]` the (discounted sum of) reward on the way to s'.
        discount_t: `[B]` what the value of s' counts: γ^k, or 0 after a termination.
        q_t: `[B, A]` what chooses the action in s'.
        target_q_t: `[B, A]` what values it.
    """
    assert q_tm1.shape == q_t.shape == target_q_t.shape
    assert a_tm1.shape == r_t.shape == discount_t.shape == q_tm1.shape[:1]
    best = q_t.argmax(-1, keepdim=True)
    target = r_t + discount_t * target_q_t.gather(-1, best)[:, 0]
    chosen = q_tm1.gather(-1, a_tm1[:, None])[:, 0]
    return functional.smooth_l1_loss(chosen, target.detach())


def softmax_policy(q: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Return `[N, A]` probabilities proportional to exp(Q / temperature)."""
    scaled = (q - q.max(-1, keepdims=True)) / temperature
    weights = np.exp(scaled)
    return np.asarray(weights / weights.sum(-1, keepdims=True), np.float32)


def action_values(heads: Mapping[str, Tensor]) -> Tensor:
    """Return Q `[..., A]`: a head of its own, or value and advantage (Wang et al. 2016, equation 9)."""
    if "q" in heads:
        return heads["q"]
    advantage = heads["advantage"]
    return heads["value"] + advantage - advantage.mean(-1, keepdim=True)


class DQN(Learner):
    """The learner of `dqn` and `nstep-dqn`."""

    asynchronous = True

    def __init__(self, request: BuildRequest) -> None:
        self.settings: DQNSettings = request.settings
        self.discount = self.settings.gamma
        self.reward = request.reward
        self.actions = request.actions
        heads = (
            {"value": 1, "advantage": request.actions} if self.settings.dueling else {"q": request.actions}
        )
        self.network = request.network(heads)
        # Small first Q-values, so that no action seems best before anything is known.
        for name in heads:
            self.network.begin_head(name, gain=0.01)
        self.target = copy.deepcopy(self.network)
        self.memory = Memory(self.settings.memory)
        self.steps = NStep(self.settings.n_step, self.settings.gamma, self.settings.q_lambda)
        self.value = np.zeros(0, np.float32)  # V of what was last acted on
        self.generator = np.random.default_rng(request.seed)
        self.temperature, self.epsilon = self.settings.temperature, self.settings.epsilon
        self.wandering = Wandering(self.settings.epsilon_hold)
        self.decisions, self.updates = 0, 0

    @cached_property
    def optimiser(self) -> SharedAdam:
        """Adam, made when learning begins, since making one imports torch's compiler (a second)."""
        return SharedAdam(self.network.parameters(), lr=self.settings.learning_rate)

    def q(self, network: nn.Module, observation: NDArray[Any]) -> Tensor:
        """Return Q `[B, A]` of observations `[B, ...]`."""
        output, _ = network(torch.from_numpy(np.ascontiguousarray(observation))[None])
        return action_values(output)[0]

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        """Choose greedily but for `acting_epsilon`; while exploring, by softmax over Q or ε-greedily."""
        self.steps.forget(starts if explore else np.ones_like(starts))
        with torch.no_grad():
            q = self.q(self.network, observation).numpy()
        greedy, self.value = q.argmax(-1), q.max(-1)
        if not explore:
            self.wandering = Wandering(self.settings.epsilon_hold)  # nothing is kept over a gap
            chance = self.settings.acting_epsilon
            actions = Wandering(1).choose(greedy, starts, chance, q.shape[1], self.generator)
            return Choice(actions, q_values=q, exploration=chance or None)
        if self.settings.exploration == "epsilon":
            actions = self.wandering.choose(greedy, starts, self.epsilon, q.shape[1], self.generator)
            return Choice(actions, q_values=q, exploration=self.epsilon)
        policy = softmax_policy(q, self.temperature)
        uniform = self.generator.random((len(q), 1)) * policy.sum(-1, keepdims=True)
        actions = np.minimum((uniform > policy.cumsum(-1)).sum(-1), q.shape[1] - 1)
        return Choice(actions, q_values=q, probabilities=policy, exploration=self.temperature)

    def attention(
        self, observation: NDArray[Any], starts: NDArray[np.bool_], of: Of
    ) -> NDArray[np.float32] | None:
        """Return where it looks for the best action, or for its value."""
        return attention(
            self.network,
            observation,
            starts,
            (),
            lambda heads: (
                preference(action_values(heads)) if of == "action" else action_values(heads).amax(-1)
            ),
        )

    def learn(self, experience: Experience) -> Mapping[str, float]:
        """Remember what happened; update as often as is due."""
        transitions = self.steps.add(experience, self.value)
        if transitions is not None:
            self.memory.add(transitions)
        self.decisions += 1
        s = self.settings
        enough = min(s.warm_up, s.memory, WARM_UP_OF_A_COPY * len(experience.reward))
        if self.memory.size < enough or self.decisions % s.learn_every:
            return {}
        metrics: dict[str, float] = {}
        for _ in range(s.updates):
            metrics = self._update(self.memory.sample(s.batch, self.generator))
        return metrics

    def _update(self, batch: Transitions) -> dict[str, float]:
        """Make one update from a batch of transitions."""
        chooser, target_q = self._successors(batch)
        q = self.q(self.network, batch.observation)
        loss = q_loss(
            q,
            torch.from_numpy(batch.action),
            torch.from_numpy(batch.reward),
            torch.from_numpy(batch.discount),
            chooser,
            target_q,
        )
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.gradient_norm)
        check_update(loss.item(), float(norm))
        self.optimiser.step()
        self.updates += 1
        if self.updates % self.settings.target_every == 0:
            self.target.load_state_dict(self.network.state_dict())
        exploration = self.epsilon if self.settings.exploration == "epsilon" else self.temperature
        return {"loss": loss.item(), "q": float(q.detach().mean()), "exploration": exploration}

    def _successors(self, batch: Transitions) -> tuple[Tensor, Tensor]:
        """Return Q `[B, A]` that chooses and Q that values in the successors; 0 where nothing follows."""
        follows = np.flatnonzero(batch.discount)
        target_q = torch.zeros(len(batch.discount), self.actions)
        if not len(follows):
            return target_q, target_q
        successor = batch.successor[follows]
        with torch.no_grad():
            target_q[follows] = self.q(self.target, successor)
            if not self.settings.double:
                return target_q, target_q
            chooser = torch.zeros_like(target_q)
            chooser[follows] = self.q(self.network, successor)
        return chooser, target_q

    def progress(self, fraction: float) -> None:
        """Let the step size and epsilon fall linearly, the temperature geometrically."""
        s, done = self.settings, min(1.0, fraction)
        self.temperature = s.temperature * (s.temperature_end / s.temperature) ** done
        self.optimiser.set_learning_rate(s.learning_rate * (1 - done * (1 - s.learning_rate_end)))
        self.epsilon = s.epsilon + (s.epsilon_end - s.epsilon) * min(1.0, done / max(s.epsilon_share, 1e-9))

    def seed(self, seed: int) -> None:
        """Seed exploration and the drawing from memory."""
        self.generator = np.random.default_rng(seed)

    def weights(self) -> dict[str, NDArray[Any]]:
        """Return the network's weights."""
        return to_arrays(self.network)

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        """Take a network's weights, for the target too."""
        load_arrays(self.network, weights)
        self.target.load_state_dict(self.network.state_dict())

    def snapshot(self) -> Snapshot:
        """Return networks, Adam's statistics, counters, random state, and a small replay memory."""
        arrays = prefixed("network.", to_arrays(self.network)) | prefixed("target.", to_arrays(self.target))
        for number, parameter in enumerate(self.optimiser.parameters()):
            state = self.optimiser.state[parameter]
            arrays |= {f"adam.{number}.{name}": value.cpu().numpy().copy() for name, value in state.items()}
        if 0 < self.memory.nbytes <= LARGEST_SAVED_MEMORY:
            arrays |= prefixed("memory.", self.memory.arrays())
        facts = {
            "random": self.generator.bit_generator.state,
            "updates": self.updates,
            "decisions": self.decisions,
            "next": self.memory.next,
            "returns": self._kind_of_returns(),
        }
        return Snapshot(arrays, facts)

    def restore(self, snapshot: Snapshot) -> str | None:
        """Go on from a snapshot; says so when the replay memory was not kept, or holds other returns.

        Raises:
            ValueError: something in it does not fit this brain, or what it says of itself.
            KeyError: something is missing in it.
        """
        load_arrays(self.network, under("network.", snapshot.arrays))
        load_arrays(self.target, under("target.", snapshot.arrays))
        for number, state in read_statistics(self.network, under("adam.", snapshot.arrays)).items():
            own = self.optimiser.state[self.optimiser.parameters()[number]]
            for name, statistic in state.items():
                own[name].copy_(statistic)  # in place: laid out as its parameter is, which fused Adam assumes
        facts = snapshot.facts
        self.generator.bit_generator.state = facts["random"]
        self.updates, self.decisions = int(facts["updates"]), int(facts["decisions"])
        kept = under("memory.", snapshot.arrays)
        if kept and facts.get("returns", self._kind_of_returns()) == self._kind_of_returns():
            check_memory(kept, self.network.encoder, self.actions)
            self.memory.restore(kept, facts["next"])
            return None
        enough = min(self.settings.warm_up, self.settings.memory)
        less = (
            f", or {WARM_UP_OF_A_COPY:,} of each game if that is less" if enough > WARM_UP_OF_A_COPY else ""
        )
        return f"the replay memory starts empty; learning goes on once it holds {enough:,} transitions{less}"

    def _kind_of_returns(self) -> list[Any]:
        """Return what the returns in the replay memory were made with, as JSON holds it."""
        rule = {**vars(self.reward), "bonuses": dict(self.reward.bonuses)}
        return [self.settings.gamma, self.settings.n_step, self.settings.q_lambda, rule]

    def share(self) -> list[Tensor]:
        """Put weights and Adam's statistics into shared memory, and watch from now on.

        Agents have targets and memories of their own; these would grow stale, and be saved.
        """
        self.target, self.memory = self.network, Memory(self.settings.memory)
        return self.optimiser.share()

    def join(self, handle: list[Tensor], agent: int) -> None:
        """Work on the shared weights and statistics."""
        self.optimiser.join(handle)
        self.target.load_state_dict(self.network.state_dict())
