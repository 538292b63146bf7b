"""Recording a stream of Moments while it passes through."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from botcore.contracts.moment import Moment, MomentStream
from botcore.ending import ENDING, leave, listen
from botcore.errors import BotplayError
from botcore.replay.episode import EpisodeWriter
from botcore.replay.format import About, Branch, Outcome
from botcore.replay.keeping import make_room

PROBE = 65_536  # bytes that must fit on the disk for a recording to start
MOST_FINISHING = 2  # episodes whose video may still be completed while the next ones are played


class Recorder:
    """Writes each episode of a stream of Moments to a folder of its own.

    Args:
        root: where the replay folders go; made if it does not exist.
        on_problem: is told in one line why the recording of an episode ended early (the game goes on, and the
            next one is recorded again), and that replays were removed to make room; the same only once.
        limit: bytes that all replays in `root` may take, see `keeping`; None: any number.

    Attributes:
        folder: the replay being written, or the last one; None before the first Moment.
        patient: whether to wait for the encoder when it is far behind, as is right for play as fast as it
            can. A window keeps its pace instead: pictures are then left out, steps never.
        behind: whether the encoder cannot follow the game just now.
        active: whether it records: not for the rest of an episode in which it had to give up.

    Raises:
        BotplayError: nothing can be written in `root`.
    """

    def __init__(
        self, root: Path, on_problem: Callable[[str], None] = lambda text: None, *, limit: int | None = None
    ) -> None:
        _check_writable(root)
        self.folder: Path | None = None
        self.patient = True
        self._root, self._on_problem = root, on_problem
        self._writer: EpisodeWriter | None = None
        self._finishing: list[EpisodeWriter] = []
        self._branch: Branch | None = None
        self._broken, self._told = False, set[object]()
        self._word: str | None = None
        self._left_out = 0
        self._limit, self._told_of_limit = limit, False
        self._tidying: threading.Thread | None = None

    @property
    def behind(self) -> bool:
        """Whether the encoder could not follow just now."""
        return self._writer is not None and self._writer.behind

    @property
    def active(self) -> bool:
        """Whether it records this episode."""
        return not self._broken

    def word(self) -> str | None:
        """Return once what it told last, for who shows it in a window; None: nothing new."""
        word, self._word = self._word, None
        return word

    def catch_up(self) -> None:
        """Wait for the encoder once, so that a game which now goes on at its own pace finds it idle."""
        if self._writer is not None:
            self._writer.catch_up()

    def record(
        self, moments: Iterable[Moment], about: About | Callable[[], About], branch: Branch | None = None
    ) -> MomentStream:
        """Pass Moments through and keep them; `branch` says what the first episode went on from.

        Where who plays can change, `about` is a function: it is asked at the begin of each episode, and when
        another brain decides for the first time in it.

        Whatever ends the stream (its end, an exception in it, closing this generator, Ctrl-C, SIGTERM, a
        closed terminal) the replay is complete up to the last Moment that was passed on. SIGKILL costs under
        a second of video.
        """
        self._branch = branch
        with _left_when_asked():
            try:
                for moment in moments:
                    self._keep(moment, about)
                    yield moment
            finally:
                self._finish("stopped")
                self._join(0)
                if self._tidying is not None:
                    self._tidying.join()
                if self._left_out:
                    self._tell(
                        f"the recording could not follow: it misses {self._left_out} pictures, but no steps"
                    )

    def _keep(self, moment: Moment, about: About | Callable[[], About]) -> None:
        if self._broken and moment.step > 0:
            return
        self._broken = False
        try:
            if self._writer is not None and not self._writer.follows(moment):
                self._finish("stopped")
            if self._writer is None:
                self._join(MOST_FINISHING)
                now = about() if callable(about) else about
                branch, self._branch = self._branch, None
                self._writer = EpisodeWriter(self._root, now, moment, branch)
            elif callable(about) and self._writer.is_news(moment):
                self._writer.tell(moment, about().measures)
            self._writer.add(moment, wait=self.patient)
            self.folder = self._writer.folder  # Now there is something in it.
            if moment.step == 0:
                self._make_room()
            if moment.last:
                self._finish("terminated" if moment.terminated else "truncated")
        except Exception as error:  # what the encoder raises is anybody's guess, and the game goes on
            self._give_up(error)

    def _finish(self, outcome: Outcome) -> None:
        if self._writer is not None:
            self._writer.end(outcome)
            self._finishing.append(self._writer)
            self._writer = None

    def _join(self, keep: int) -> None:
        """Wait for finished episodes until only `keep` are left to their threads."""
        while len(self._finishing) > keep:
            writer = self._finishing.pop(0)
            problem = writer.join()
            self._left_out += writer.left_out
            if problem is not None:
                self._tell_of_problem(problem)

    def _make_room(self) -> None:
        """Keep the replays within their limit, in a thread: there may be thousands."""
        if self._limit is None or (self._tidying is not None and self._tidying.is_alive()):
            return
        work = (self._root, self._limit, self._tell_of_limit)
        self._tidying = threading.Thread(target=make_room, args=work, name="botplay-room", daemon=True)
        self._tidying.start()

    def _tell_of_limit(self, text: str) -> None:
        if not self._told_of_limit:
            self._told_of_limit = True
            self._tell(text)

    def _give_up(self, error: Exception) -> None:
        self._broken = True
        self._finish("stopped")
        self._tell_of_problem(error)

    def _tell_of_problem(self, error: Exception) -> None:
        """Tell why a recording ended, once of each kind: a full disk is full in the next episode, too."""
        kind = getattr(error, "errno", None) or type(error)
        if kind not in self._told:
            self._told.add(kind)
            self._tell(f"the recording ended: {_reason(error)}; the game goes on without it")

    def _tell(self, text: str) -> None:
        self._word = text
        self._on_problem(text)


def _check_writable(root: Path) -> None:
    """Write something, since permissions alone do not tell whether there is room."""
    probe = root / f".botplay-probe-{threading.get_native_id()}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(bytes(PROBE))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise BotplayError(
            f"cannot write replays to {root}: {_reason(error)}; use another folder (--out) or --no-record"
        ) from error


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).splitlines()[0]


@contextmanager
def _left_when_asked() -> Iterator[None]:
    """Turn what asks the program to end into an exit that runs `finally` blocks, unless it is handled."""
    mine = threading.current_thread() is threading.main_thread()
    unheard = [n for n in ENDING if mine and signal.getsignal(n) is signal.SIG_DFL]
    listen(unheard, leave)
    try:
        yield
    finally:
        for number in unheard:
            signal.signal(number, signal.SIG_DFL)
