"""Steps a second of other people's trainers, measured as ours are."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

WARM_UP = 10.0  # seconds before counting begins
PATIENCE = 120.0  # seconds a training gets to begin
COPIES = 16  # of the game, where the emulator or a peer runs alone


def stable_baselines3(game: str, seconds: float, agents: int) -> float:
    """Return the steps a second of Stable-Baselines3's A2C with its Nature eyes and no memory."""
    import ale_py
    import gymnasium
    import torch
    from stable_baselines3 import A2C
    from stable_baselines3.common.callbacks import BaseCallback
    from stable_baselines3.common.env_util import make_atari_env
    from stable_baselines3.common.vec_env import VecFrameStack

    class Clock(BaseCallback):  # type: ignore[misc]
        """Stops after the warm-up and `seconds`, and counts the steps in between."""

        def _on_step(self) -> bool:
            now = time.perf_counter()
            if now - start < WARM_UP:
                self.begin = (now, self.num_timesteps)
            self.end = (now, self.num_timesteps)
            return bool(now - start < WARM_UP + seconds)

    gymnasium.register_envs(ale_py)
    torch.set_num_threads(agents)
    envs = VecFrameStack(make_atari_env(f"{game.capitalize()}NoFrameskip-v4", n_envs=COPIES, seed=0), 4)
    clock, start = Clock(), time.perf_counter()
    A2C("CnnPolicy", envs).learn(10**9, callback=clock)
    envs.close()
    return float((clock.end[1] - clock.begin[1]) / (clock.end[0] - clock.begin[0]))


FACTORY_GAMES = {
    "breakout": ("sf_examples.atari.train_atari", "atari_breakout"),
    "doom/deadly_corridor": ("sf_examples.vizdoom.train_vizdoom", "doom_deadly_corridor"),
}
COLLECTED = re.compile(r"\[(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+),(\d+)\].*Total num frames: (\d+)")


def sample_factory(python: Path, game: str, seconds: float, agents: int) -> float:
    """Return the steps a second of Sample Factory's APPO with its own settings for the game.

    Only the number of processes and the size of a batch differ: a batch must be small enough to come from
    these few copies. Steps are decisions: the frames that are skipped are not counted.
    """
    module, env = FACTORY_GAMES[game]
    with tempfile.TemporaryDirectory() as folder:
        command = [str(python), "-m", module, f"--env={env}", "--algo=APPO", "--device=cpu"]
        command += [f"--num_workers={agents}", f"--num_envs_per_worker={COPIES // agents}"]
        command += ["--batch_size=512", "--num_batches_per_epoch=1", "--summaries_use_frameskip=False"]
        command += [f"--train_dir={folder}"]
        log = Path(folder, "log")
        with log.open("w") as file:  # A pipe would stay open as long as any of its many processes.
            process = subprocess.Popen(
                command, cwd=folder, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
            )
            latest = time.perf_counter() + PATIENCE
            while process.poll() is None and time.perf_counter() < latest:
                if COLLECTED.search(log.read_text("utf-8", "replace")):
                    break
                time.sleep(0.5)
            time.sleep(WARM_UP + seconds + 5)  # It reports every five seconds.
            process.send_signal(signal.SIGINT)  # Its own limit of seconds is not kept.
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE / 4)  # Where one of its processes died it waits for it for ever.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # engines it left would slow what comes next
        text = log.read_text("utf-8", "replace")
    counted = [
        (((int(day) * 24 + int(hour)) * 60 + int(minute)) * 60 + int(second) + int(part) / 1000, int(frames))
        for _, _, day, hour, minute, second, part, frames in COLLECTED.findall(text)
    ]
    if not counted:
        raise SystemExit(f"Sample Factory did not train; it said: {text[-500:]}")
    begun = counted[0][0] + WARM_UP
    counted = [(moment, frames) for moment, frames in counted if moment >= begun]
    (begin, before), (end, after) = counted[0], counted[-1]
    return (after - before) / (end - begin)
