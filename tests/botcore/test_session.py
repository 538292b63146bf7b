"""The play loop: Moments, seeds, taking over, learning live."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from botcore import BotplayError, Brain, BuildRequest, Choice, Experience, Game, Learner, RewardRule, hookimpl
from botcore.card import Card
from botcore.contracts.moment import Decision
from botcore.plugins import Plugins, load_plugins
from botcore.seeds import LARGEST_SEED, learners_seed
from botcore.session import Session
from botcore.setup import choose
from tests.botcore.answering import Answering


class Stairs(gymnasium.Env[NDArray[np.float32], int]):
    """Four steps up; action 1 pays 2. A life is lost at the second step. The seed is where it starts."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10, "action_names": ("stay", "climb")}
    render_mode = "rgb_array"
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, *, truncates: bool) -> None:
        self.observation_space = gymnasium.spaces.Box(0, 1e9, (2,), np.float32)
        self.truncates = truncates

    def reset(
        self, *, seed: int | None = None, options: Any = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        self.floor, self.time = seed or 0, 0
        return self._seen(), self._info()

    def step(self, action: int) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        self.time += 1
        self.floor += int(action)
        over = self.time == 4
        return self._seen(), 2.0 * action, over and not self.truncates, over and self.truncates, self._info()

    def _seen(self) -> NDArray[np.float32]:
        return np.array([self.floor, self.time], np.float32)

    def _info(self) -> dict[str, Any]:
        frame = np.zeros((6, 8, 3), np.uint8)
        return {"lives": 3 if self.time < 2 else 2, "pictures": (frame, frame + 1), "array": np.zeros(3)}


class Diary(Learner):
    """Always climbs, and writes down what it is told."""

    def __init__(self, request: BuildRequest) -> None:
        self.acted: list[tuple[list[float], bool, bool]] = []
        self.learned: list[Experience] = []
        self.seeds: list[int] = []
        self.fractions: list[float] = []
        self.paced = 0  # steps that were chosen when it had heard how far it is
        self.network: object = None

    def act(self, observation: NDArray[Any], starts: NDArray[np.bool_], *, explore: bool) -> Choice:
        self.acted.append((observation[0].tolist(), bool(starts[0]), explore))
        self.paced += bool(self.fractions)
        return Choice(
            np.array([1]), probabilities=np.array([[0.25, 0.75]], np.float32), values=np.array([3.0])
        )

    def learn(self, experience: Experience) -> Mapping[str, float]:
        self.learned.append(experience)
        return {"loss": 1.0}

    def progress(self, fraction: float) -> None:
        self.fractions.append(fraction)

    def seed(self, seed: int) -> None:
        self.seeds.append(seed)

    def weights(self) -> dict[str, NDArray[Any]]:
        return {"w": np.zeros(1)}

    def load_weights(self, weights: Mapping[str, NDArray[Any]]) -> None:
        if set(weights) != {"w"}:
            raise ValueError("not mine")


class Toys:
    @hookimpl
    def botplay_games(self) -> Iterable[Game]:
        rule = RewardRule(scale=0.5, life_loss_ends=True)
        yield Game("stairs", "Up.", open=lambda request: Stairs(truncates=False), reward=rule)
        yield Game("slope", "Up.", open=lambda request: Stairs(truncates=True), reward=rule)

    @hookimpl
    def botplay_brains(self) -> Iterable[Brain]:
        yield Brain("diary", "Writes.", learner=Diary)
        yield Brain("table", "A table.", learner=Diary, accepts=frozenset({"discrete"}))


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(modules=[("toys", Toys())])


def session(plugins: Plugins, game: str = "stairs", **options: Any) -> Session:
    return Session(plugins, choose(plugins, game=game, brain="diary"), seed=7, **options)


def diary(played: Session) -> Diary:
    learner = played.agent.learner
    assert isinstance(learner, Diary)
    return learner


def test_an_episode_is_a_stream_of_moments(plugins: Plugins) -> None:
    played = session(plugins)
    moments = list(played.moments(1))
    assert [m.step for m in moments] == [0, 1, 2, 3, 4]
    assert [m.frame for m in moments] == [0, 2, 4, 6, 8], "counted in the game's own frames"
    assert [len(m.pictures) for m in moments] == [1, 2, 2, 2, 2]
    assert [m.score for m in moments] == [0, 2, 4, 6, 8]
    assert [m.last for m in moments] == [False] * 4 + [True]
    assert moments[0].decision is None
    decision = moments[1].decision
    assert decision is not None
    assert (decision.action, decision.probabilities, decision.value, decision.by) == (
        1,
        (0.25, 0.75),
        3.0,
        "diary",
    )
    assert moments[4].observation.tolist() == [11, 4]
    assert moments[2].info == {"lives": 2}
    assert (played.fps, played.action_names) == (10, ("stay", "climb"))
    played.close()


def test_without_pictures_each_step_is_a_frame(plugins: Plugins) -> None:
    played = session(plugins, pictures=False)
    assert [(m.frame, m.pictures) for m in played.moments(1)] == [(n, ()) for n in range(5)]
    played.close()


def test_another_agent_goes_on_in_the_middle_of_an_episode_and_begins_without_a_memory(
    plugins: Plugins,
) -> None:
    played = session(plugins, weights={"w": np.ones(1)})
    stream = played.moments(1)
    first = [next(stream), next(stream)]
    before = diary(played)
    other = played.prepare(played.setup, None)
    played.change_agent(other)
    assert [m.score for m in (*first, *stream)] == [0, 2, 4, 6, 8], "the game goes on as it was"
    assert [start for _, start, _ in before.acted] == [True]
    assert [start for _, start, _ in diary(played).acted] == [True, False, False]
    with pytest.raises(BotplayError, match="another form of slope"):
        played.prepare(choose(plugins, game="slope", brain="diary"), None)
    played.close()


def test_who_comes_at_the_end_of_an_episode_learns_nothing_of_it(plugins: Plugins) -> None:
    played = session(plugins, learn=True)
    for moment in played.moments(1):
        if moment.last:
            played.change_agent(played.prepare(played.setup, None))
    assert (diary(played).acted, diary(played).learned) == ([], []), "it did not see how it went"
    played.close()


def test_who_cannot_learn_is_not_told_to(plugins: Plugins) -> None:
    played = Session(plugins, choose(plugins, game="slope", brain="random"), seed=7, learn=True)
    assert not played.learning
    played.change_agent(played.prepare(choose(plugins, game="slope", brain="diary"), None))
    assert not played.learning, "as the command line says: --learn changes nothing"
    played.close()


def test_what_the_brain_before_earned_is_not_another_ones_mean_score(plugins: Plugins) -> None:
    played = session(plugins, learn=True)
    stream = played.moments(2)
    played.agent.scores = [0.0]  # an episode before
    said = {}
    for moment in stream:
        if moment.last:
            said[moment.episode] = moment.learning["mean_score"]
            played.change_agent(played.prepare(played.setup, None))
    assert said == {0: 4.0, 1: 8.0}
    played.close()


def test_what_the_brain_before_earned_is_not_another_ones_reward_a_step(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botcore.session.REPORT", 4)  # at the end of each episode
    played, said = session(plugins, learn=True), []
    played.human_action = 0
    for moment in played.moments(2):
        if moment.last:
            said.append(moment.learning["reward_per_step"])
            played.human_action = None
            played.change_agent(played.prepare(played.setup, None))
    assert said == [0.0, 1.0]
    played.close()


def test_an_episode_in_which_another_helped_is_no_score_of_the_brain(plugins: Plugins) -> None:
    played, told = session(plugins, learn=True), []
    for moment in played.moments(3):
        if moment.last:
            told.append("mean_score" in moment.learning)
        played.human_action = 0 if (moment.episode, moment.step) == (0, 1) else None
        if (moment.episode, moment.step) == (1, 1):
            played.change_agent(played.prepare(played.setup, None))
    assert told == [False, False, True], "a person in the first, a brain that came later in the second"
    assert played.agent.scores == [8.0], "which is what a model that is kept will claim"
    played.close()


def test_moments_tell_what_the_learner_is_fed_and_where_its_return_ends(plugins: Plugins) -> None:
    played = session(plugins)
    moments = list(played.moments(1))
    assert [m.fed for m in moments] == [None, 1.0, 1.0, 1.0, 1.0], "half of what the game pays"
    assert [m.return_ends for m in moments] == [False, False, True, False, True], "at the lost life too"
    assert played.about_scene().measures.of("anybody").unit == "×0.5"
    played.close()


def test_what_a_lost_life_costs_is_fed_in_live_play_too_and_the_unit_says_shaped(plugins: Plugins) -> None:
    setup = choose(plugins, game="stairs", brain="diary", assignments=["reward.life_loss=-4"])
    played = Session(plugins, setup, weights=None, seed=0)
    fed = [m.fed for m in played.moments(1)]
    assert fed == [None, 1.0, -1.0, 1.0, 1.0], "half of two less four, where the life goes"
    assert played.unit == "shaped, ×0.5"
    played.close()


def test_episodes_count_on_from_the_seed_and_each_begins_with_a_start(plugins: Plugins) -> None:
    played = session(plugins)
    moments = list(played.moments(2))
    assert [m.seed for m in moments if m.step == 0] == [7, 8]
    assert [m.episode for m in moments] == [0] * 5 + [1] * 5
    assert diary(played).seeds == [learners_seed(7), learners_seed(8)]
    assert [start for _, start, _ in diary(played).acted] == [True, False, False, False] * 2
    assert not any(explore for _, _, explore in diary(played).acted)
    assert diary(played).learned == []
    played.close()


def test_after_the_largest_seed_comes_0(plugins: Plugins) -> None:
    played = Session(plugins, choose(plugins, game="stairs", brain="diary"), seed=LARGEST_SEED)
    stream = played.moments()
    seeds = [next(stream).seed]
    for new in (False, True, False):
        played.restart(new_seed=new)
        seeds.append(next(stream).seed)
    assert seeds == [LARGEST_SEED, LARGEST_SEED, 0, 0]
    played.restart(new_seed=True)
    assert [m.seed for m in islice(stream, 6)] == [1] * 5 + [2]
    played.close()


def test_a_person_takes_over_and_gives_back(plugins: Plugins) -> None:
    played = session(plugins)
    stream = played.moments(1)
    next(stream)
    played.human_action = 0
    taken = next(stream)
    played.human_action = None
    given_back = next(stream)
    assert taken.decision is not None
    assert given_back.decision is not None
    assert (taken.decision.by, taken.decision.action, taken.reward) == ("human", 0, 0.0)
    assert (given_back.decision.by, given_back.decision.action) == ("diary", 1)
    assert len(diary(played).acted) == 2, "the brain's memory went on seeing"
    played.close()


def test_a_person_whose_place_a_brain_takes_plays_no_more(plugins: Plugins) -> None:
    played = Session(plugins, choose(plugins, game="stairs", brain="human"), seed=7)
    stream = played.moments(1)
    assert [m.decision.by for m in islice(stream, 3) if m.decision] == ["human", "human"]
    played.change_agent(played.prepare(choose(plugins, game="stairs", brain="diary"), None))
    assert [m.decision.by for m in stream if m.decision] == ["diary", "diary"]
    played.close()


def test_an_episode_begins_with_decisions_of_another_and_the_brain_sees_it_all(plugins: Plugins) -> None:
    played = session(plugins, learn=True)
    played.follow([Decision(0, value=9.0, by="other"), Decision(1, by="other")])
    moments = list(played.moments(2))
    made = [m.decision and (m.decision.by, m.decision.action, m.decision.value) for m in moments]
    assert made[:4] == [None, ("other", 0, 9.0), ("other", 1, None), ("diary", 1, 3.0)]
    assert [m.reward for m in moments[:4]] == [0, 0, 2, 2]
    own = [("diary", 1, 3.0)] * 4
    assert made[5:] == [None, *own], "the next episode is its own"
    assert [start for _, start, _ in diary(played).acted[:4]] == [True, False, False, False]
    seen = [experience.observation[0, 1] for experience in diary(played).learned]
    assert seen[:2] == [2, 3], "it learns from its own decisions only"
    played.close()


def test_the_run_up_is_what_is_left_of_anothers_decisions(plugins: Plugins) -> None:
    played = session(plugins)
    played.follow([Decision(0, by="other"), Decision(1, by="other")])
    left = [played.run_up] + [played.run_up for _ in played.moments(2)]
    assert left == [2, 2, 1, 0, 0, 0, *[0] * 5]
    played.close()


class Pending:
    """An import that goes on until a test says otherwise."""

    def __init__(self) -> None:
        self.alive = True

    def is_alive(self) -> bool:
        return self.alive


@pytest.mark.parametrize("network", [True, False])
def test_in_the_background_learning_begins_when_what_a_network_needs_is_imported(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch, network: bool
) -> None:
    pending = Pending()
    monkeypatch.setattr("botcore.session._importing", lambda: pending)
    played = session(plugins, learn=True)
    played.in_background = True
    if network:
        diary(played).network = torch.nn.Linear(1, 1)
    stream = played.moments(2)
    list(islice(stream, 7))
    learned = len(diary(played).learned)
    assert learned == (0 if network else 6), "a table needs nothing; two steps, one of them wasted"
    pending.alive = False
    list(stream)
    assert len(diary(played).learned) == learned + 4
    played.close()


def test_without_a_window_learning_waits_for_nothing(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botcore.session._importing", Pending)
    played = session(plugins, learn=True)
    diary(played).network = torch.nn.Linear(1, 1)
    list(played.moments(1))
    assert len(diary(played).learned) == 5
    played.close()


def test_what_is_imported_in_the_background_is_what_an_optimiser_imports() -> None:
    program = """
import sys, torch
from botcore.session import _importing
assert "torch._dynamo" not in sys.modules
_importing().join()
before, weight = set(sys.modules), torch.nn.Parameter(torch.zeros(3))
weight.grad = torch.ones(3)
torch.optim.Adam([weight]).step()
print(len(set(sys.modules) - before))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 20, "it was eight hundred without"


def test_restarting_begins_the_same_or_the_next_seed(plugins: Plugins) -> None:
    played = session(plugins)
    stream = played.moments()
    list(islice(stream, 3))
    played.restart(new_seed=False)
    again = next(stream)
    played.restart(new_seed=True)
    other = next(stream)
    assert (again.step, again.seed, other.step, other.seed) == (0, 7, 0, 8)
    played.close()


def test_an_episode_that_is_begun_anew_is_not_counted(plugins: Plugins) -> None:
    played = session(plugins)
    stream = played.moments(1)
    list(islice(stream, 3))
    played.restart(new_seed=False)
    again = list(stream)
    assert [m.step for m in again] == [0, 1, 2, 3, 4], "it is played to its end"
    assert {(m.episode, m.seed) for m in again} == {(1, 7)}
    played.close()


def test_who_wants_the_last_episode_again_at_its_end_has_it(plugins: Plugins) -> None:
    played = session(plugins)
    stream = played.moments(1)
    assert list(islice(stream, 5))[-1].last
    played.restart(new_seed=False)
    assert [(m.step, m.seed) for m in islice(stream, 5)] == [(n, 7) for n in range(5)]
    played.restart(new_seed=True)
    assert [(m.step, m.seed) for m in stream] == [(n, 8) for n in range(5)], "then it is over"
    played.close()


def test_before_the_first_moment_there_is_nothing_to_begin_anew(plugins: Plugins) -> None:
    played = session(plugins)
    played.restart(new_seed=False)
    assert next(played.moments()).seed == 7
    played.close()


@pytest.mark.parametrize("game", ["stairs", "slope"])
def test_learning_live_sees_what_a_batch_would_show(plugins: Plugins, game: str) -> None:
    """The same learner, once live and once on a batch of one, is told the same."""
    from botcore.training.build import open_for_training

    played = session(plugins, game, learn=True)
    moments = list(played.moments(2))
    assert moments[4].learning == {"loss": 1.0, "mean_score": 8.0}

    setup = choose(plugins, game=game, brain="diary")
    learner, batch = open_for_training(plugins, setup, copies=1, threads=1, seed=7)
    assert isinstance(learner, Diary)
    for _ in range(10):
        choice = learner.act(batch.observation, batch.starts, explore=True)
        learner.learn(batch.step(choice.actions))
    batch.close()
    live = diary(played)
    assert len(live.learned) == len(learner.learned) == 10
    for mine, theirs in zip(live.learned, learner.learned, strict=True):
        assert mine.valid.tolist() == theirs.valid.tolist()
        assert mine.reward.tolist() == theirs.reward.tolist()
        assert mine.terminated.tolist() == theirs.terminated.tolist()
        assert mine.truncated.tolist() == theirs.truncated.tolist()
        assert mine.observation[0, 1] == theirs.observation[0, 1]
    assert [start for _, start, _ in live.acted] == [start for _, start, _ in learner.acted]
    played.close()


def test_live_learning_paces_itself_and_trained_weights_explore_little(plugins: Plugins) -> None:
    fresh = session(plugins, learn=True)
    list(fresh.moments(2_000))
    fractions = diary(fresh).fractions
    assert fractions == sorted(fractions)
    assert fractions[:2] == [0, pytest.approx(1 / 7_200)]
    assert fractions[-1] == 0.9
    trained = session(plugins, learn=True, weights={"w": np.zeros(1)})
    list(trained.moments(1))
    assert set(diary(trained).fractions) == {0.9}
    assert diary(trained).paced == len(diary(trained).acted), "before the first step, too"
    for steps, fraction in ((1_800, 0.25), (1_000_000, 0.9)):  # kept after half a minute; a whole training
        card = Card(choose(plugins, game="slope", brain="diary"), "", steps=steps)
        kept = session(plugins, learn=True, weights={"w": np.zeros(1)}, card=card)
        list(kept.moments(1))
        assert diary(kept).fractions[0] == fraction


@pytest.mark.learning
def test_two_minutes_of_live_learning_make_a_driver() -> None:
    """From fresh weights, at 60 steps a second, as a person watches it.

    How a processor rounds sums decides which way a seed takes. Seeds 1 to 8 on an Intel Xeon spent 0, 0, 0,
    2, 4, 64, 74 and 187 steps of the second minute on sand.
    """
    loaded = load_plugins()
    played = Session(loaded, choose(loaded, game="car", brain="dqn"), seed=1, learn=True, pictures=False)
    moments = [moment for moment in islice(played.moments(), 7_200) if moment.decision]
    played.close()
    assert sum(bool(moment.info["on_sand"]) for moment in moments[:1_200]) > 300, "it knows nothing at first"
    assert sum(bool(moment.info["on_sand"]) for moment in moments[-3_600:]) < 360


def test_a_brain_that_cannot_read_the_game_names_those_that_can_and_leaves_no_game_open(
    plugins: Plugins, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Stairs] = []
    monkeypatch.setattr(Stairs, "close", lambda game: closed.append(game))
    with pytest.raises(BotplayError, match=r"table cannot play stairs: .* numbers; these can: .*diary"):
        Session(plugins, choose(plugins, game="stairs", brain="table"), seed=0)
    assert len(closed) == 1


def test_weights_that_do_not_fit_are_refused(plugins: Plugins) -> None:
    with pytest.raises(BotplayError, match="does not fit this game and brain"):
        session(plugins, weights={"other": np.zeros(1)})


class Talkative(Stairs):
    """Puts into its info what nobody expects there."""

    def __init__(self, info: dict[str, Any]) -> None:
        super().__init__(truncates=False)
        self.info = info

    def _info(self) -> dict[str, Any]:
        return self.info


def strange(
    choice: Any, metrics: Any = None, info: dict[str, Any] | None = None, rule: RewardRule | None = None
) -> Session:
    """Return a session of a brain that makes this choice, in a game with this info."""

    class Plugin:
        @hookimpl
        def botplay_games(self) -> Iterable[Game]:
            game = Talkative(info) if info is not None else Stairs(truncates=False)
            yield Game("odd", "Odd.", open=lambda request: game, reward=rule or RewardRule())

        @hookimpl
        def botplay_brains(self) -> Iterable[Brain]:
            yield Brain("strange", "Odd.", learner=lambda request: Answering(choice, metrics))

    found = load_plugins(discover=False, modules=[("strange", Plugin())])
    setup = choose(found, game="odd", brain="strange")
    return Session(found, setup, seed=1, learn=metrics is not None, pictures=info is None)


ONE = np.array([1])


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(np.array([77])), r"brain strange chose action 77, of 2 \(0 to 1\)"),
        (Choice(np.array([-1])), "chose action -1, of 2"),
        (Choice(np.array([0.7])), r"gives actions \[1\] float64, not \[1\] whole numbers"),
        (Choice(np.array([[1]])), r"gives actions \[1, 1\] int64"),
        (Choice(1), "gives actions 1 where a NumPy array belongs"),  # type: ignore[arg-type]
        (Choice([1]), r"gives actions \[1\] where a NumPy array"),  # type: ignore[arg-type]
        (Choice(np.array(1)), r"gives actions \[\] int64"),
        (Choice(np.array([True])), "bool, not"),
        (None, "gives None where a Choice belongs"),
        (Choice(ONE, probabilities=np.ones(2, np.float32)), r"gives probabilities \[2\], not \[1, 2\]"),
        (Choice(ONE, q_values=np.ones((1, 3), np.float32)), r"gives q_values \[1, 3\], not \[1, 2\]"),
        (Choice(ONE, q_values=[[0.0, 1.0]]), "where a NumPy array belongs"),  # type: ignore[arg-type]
        (Choice(ONE, values=np.array(1.0)), r"gives values \[\], not \[1\]"),
        (Choice(ONE, exploration=np.full(1, 0.5)), r"exploration array\(\[0.5\]\), not one number"),  # type: ignore[arg-type]
        (Choice(ONE, memory=np.ones(5, np.float32)), r"gives memory \[5\], not \[1, M\]"),
    ],
)
def test_a_choice_that_nobody_can_play_is_told(choice: Any, words: str) -> None:
    with pytest.raises(BotplayError, match=words):
        list(strange(choice).moments(1))


def test_what_learning_reports_is_kept_where_it_is_a_number() -> None:
    played = strange(
        Choice(ONE), {"loss": np.float32(2), "note": "hi", "all": np.zeros(3), "tensor": torch.ones(1)}
    )
    assert [moment.learning.get("loss") for moment in played.moments(1)][1:] == [2.0] * 4
    assert {name for moment in played.moments(1) for name in moment.learning} <= {"loss", "mean_score"}
    with pytest.raises(BotplayError, match=r"brain strange: learn\(\) gives 3, not a mapping"):
        list(strange(Choice(ONE), 3).moments(1))


@pytest.mark.parametrize(
    "lives",
    ["three", np.zeros(3), None, 10**400, [1]],
    ids=["a text", "an array", "nothing", "huge", "a list"],
)
def test_lives_and_bonuses_that_are_no_numbers_count_nothing(lives: Any) -> None:
    rule = RewardRule(bonuses={"bonus": 5.0}, life_loss=-1, life_loss_ends=True)
    played = strange(Choice(ONE), {}, {"lives": lives, "bonus": lives}, rule)
    assert [moment.fed for moment in played.moments(1)] == [None, 2, 2, 2, 2]


def test_lives_and_bonuses_of_one_number_in_an_array_count() -> None:
    played = strange(Choice(ONE), {}, {"bonus": np.array([2])}, RewardRule(bonuses={"bonus": 5.0}))
    assert [moment.fed for moment in played.moments(1)][1:] == [12] * 4
