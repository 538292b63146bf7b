"""The benchmark that says what each part of a recipe is worth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def ablation(out: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "benchmarks" / "ablation.py", "--game", "gym/CartPole-v1"]
    command += ["--brain", "a3c", "--steps", "1500", "--out", out, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_it_trains_each_variant_once_and_compares(tmp_path: Path):
    first = ablation(tmp_path, "--always=--copies 4", "no memory=--memory none")
    assert first.returncode == 0, first.stderr
    head, _, as_it_is, without = first.stdout.strip().splitlines()
    assert head == "| variant | after 500 | after 1,000 | after 1,500 | steps/s |"
    assert as_it_is.startswith("| as it is |")
    assert without.startswith("| no memory |")
    assert as_it_is.split("|")[4] != without.split("|")[4], "the variant changed something"
    assert [cell.strip() for cell in as_it_is.split("|")[2:4]] == ["", ""], (
        "it was over before its curve began"
    )
    card = tmp_path / "no-memory" / "1" / "models" / "gym" / "CartPole-v1" / "a3c" / "card.json"
    written = card.stat().st_mtime_ns
    again = ablation(tmp_path, "--always=--copies 4", "no memory=--memory none")
    assert again.stdout == first.stdout
    assert card.stat().st_mtime_ns == written
    longer = ablation(tmp_path, "--always=--copies 4", "--steps", "2000", "no memory=--memory none")
    assert longer.returncode == 0, longer.stderr
    assert card.stat().st_mtime_ns != written, "a shorter training says nothing of 2,000 steps"


def test_what_was_trained_otherwise_is_trained_anew(tmp_path: Path):
    first = ablation(tmp_path, "--always=--copies 4", "other=--set learner.gamma=0.9")
    assert first.returncode == 0, first.stderr
    changed = ablation(tmp_path, "--always=--copies 4", "other=--memory none")
    assert changed.returncode == 0, changed.stderr
    as_it_is, other = (text.strip().splitlines()[2:] for text in (first.stdout, changed.stdout))
    assert as_it_is[0] == other[0], "nothing changed of the recipe"
    assert as_it_is[1].split("|")[4] != other[1].split("|")[4]


def test_a_training_without_a_model_is_told(tmp_path: Path):
    failed = ablation(tmp_path, "--always=--copies 4 --no-install")
    assert failed.returncode == 1
    assert failed.stderr == f"as it is, seed 1: no model was installed; {tmp_path}/as-it-is/1/log says why\n"


def test_curves_that_would_begin_with_another_training_are_not_compared(tmp_path: Path):
    refused = ablation(tmp_path, "further=--from gym/CartPole-v1/a3c")
    assert refused.returncode == 2
    assert "compare trainings from nothing" in refused.stderr


def test_a_training_that_fails_is_told(tmp_path: Path):
    failed = ablation(tmp_path, "broken=--set learner.no_such=1")
    assert failed.returncode == 1
    assert failed.stderr.startswith("broken, seed 1: botplay: ")
    assert "no_such" in failed.stderr


def test_a_variant_without_a_name_is_told_in_a_line(tmp_path: Path):
    failed = ablation(tmp_path, "nameless")
    assert failed.returncode == 2
    assert failed.stderr.strip().endswith("a variant is NAME=ARGUMENTS, not 'nameless'")
