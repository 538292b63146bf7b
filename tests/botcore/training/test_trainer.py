"""Training runs: budgets, checkpoints, resuming, asynchronous agents, and how they end."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from botcore import BotplayError, Snapshot, ending
from botcore.cli.train import team
from botcore.ending import Asked
from botcore.environment import open_batch
from botcore.plugins import load_plugins
from botcore.setup import Setup, choose
from botcore.training import trainer
from botcore.training.alone import LOCK, alone_in
from botcore.training.batch import Batch, Finished
from botcore.training.build import open_for_training
from botcore.training.checkpoint import read_checkpoint, write_checkpoint
from botcore.training.progress import Budget, Progress
from botcore.training.stopped import open_stopped
from botcore.training.trainer import CHECKPOINT, Run, train
from botcore.training.workers import BETWEEN_METRICS, AgentTask, SharedReport, Team
from botplay_qlearning.qlearning import QLearning
from tests.botcore.processes import children_of, running, wait_until_gone


def cartpole(*assignments: str) -> Setup:
    return choose(
        load_plugins(),
        game="gym:CartPole-v1",
        brain="a3c",
        assignments=["training.copies=4", "memory.size=8", *assignments],
    )


def test_a_run_ends_at_its_budget_and_leaves_a_checkpoint_and_event_files(tmp_path: Path) -> None:
    told: list[int] = []
    run = Run(cartpole(), Budget(steps=400), tmp_path)
    trained = train(load_plugins(), run, tell=lambda progress: told.append(progress.steps))
    assert trained.progress.steps == 400
    assert not trained.interrupted
    assert trained.checkpoint == tmp_path / CHECKPOINT
    assert list((tmp_path / "tensorboard").glob("events.out.*"))
    assert told
    _, facts = read_checkpoint(trained.checkpoint)
    assert Setup.from_json(facts["setup"]) == run.setup


def test_the_event_files_hold_score_reward_and_the_learners_figures(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    setup = cartpole("reward.scale=0.1")
    progress = train(load_plugins(), Run(setup, Budget(steps=800), tmp_path)).progress
    events = EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    last = {name: events.Scalars(name)[-1] for name in events.Tags()["scalars"]}
    expected = {**progress.metrics, "score": progress.mean_score, "reward": progress.mean_reward}
    assert {name: last[name].value for name in expected} == pytest.approx(expected, rel=1e-5)
    assert last["reward"].value == pytest.approx(last["score"].value / 10, rel=1e-5)
    assert set(last) == {*expected, "steps_per_second"}
    assert {scalar.step for scalar in last.values()} == {800}


def test_resuming_goes_on_exactly_with_counters_weights_and_optimiser(tmp_path: Path) -> None:
    first = train(load_plugins(), Run(cartpole(), Budget(steps=400), tmp_path))
    before, _ = read_checkpoint(first.checkpoint)
    nothing = Run(cartpole(), Budget(steps=400), tmp_path / "b", resume=first.checkpoint)
    same = train(load_plugins(), nothing)
    after, facts = read_checkpoint(same.checkpoint)
    assert facts["progress"]["steps"] == 400
    assert facts["progress"]["episodes"] == first.progress.episodes
    assert set(before.arrays) == set(after.arrays)
    for name, array in before.arrays.items():
        np.testing.assert_array_equal(array, after.arrays[name], err_msg=name)
    assert before.facts == after.facts
    more = train(load_plugins(), Run(cartpole(), Budget(steps=800), tmp_path, resume=first.checkpoint))
    assert more.progress.steps == 800


def test_every_episode_is_counted_once(tmp_path: Path) -> None:
    progress = train(load_plugins(), Run(cartpole(), Budget(steps=400), tmp_path)).progress
    assert progress.episodes == len(progress.recent) > 1
    assert sum(progress.recent) <= 400, "CartPole pays 1 a step"


def test_what_is_told_of_a_run_goes_on_where_it_stopped() -> None:
    stopped = Progress(Budget(steps=1_000), steps=600, seconds_before=60.0)
    stopped.add_episodes([Finished(3.0, 10, 0.3), Finished(5.0, 20, 0.5)])
    stopped.mark()
    resumed = Progress.resume(stopped.budget, stopped.facts())
    assert (resumed.episodes, resumed.mean_score, resumed.curve) == (2, 4.0, stopped.curve)
    assert resumed.mean_reward == 0.4
    assert resumed.rate == 0, "the steps of the sittings before were not made in this one"
    assert resumed.seconds >= 60


def test_a_resumed_run_explores_as_little_as_where_it_stopped_from_its_first_step_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def watched(learner: QLearning, *given: Any, **more: Any) -> Any:
        explored.append(learner.epsilon)
        return act(learner, *given, **more)

    act, explored = QLearning.act, list[float]()
    falls = ["training.copies=4", "learner.epsilon=0.8", "learner.epsilon_end=0.2"]
    setup = choose(load_plugins(), game="gym:FrozenLake-v1", brain="qlearning", assignments=falls)
    first = train(load_plugins(), Run(setup, Budget(steps=80), tmp_path))
    monkeypatch.setattr(QLearning, "act", watched)
    train(load_plugins(), Run(setup, Budget(steps=160), tmp_path, resume=first.checkpoint))
    assert explored[0] == pytest.approx(0.5), "half of the budget is spent"


def test_a_later_sitting_plays_other_beginnings_and_a_fresh_run_always_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[list[float]]] = []

    class Watched(Batch):
        def __init__(self, *arguments: Any, seed: int) -> None:
            super().__init__(*arguments, seed=seed)
            begun.append(self.observation.tolist())

    monkeypatch.setattr("botcore.training.build.Batch", Watched)
    runs = [Run(cartpole(), Budget(steps=80), tmp_path / "a", seed=5)]
    runs += [Run(cartpole(), Budget(steps=steps), tmp_path / "a", seed=5) for steps in (160, 240, 240)]
    runs += [Run(cartpole(), Budget(steps=80), tmp_path / "b", seed=5)]
    for number, run in enumerate(runs):
        resume = tmp_path / "a" / CHECKPOINT if number in (1, 2, 3) else None
        train(load_plugins(), replace(run, resume=resume))
    fresh, second, third, nothing_left, again = begun
    as_ever = open_batch(load_plugins(), cartpole(), copies=4, threads=1)
    assert fresh == again == as_ever.reset(seed=5)[0].tolist()
    as_ever.close()
    assert len({str(starts) for starts in (fresh, second, third, nothing_left)}) == 4


def test_a_brain_that_learns_in_one_process_says_that_it_uses_one_agent(tmp_path: Path) -> None:
    told: list[str] = []
    setup = choose(
        load_plugins(), game="gym:FrozenLake-v1", brain="qlearning", assignments=["training.agents=3"]
    )
    train(load_plugins(), Run(setup, Budget(steps=80), tmp_path), warn=told.append)
    assert told == ["qlearning learns in one process: one agent, not 3"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("agents", [1, 2])
def test_games_that_fail_to_close_take_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agents: int
) -> None:
    def fail(batch: Batch) -> None:
        raise OSError("the engine hangs")

    monkeypatch.setattr(Batch, "close", fail)
    told: list[str] = []
    run = Run(cartpole(f"training.agents={agents}"), Budget(steps=80), tmp_path)
    assert train(load_plugins(), run, warn=told.append).progress.steps >= 80
    assert len(told) == 1
    assert "the games were not closed: OSError: the engine hangs" in told[0]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("brain", ["a3c", "dqn"])
def test_two_agents_train_one_shared_model(tmp_path: Path, brain: str) -> None:
    def setup(agents: int) -> Setup:
        settings = [f"training.agents={agents}", "training.copies=4"]
        return choose(load_plugins(), game="gym:CartPole-v1", brain=brain, assignments=settings)

    run = Run(setup(2), Budget(steps=4_000), tmp_path)
    fresh = train(load_plugins(), Run(setup(1), Budget(steps=1), tmp_path / "fresh")).weights
    trained = train(load_plugins(), run, warn=pytest.fail)
    assert trained.progress.steps >= 4_000
    assert trained.progress.episodes > 0
    agents = trained.progress.team
    assert 0 < sum(member.steps for member in agents) <= trained.progress.steps
    assert sum(member.episodes for member in agents) == trained.progress.episodes
    assert [words.split()[:2] for words in team(trained.progress)] == [["agent", "1"], ["agent", "2"]]
    assert any(not np.array_equal(trained.weights[name], fresh[name]) for name in fresh)
    assert all(np.isfinite(array).all() for array in trained.weights.values())


@pytest.mark.timeout(120)
def test_minutes_begin_when_the_agents_do(tmp_path: Path) -> None:
    budget = Budget(minutes=0.01)  # 0.6 s: importing torch takes longer
    trained = train(load_plugins(), Run(cartpole("training.agents=2"), budget, tmp_path), warn=pytest.fail)
    assert trained.progress.steps > 0
    assert trained.progress.seconds >= 0.6
    again = Run(cartpole("training.agents=2"), budget, tmp_path, resume=trained.checkpoint)
    progress = train(load_plugins(), again, warn=pytest.fail).progress
    assert progress.team == [], "nothing is left to do, so nobody is asked to"
    assert progress.steps == trained.progress.steps
    assert progress.seconds == pytest.approx(trained.progress.seconds, abs=0.3)


@pytest.mark.timeout(120)
def test_agents_that_go_on_with_a_run_count_from_its_steps_and_play_games_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Watched(Team):
        def __init__(self, tasks: list[AgentTask]) -> None:
            seeds.update(task.seed for task in tasks)
            super().__init__(tasks)

    seeds, told = set[int](), list[int]()
    monkeypatch.setattr(trainer, "Team", Watched)
    path = train(load_plugins(), Run(cartpole(), Budget(steps=80), tmp_path)).checkpoint
    snapshot, facts = read_checkpoint(path)
    write_checkpoint(path, snapshot, {**facts, "progress": {**facts["progress"], "steps": 10**9}})
    run = Run(cartpole("training.agents=2"), Budget(steps=10**9 + 80), tmp_path, resume=path)
    trained = train(load_plugins(), run, tell=lambda progress: told.append(progress.steps))
    assert min(told) >= 10**9
    assert trained.progress.steps >= 10**9 + 80
    assert len(seeds) == 2


def test_agents_tell_their_metrics_no_more_than_ten_times_a_second() -> None:
    """They make hundreds of updates a second, and their parent would do nothing but read of them."""
    heard, told = Pipe(duplex=False)
    nothing = torch.zeros(1)
    report = SharedReport(AgentTask(0, cartpole(), 0, None, nothing, nothing, nothing, ()), told)
    begun = time.monotonic()
    for update in range(100):
        report.metrics({"loss": float(update)})
        time.sleep(0.005)
    seconds, count = time.monotonic() - begun, 0
    while heard.poll():
        assert heard.recv()[:2] == ("metrics", 0)
        count += 1
    assert 1 < count <= 1 + seconds / BETWEEN_METRICS
    assert BETWEEN_METRICS == 0.1


def test_a_checkpoint_cannot_ask_for_a_network_that_its_weights_do_not_fill(tmp_path: Path) -> None:
    first = train(load_plugins(), Run(cartpole(), Budget(steps=40), tmp_path))
    huge = Run(cartpole("neurons.layers=6000,6000"), Budget(steps=80), tmp_path, resume=first.checkpoint)
    with pytest.raises(BotplayError, match="far larger than the"):
        train(load_plugins(), huge)


SCRIPT = """
import sys
from pathlib import Path
from botcore.plugins import load_plugins
from botcore.setup import choose
from botcore.training.progress import Budget
from botcore.training.trainer import Run, train
if __name__ == "__main__":
    setup = choose(load_plugins(), game="gym:CartPole-v1", brain="a3c",
                   assignments=["training.copies=4", "memory.size=8", "training.agents=2"])
    def tell(progress):
        print("steps", progress.steps, flush=True)
    train(load_plugins(), Run(setup, Budget(minutes=5), Path(sys.argv[1])), tell=tell,
          warn=lambda text: print("warn", text, flush=True))
    print("saved", flush=True)
"""


def start_run(tmp_path: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a run of two agents and wait until both play; return it with the agents' process ids."""
    script = tmp_path / "run.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        start_new_session=True,  # a group of its own, as in a terminal
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("steps") and int(line.split()[1]) > 200:
            break
    return process, children_of(process.pid)


@pytest.mark.timeout(120)
def test_a_killed_agent_is_noticed_and_the_others_go_on_until_none_is_left(tmp_path: Path) -> None:
    process, agents = start_run(tmp_path)
    assert len(agents) == 2
    assert process.stdout is not None
    os.kill(agents[0], signal.SIGKILL)
    after = 0
    for line in process.stdout:
        if line.startswith("warn agent") or (after and line.startswith("steps")):
            after += 1
        if after > 5:
            break
    os.kill(agents[1], signal.SIGKILL)
    process.communicate(timeout=30)
    assert process.returncode == 1
    _, facts = read_checkpoint(tmp_path / "out" / CHECKPOINT)
    assert facts["progress"]["steps"] > 200, "the work was saved"


@pytest.mark.timeout(120)
def test_agents_end_by_themselves_when_they_are_asked_to() -> None:
    setup = cartpole("training.agents=2")
    learner, batch = open_for_training(load_plugins(), setup, copies=4, threads=1, seed=0)
    batch.close()
    handle, counters = learner.share(), torch.zeros(2, dtype=torch.int64).share_memory_()
    fraction, stop = (
        torch.zeros(1, dtype=torch.float64).share_memory_(),
        torch.zeros(1).bool().share_memory_(),
    )
    team = Team([AgentTask(n, setup, n, handle, counters, fraction, stop, ()) for n in range(2)])
    while counters.min() == 0:
        team.messages(timeout=0.1)
        assert team.alive
    team.close()
    assert [process.exitcode for process in team.processes] == [0, 0], "nobody had to be killed"


def test_what_a_killed_agent_left_half_said_keeps_nobody_waiting() -> None:
    team = Team([])
    cut, half = Pipe(duplex=False)
    heard, told = Pipe(duplex=False)
    team.pipes += [cut, heard]
    told.send(("episodes", 0, []))
    told.send(("metrics", 1, {"loss": 1.0}))
    os.write(half.fileno(), struct.pack("!i", 1_000) + b"only the beginning of a thousand bytes")
    half.close()
    assert team.messages(timeout=5) == [("episodes", 0, []), ("metrics", 1, {"loss": 1.0})]
    assert team.pipes == [heard]
    assert cut.closed
    told.close()
    assert team.messages(timeout=0) == team.pipes == []
    team.close()


@pytest.mark.timeout(120)
def test_no_agent_outlives_a_killed_parent(tmp_path: Path) -> None:
    process, agents = start_run(tmp_path)
    assert all(running(pid) for pid in agents)
    process.kill()
    process.communicate()
    assert wait_until_gone(agents)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_saves_and_ends(tmp_path: Path, number: int) -> None:
    process, agents = start_run(tmp_path)
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "saved" in output
    assert wait_until_gone(agents)
    _, facts = read_checkpoint(tmp_path / "out" / CHECKPOINT)
    assert facts["progress"]["steps"] > 200


def test_a_second_interrupt_while_the_last_checkpoint_is_written_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> None:
        signal.raise_signal(signal.SIGINT)

    def interrupted_save(*given: Any) -> None:
        if learning:
            interrupt()
        write_checkpoint(*given)

    def tell(progress: Progress) -> None:
        if progress.steps and not learning:
            learning.append(progress.steps)
            interrupt()

    learning: list[int] = []
    monkeypatch.setattr(trainer, "write_checkpoint", interrupted_save)
    trained = train(load_plugins(), Run(cartpole(), Budget(steps=100_000), tmp_path), tell=tell)
    assert trained.interrupted
    _, facts = read_checkpoint(trained.checkpoint)
    assert facts["progress"]["steps"] == trained.progress.steps >= learning[0] > 0


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("number", "left"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Asked)])
def test_who_asks_again_after_a_while_leaves_a_training_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, left: type[BaseException]
) -> None:
    asked: list[float] = []

    def hang(*_: Any) -> None:
        while True:
            asked.append(time.monotonic())
            signal.raise_signal(number)
            time.sleep(0.05)

    monkeypatch.setattr(ending, "PATIENCE", 0.3)
    monkeypatch.setattr("botplay_a3c.a3c.A3C.learn", hang)
    with pytest.raises(left):
        train(load_plugins(), Run(cartpole(), Budget(steps=100), tmp_path))
    assert asked[-2] - asked[0] <= 0.3 < asked[-1] - asked[0]
    read_checkpoint(tmp_path / CHECKPOINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.timeout(120)
def test_what_ends_all_at_once_is_no_failure_of_the_agents(tmp_path: Path) -> None:
    process, agents = start_run(tmp_path)
    os.killpg(process.pid, signal.SIGTERM)  # as `timeout` does; an agent ends by it
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "warn" not in output
    assert "saved" in output
    assert wait_until_gone(agents)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_all_while_the_agents_start_is_no_traceback(tmp_path: Path, number: int) -> None:
    code = "from botcore.cli.main import main; main()"
    what = ["train", "--game", "gym:CartPole-v1", "--brain", "a3c", "--agents", "2", "--no-install"]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *what],
        env={**os.environ, "BOTPLAY_DATA": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # as in a terminal, it reaches parent and agents alike
    )
    assert process.stderr is not None
    assert any("the run lies in" in line for line in process.stderr)
    time.sleep(0.5)  # the agents import torch now
    os.killpg(process.pid, number)
    output, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert (process.returncode, output.split(":")[0]) == (0, "stopped")


def test_a_brain_without_anything_to_learn_is_refused(tmp_path: Path) -> None:
    loaded = load_plugins()
    setup = choose(loaded, game="gym:CartPole-v1", brain="random")
    with pytest.raises(BotplayError, match="nothing to learn"):
        train(loaded, Run(setup, Budget(steps=10), tmp_path))


def test_a_folder_that_cannot_be_written_is_told_before_training(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    run = Run(cartpole(), Budget(steps=10), blocked / "run")
    with pytest.raises(BotplayError, match="cannot write"):
        train(load_plugins(), run)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff" * 100, b"\x80\x00\x00\x00\x00\x00\x00\x00" + b"x" * 128]
)
def test_what_is_no_checkpoint_is_refused_with_a_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / CHECKPOINT
    path.write_bytes(content)
    with pytest.raises(BotplayError, match="not a checkpoint"):
        read_checkpoint(path)
    with pytest.raises(BotplayError, match="cannot read"):
        read_checkpoint(tmp_path / "absent")


@pytest.mark.parametrize(
    ("arrays", "learner", "facts"),
    [
        ({}, {"random": 7}, {}),
        ({}, {"random": {"bit_generator": "PCG64", "state": 3}}, {}),
        ({"adam.0": np.zeros(99, np.float32)}, {}, {}),
        ({"network.heads.policy.bias": np.zeros(7, np.float32)}, {}, {}),
        ({}, {}, {"progress": [1]}),
        ({}, {}, {"progress": {"steps": None}}),
        ({}, {}, {"progress": {"recent": ["a"]}}),
        ({}, {}, {"progress": {"curve": [[1, 2]]}}),
        ({}, {}, {"progress": {"seconds": "1e999"}}),
        ({}, {}, {"progress": {"seconds": -60.0}}),
        ({}, {}, {"progress": {"steps": 10**400}}),
    ],
)
def test_a_damaged_checkpoint_is_refused_with_a_line(
    tmp_path: Path, arrays: dict[str, Any], learner: dict[str, Any], facts: dict[str, Any]
) -> None:
    path = train(load_plugins(), Run(cartpole(), Budget(steps=80), tmp_path)).checkpoint
    snapshot, found = read_checkpoint(path)
    if isinstance(facts.get("progress"), dict):
        facts = {"progress": {**found["progress"], **facts["progress"]}}
    damaged = Snapshot({**snapshot.arrays, **arrays}, {**snapshot.facts, **learner})
    write_checkpoint(path, damaged, {**found, **facts})
    with pytest.raises(BotplayError, match=r"does not fit this game and brain|cannot be read"):
        train(load_plugins(), Run(cartpole(), Budget(steps=160), tmp_path / "b", resume=path))


@pytest.mark.parametrize("seed", [-1, True, "5", 2**40])
def test_a_stopped_run_is_read_with_suspicion(tmp_path: Path, seed: object) -> None:
    path = train(load_plugins(), Run(cartpole(), Budget(steps=80), tmp_path, seed=4)).checkpoint
    stopped = open_stopped(tmp_path)
    assert (stopped.seed, stopped.budget, stopped.progress.steps) == (4, Budget(steps=80), 80)
    snapshot, found = read_checkpoint(path)
    write_checkpoint(path, snapshot, {name: value for name, value in found.items() if name != "budget"})
    assert open_stopped(path).budget is None, "a checkpoint of an earlier version"
    for odd in (
        {"seed": seed},
        {"budget": 5},
        {"budget": [[1, 2]]},
        {"budget": {"steps": -1}},
        {"budget": {"days": 1}},
    ):
        write_checkpoint(path, snapshot, {**found, **odd})
        with pytest.raises(BotplayError, match=r"budget|seed"):
            open_stopped(path)


def test_a_checkpoint_is_replaced_at_once_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / CHECKPOINT
    write_checkpoint(path, Snapshot({"a": np.arange(3)}, {"n": 1}), {"steps": 5})
    snapshot, facts = read_checkpoint(path)
    assert snapshot.arrays["a"].tolist() == [0, 1, 2]
    assert (dict(snapshot.facts), facts) == ({"n": 1}, {"steps": 5})
    with pytest.raises(BotplayError, match=r"the facts of the learner's snapshot: .* float32 is not JSON"):
        write_checkpoint(path, Snapshot({"a": np.arange(4)}, {"n": np.float32(1)}), {"steps": 6})
    assert read_checkpoint(path)[1] == {"steps": 5}
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full_for_a_while_costs_no_training(small_disk: Path) -> None:
    ballast, told = small_disk / "ballast", list[str]()

    def tell(progress: Progress) -> None:
        if not ballast.exists() and not told:
            with suppress(OSError), ballast.open("wb", buffering=0) as file:
                while file.write(bytes(4096)):
                    pass
        elif told:
            ballast.unlink(missing_ok=True)

    run = Run(cartpole(), Budget(steps=6_000), small_disk / "run", checkpoint_every=0.3)
    trained = train(load_plugins(), run, tell=tell, warn=told.append)
    assert trained.progress.steps >= 6_000
    assert any("No space left on device" in text and "tries again" in text for text in told)
    assert read_checkpoint(trained.checkpoint)[1]["progress"]["steps"] == trained.progress.steps
    names = [file.name for file in (small_disk / "run").iterdir()]
    assert sorted(names) == [LOCK, CHECKPOINT, "tensorboard"]


def test_where_tensorboard_cannot_write_training_goes_on(tmp_path: Path) -> None:
    told: list[str] = []
    folder = tmp_path / os.fsdecode(b"caf\xe9")  # as Latin-1 spelt it; TensorBoard insists on UTF-8
    trained = train(load_plugins(), Run(cartpole(), Budget(steps=200), folder), warn=told.append)
    assert trained.checkpoint.is_file()
    assert len(told) == 1
    assert told[0].startswith("no curves for TensorBoard")


def test_a_checkpoint_that_is_a_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / CHECKPOINT
    os.mkfifo(path)
    program = "import sys; from pathlib import Path; from botcore.training import checkpoint\n"
    program += "checkpoint.read_checkpoint(Path(sys.argv[1]))"
    # In a process that can be killed: who waits for a pipe hears of nothing else.
    done = subprocess.run(
        [sys.executable, "-c", program, path], stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert done.stderr.rstrip().endswith(f"BotplayError: {path} is not a plain file, so it is no checkpoint")


def test_a_checkpoint_follows_no_link_that_a_strangers_folder_brings(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine")
    folder = tmp_path / "run"
    folder.mkdir()
    for name in (CHECKPOINT, f"{CHECKPOINT}.part"):
        (folder / name).symlink_to(precious)
    write_checkpoint(folder / CHECKPOINT, Snapshot({"w": np.ones(2)}, {}), {})
    assert precious.read_text() == "mine"
    assert (folder / f"{CHECKPOINT}.part").is_symlink(), "nobody wrote there"
    assert read_checkpoint(folder / CHECKPOINT)[0].arrays["w"].tolist() == [1, 1]


def test_a_folder_is_named_so_that_a_shell_reads_it_as_one(tmp_path: Path) -> None:
    folder = tmp_path / "my run"
    folder.mkdir()
    (folder / CHECKPOINT).touch()
    with pytest.raises(BotplayError, match=f"--resume '{folder}' goes on with it"):
        train(load_plugins(), Run(cartpole(), Budget(steps=400), folder))


def test_what_a_killed_training_had_half_written_is_taken_away_by_the_next(tmp_path: Path) -> None:
    draft, own = tmp_path / f".{'0a' * 8}.draft", tmp_path / ".letter.draft"
    draft.write_text("half of a checkpoint")
    own.write_text("mine")
    with alone_in(tmp_path):
        assert (draft.exists(), own.read_text()) == (False, "mine")
