"""Training on a device that is not the CPU."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from botcore import BotplayError
from botcore.plugins import load_plugins
from botcore.setup import TrainingSettings, choose
from botcore.training.build import check_device, in_bfloat16, open_for_training
from tests.botcore.training.some_steps import opened, trained

CASES = [
    ("a3c", "breakout", ["learner.rollout=5", "memory.size=16"]),
    ("a3c", "breakout", ["learner.rollout=5", "learner.clip=none", "learner.updates=1"]),
    ("dqn", "car", ["learner.warm_up=8", "learner.batch=8"]),
    (
        "nstep-dqn",
        "breakout",
        ["learner.warm_up=8", "learner.batch=8", "learner.target_every=3", "learner.n_step=5"],
    ),
]


@pytest.mark.parametrize(("brain", "game", "assignments"), CASES)
def test_every_learner_learns_on_a_device_what_it_learns_on_the_cpu(
    brain: str, game: str, assignments: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "there.npz"
    program = [sys.executable, "-m", "tests.botcore.training.some_steps"]
    subprocess.run([*program, str(file), brain, game, *assignments], check=True)
    _, chosen, expected = trained(brain, game, assignments, "cpu")
    with np.load(file) as there:
        assert there["chosen"].tolist() == chosen
        assert {*there} == {"chosen", *expected}
        for name, array in expected.items():
            np.testing.assert_allclose(there[name], array, atol=1e-5, err_msg=name)


def test_the_pretended_device_tells_what_a_gpu_would_tell() -> None:
    program = """
import pytest, torch
from tests.botcore.training.pretend_device import pretend_device
with pretend_device() as device:
    there, here = torch.ones(3).to(device), torch.ones(3)
    assert torch.equal((there + there).cpu(), here * 2)
    with pytest.raises(RuntimeError, match="lie on the CPU"):
        there + here
    with pytest.raises((RuntimeError, TypeError)):
        there.numpy()
    with pytest.raises(RuntimeError, match="draws random numbers"):
        torch.nn.init.orthogonal_(there.new_ones(3, 3))
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
@pytest.mark.parametrize(("brain", "game", "assignments"), CASES)
def test_every_learner_learns_on_a_gpu(brain: str, game: str, assignments: list[str]) -> None:
    learner, _, weights = trained(brain, game, assignments, "cuda")
    network = learner.network  # type: ignore[attr-defined]
    assert all(parameter.is_cuda for parameter in network.parameters())
    assert all(np.isfinite(array).all() for array in weights.values())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
@pytest.mark.parametrize(("brain", "game", "assignments"), CASES)
def test_a_seed_gives_the_same_network_on_a_gpu(brain: str, game: str, assignments: list[str]) -> None:
    begun = []
    for device in ("cpu", "cuda"):
        learner, batch = opened(brain, game, assignments, device)
        batch.close()
        begun.append(learner.weights())
    here, there = begun
    assert {*here} == {*there}
    for name, array in here.items():
        np.testing.assert_array_equal(there[name], array, err_msg=name)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device on this machine")
def test_a_device_that_is_not_there_is_told_before_anything_is_opened() -> None:
    plugins = load_plugins()
    setup = choose(plugins, game="breakout", brain="a3c", assignments=["training.device=cuda"])
    with pytest.raises(BotplayError, match=r"training\.device=cuda, but torch .* finds no CUDA device"):
        open_for_training(plugins, setup, copies=1, threads=1, seed=0)
    check_device("cpu")


def test_on_a_gpu_one_process_plays_the_copies_of_all_agents() -> None:
    layout = TrainingSettings(agents=3, copies=8, threads=2)
    assert layout.processes() == layout
    on_gpu = TrainingSettings(agents=3, copies=8, threads=2, device="cuda").processes()
    assert (on_gpu.agents, on_gpu.copies, on_gpu.threads) == (1, 24, 6)


def test_the_device_decides_on_bfloat16_unless_somebody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    for able in (True, False):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda able=able: able)
        assert in_bfloat16("auto", "cuda") is able
    assert in_bfloat16("bfloat16", "cuda")
