"""Memory that training frees is kept: counted in page faults, in processes of their own."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys

import pytest

ROUNDS, BLOCKS, BYTES = 20, 20, 8 << 20
PAGE = resource.getpagesize()
CODE = f"""
import resource, sys
from unittest.mock import Mock
import torch
from botcore.training.loop import train_loop

if sys.argv[1] == "kept":  # a training whose budget is spent
    train_loop(Mock(), Mock(), Mock(steps=lambda count: 1.0), lambda: False, brain="a3c")

def some_work():
    return [torch.ones({BYTES}, dtype=torch.uint8) for _ in range({BLOCKS})]

for _ in range(3):
    some_work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range({ROUNDS}):
    some_work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc hands memory back at once")
def test_what_was_freed_is_used_again_without_page_faults() -> None:
    # Left alone, glibc finds its thresholds by itself, differently from run to run; these it begins with.
    begin = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
    faults = {
        mode: int(
            subprocess.run(
                [sys.executable, "-c", CODE, mode], capture_output=True, check=True, env=begin
            ).stdout
        )
        for mode in ("kept", "given back")
    }
    pages = ROUNDS * BLOCKS * BYTES // PAGE
    assert faults["given back"] > pages / 2
    assert faults["kept"] < pages / 100
