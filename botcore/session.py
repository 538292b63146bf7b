"""The one loop of live play. It yields Moments; whoever wants to draw, record or count them consumes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from math import inf
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from botcore.about import SceneAbout
from botcore.agent import Agent, build_learner, figures
from botcore.contracts.learner import Experience, Of
from botcore.contracts.moment import Decision, Moment, MomentStream, Scalar
from botcore.environment import (
    action_count,
    action_names,
    begin,
    counts,
    frames_per_second,
    go_on,
    observation_names,
    open_env,
    pictures_since,
    scalars,
)
from botcore.errors import BotplayError
from botcore.ledger import NOTHING_KNOWN, PERSON, Measure, Measures
from botcore.seeds import LARGEST_SEED, learners_seed, random_seed
from botcore.setup import Setup
from botcore.training.batch import check_numbers, lives_in, make_experience

if TYPE_CHECKING:
    from botcore.card import Card
    from botcore.plugins import Plugins


LEARNED = 0.9  # of a training: what live learning of trained weights begins with, and of fresh ones ends with
LIVE_TRAINING = 7_200  # steps in which fresh weights get there: two minutes of driving
RECENT, REPORT = 500, 20  # the mean reward is over so many steps, and reported every so many


class Session:
    """One brain playing one copy of a game, live. A person may take over, and learning may go on.

    Attributes:
        plugins: what there is to play with.
        setup: who plays what; another one after a change of the agent.
        env: the environment, for the mouse and for commands of the game's own.
        agent: the agent.
        action_names: a name for each action.
        fps: the game's own frames a second.
        can_learn: whether the brain has something to learn.
        learning: whether a brain that can is to learn while it plays; may be set at any time.
        human_action: while not None, a person has taken over and this is what is done.
        by_hand: whether the brain is a person, from whom nobody need take over.
        measures: how to read what each brain predicts that has decided here, by name.
        first_seed: of the first episode.
        in_background: whether play goes on without learning while what learning needs is imported.
    """

    def __init__(
        self,
        plugins: Plugins,
        setup: Setup,
        *,
        weights: Mapping[str, Any] | None = None,
        card: Card | None = None,
        seed: int | None = None,
        learn: bool = False,
        pictures: bool = True,
    ) -> None:
        """Open the game and build the brain; with no `weights` it starts from fresh ones.

        `card` is of the model whose weights they are.

        Raises:
            BotplayError: the game cannot be opened, the brain cannot play it, or the weights do not fit.
        """
        # One picture at a time is too little work to share: more threads would only wait for each other.
        torch.set_num_threads(1)
        self.setup, self.plugins = setup, plugins
        self.env = open_env(plugins, setup, pictures=pictures)
        self._pictures = pictures
        self._seed = random_seed() if seed is None else seed
        self.first_seed = self._seed
        try:
            self.agent = self.prepare(setup, weights, card)
        except BaseException:
            self.env.close()
            raise
        self.action_names = action_names(self.env)
        self.fps = frames_per_second(self.env)
        self.human_action, self.by_hand = cast("int | None", None), False
        self.in_background = False
        self._rewards: deque[float] = deque(maxlen=RECENT)
        self._whole = True
        self._latest: Moment | None = None
        self.measures: dict[str, Measure] = {}
        self.change_agent(self.agent)
        self.learning = learn and self.can_learn
        self._next_seed: int | None = None
        self._script: Sequence[Decision] = ()

    def prepare(self, setup: Setup, weights: Mapping[str, Any] | None, card: Card | None = None) -> Agent:
        """Build an agent for the game that is being played, from a model's weights or fresh ones.

        Raises:
            BotplayError: the brain cannot play it, the weights do not fit, or they were made for another
                form of the game.
        """
        game = self.plugins.game(setup.game)
        played = self.setup.title, self.setup.protocol, self.setup.game_options(game)
        if (setup.title, setup.protocol, setup.game_options(game)) != played:
            raise BotplayError(f"this {setup.brain} plays another form of {setup.game}")
        actions = action_count(self.env.action_space)
        space = self.env.observation_space
        learner = build_learner(
            self.plugins, setup, space, actions, seed=learners_seed(self._seed), weights=weights
        )
        if weights is not None:
            _load(learner, weights)
        trained = 0 if weights is None else card.steps if card else inf
        return Agent(setup, learner, actions, trained=trained, card=card)

    def change_agent(self, agent: Agent) -> None:
        """Let another agent (of `prepare`) decide from the next step on; its memory starts empty.

        How learning went for the one before says nothing of this one, so the mean reward begins anew too.
        """
        brain = self.plugins.brain(agent.setup.brain)
        if self.by_hand:
            self.human_action = None
        self.by_hand = "keyboard" in brain.tags
        if self.by_hand:
            self.human_action = 0
        self.agent, self.setup = agent, agent.setup
        self.can_learn = brain.trains
        self._rule = agent.setup.reward_rule(self.plugins.game(agent.setup.game))
        discount = agent.learner.discount
        self.measures[self.setup.brain] = Measure(None if discount is None else float(discount), self.unit)
        self._fresh = True
        self._rewards.clear()
        self._whole = False

    def attention(self, of: Of) -> NDArray[np.float32] | None:
        """Return where the brain looks in what it received last, `[H, W]`; None: it cannot tell."""
        if self._latest is None:
            return None
        seen, start = np.asarray(self._latest.observation)[None], self._fresh or self._latest.step == 0
        found = self.agent.learner.attention(seen, np.array([start]), of)
        return None if found is None else found[0]

    def moments(self, episodes: int | None = None) -> MomentStream:
        """Yield every Moment of `episodes` episodes (None: until the consumer stops).

        One that a person began anew is yielded as far as it went, and not counted, not even at its end.
        """
        number = played = 0
        while episodes is None or played < episodes:
            seed, self._next_seed = self._next_seed if self._next_seed is not None else self._seed, None
            self._seed = _counted(seed, 1)
            yield from self._episode(number, seed)
            self._script = ()
            number += 1
            played += self._latest is not None and self._latest.last and self._next_seed is None

    def follow(self, script: Sequence[Decision], measures: Measures = NOTHING_KNOWN) -> None:
        """Let the first episode begin with these decisions of somebody else.

        The brain sees what comes of them and remembers it, learns nothing from them, and goes on from there.
        `measures` tells how to read what they predict.
        """
        self._script = script
        theirs = {decision.by: measures.of(decision.by) for decision in script if decision.by != PERSON}
        self.measures = {**theirs, **self.measures}

    @property
    def run_up(self) -> int:
        """How many steps somebody else's decisions go on for."""
        return max(0, len(self._script) - (self._latest.step if self._latest else 0))

    def get_ready(self) -> bool:
        """Import in the background what the learner needs to learn; return whether it is there."""
        fields = getattr(self.agent.learner, "__dict__", {}).values()
        return not any(isinstance(field, torch.nn.Module) for field in fields) or not _importing().is_alive()

    def play_seed(self, seed: int) -> Iterator[Moment]:
        """Yield the Moments of one episode from `seed`."""
        return self._episode(0, seed)

    def about_scene(self) -> SceneAbout:
        """Return what a window says about this session."""
        setup = self.setup
        return SceneAbout(
            title=f"{setup.title} · {setup.brain}",
            game=setup.title,
            brain=setup.brain,
            action_names=self.action_names,
            fps=self.fps,
            note=setup.protocol,
            measures=Measures(dict(self.measures), self.measures[setup.brain]),
            observation_names=observation_names(self.env),
            counts=counts(self.env),
        )

    @property
    def unit(self) -> str:
        """In words, what the learner is fed in place of the game's own rewards; V and Q are in it."""
        rule = self._rule
        words = ["shaped"] if rule.bonuses or rule.life_loss or rule.own != 1 else []
        words += [f"×{rule.scale:g}"] if rule.scale != 1 else []
        words += [f"clipped to ±{rule.clip:g}"] if rule.clip is not None else []
        return ", ".join(words) or "the game's own"

    def restart(self, *, new_seed: bool) -> None:
        """End this episode before the next step and begin another, from the same seed or the next."""
        if self._latest is None:  # nothing has begun
            return
        self._next_seed = self._seed if new_seed else _counted(self._seed, -1)

    def close(self) -> None:
        """Close the game."""
        self.env.close()

    def _episode(self, number: int, seed: int) -> Iterator[Moment]:
        observation, info = begin(self.env, seed, self.setup.title)
        told = scalars(info)
        self.agent.learner.seed(learners_seed(seed))
        moment = Moment(
            episode=number,
            step=0,
            frame=0,
            pictures=self._seen(info)[-1:],
            observation=observation,
            decision=None,
            reward=0.0,
            score=0.0,
            terminated=False,
            truncated=False,
            info=told,
            seed=seed,
        )
        lives = lives_in(_numbers(told))
        self._latest, self._whole = moment, True
        yield moment
        while not moment.last and self._next_seed is None:
            moment, lives = self._step(moment, lives)
            yield moment
        if moment.last and self._learns() and not self._fresh:  # who has just come saw nothing of it
            self._waste_a_step(moment.observation)

    def _step(self, before: Moment, lives: NDArray[Any] | None) -> tuple[Moment, NDArray[Any] | None]:
        learning = before.step >= len(self._script) and self._learns()
        decision = self._decide(before, explore=learning)
        self._whole = self._whole and learning and self.human_action is None
        observation, reward, terminated, truncated, info = go_on(self.env, decision.action, self.setup.title)
        told = scalars(info)
        outcome = observation, reward, terminated, truncated, _numbers(told)
        experience = self._experience(before, decision, outcome, lives)
        metrics = self._learn(experience) if learning else {}
        if not learning:
            self.agent.learner.hear(experience.reward)
        pictures = self._seen(info)
        moment = replace(
            before,
            step=before.step + 1,
            frame=before.frame + max(1, len(pictures)),
            pictures=pictures,
            observation=observation,
            decision=decision,
            reward=reward,
            score=before.score + reward,
            terminated=terminated,
            truncated=truncated,
            info=told,
            fed=float(experience.reward[0]),
            return_ends=bool(experience.terminated[0]),
        )
        moment = self._latest = replace(moment, learning=self._figures(moment, metrics))
        return moment, lives_in(outcome[-1])

    def _learns(self) -> bool:
        return self.learning and self.can_learn and (not self.in_background or self.get_ready())

    def _experience(
        self, before: Moment, decision: Decision, outcome: tuple[Any, ...], lives: NDArray[Any] | None
    ) -> Experience:
        """Return what a step means to the learner."""
        observation, reward, terminated, truncated, info = outcome
        ends = np.array([terminated]), np.array([truncated])
        return make_experience(
            self._rule,
            np.asarray(before.observation)[None],
            np.array([decision.action]),
            (np.asarray(observation)[None], np.array([reward], np.float32), *ends, info),
            lives=lives,
            valid=np.array([True]),
        )

    def _learn(self, experience: Experience) -> Mapping[str, float]:
        """Learn from a step."""
        check_numbers("an observation", experience.next_observation)
        check_numbers("a reward", experience.reward)
        if not self.agent.learned:
            self.agent.remember()
        self.agent.learned += 1
        return figures(self.agent.learner.learn(experience), self.setup.brain)

    def _decide(self, before: Moment, *, explore: bool) -> Decision:
        start, self._fresh = self._fresh or before.step == 0, False
        if explore:  # Exploration and step size fall as in a training, but never to nothing.
            behind = self.agent.trained + self.agent.learned
            self.agent.learner.progress(min(LEARNED, behind / LIVE_TRAINING))
        decision = self.agent.decide(before.observation, start=start, explore=explore)
        if before.step < len(self._script):
            return self._script[before.step]
        if self.human_action is None:
            return decision
        return replace(decision, action=self.human_action, explored=False, by=PERSON)

    def _figures(self, moment: Moment, metrics: Mapping[str, float]) -> Mapping[str, float]:
        if not self._learns():
            return {}
        figures = dict(metrics)
        self._rewards.append(moment.fed or 0.0)
        if moment.step % REPORT == 0:
            figures["reward_per_step"] = sum(self._rewards) / len(self._rewards)
        if moment.last and self._whole:
            scores = self.agent.scores = [*self.agent.scores[-19:], moment.score]
            figures["mean_score"] = sum(scores) / len(scores)
        return figures

    def _waste_a_step(self, observation: Any) -> None:
        """Let the learner see the last state as a batch shows it: one step whose action is ignored."""
        seen = np.asarray(observation)[None]
        choice = self.agent.learner.act(seen, np.array([False]), explore=True)
        no, yes = np.array([False]), np.array([True])
        self.agent.learner.learn(
            Experience(
                seen, choice.actions, np.zeros(1, np.float32), seen, terminated=no, truncated=no, valid=~yes
            )
        )

    def _seen(self, info: Mapping[str, Any]) -> tuple[NDArray[np.uint8], ...]:
        return pictures_since(self.env, info) if self._pictures else ()


def _counted(seed: int, by: int) -> int:
    """Return the seed so many further on; 0 comes after the largest that every engine takes."""
    return (seed + by) % (LARGEST_SEED + 1)


def _numbers(told: Mapping[str, Scalar]) -> dict[str, Any]:
    """Return what a reward rule can reckon with: a text named like a bonus, or `lives`, counts nothing."""
    return {name: value for name, value in told.items() if not isinstance(value, str)}


@cache
def _importing() -> Thread:
    """Import once, beside the play, what the first optimiser imports: torch's compiler (seconds)."""
    # No daemon: one that is cut off in the middle of an import may take the process down with it.
    thread = Thread(target=import_module, args=("torch._dynamo",), name="torch's compiler")
    thread.start()
    return thread


def _load(learner: Any, weights: Mapping[str, Any]) -> None:
    try:
        learner.load_weights(weights)
    except (ValueError, KeyError) as error:
        raise BotplayError(f"this model does not fit this game and brain: {error}") from error
