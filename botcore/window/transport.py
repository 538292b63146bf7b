"""Time: when the next frame is due, at what speed, and whether time stands still. Knows no pygame."""

from __future__ import annotations

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
SECOND = 1_000_000_000
"""Nanoseconds, in which time is counted here."""
MILLI = 1000
SECONDS = SECOND * MILLI * MILLI
"""A million seconds: frames a second and speed are counted in thousandths."""
MOST_LATE = SECOND // 4
"""Who is later than this gives up catching up and goes on from now."""
AGAIN = 3 * SECOND
"""Who gives up twice in this time is too slow; once is a hitch, as when a brain is loaded."""


class Transport:
    """A clock of frames. It counts whole frames from a point in time, so it never drifts.

    Attributes:
        paused: whether time stands still.
        speed: multiple of the game's own pace.
    """

    def __init__(self, fps: float, speed: float, now: int) -> None:
        """Start the clock at `now` nanoseconds; the first frame is due at once."""
        self._fps = max(1, round(fps * MILLI))
        self.speed = min(SPEEDS[-1], max(SPEEDS[0], speed))
        self.paused = False
        self._start, self._count = now, 0
        self._gave_up: list[int] = []

    def due(self, now: int) -> int:
        """Return how many frames are due and not taken yet; who is far behind is forgiven."""
        if self.paused or now < self.next_due():
            return 0
        if now - self.next_due() > MOST_LATE:
            self._gave_up = [*self._gave_up[-1:], now]
            self.rebase(now)
        return (now - self._start) * self._rate // SECONDS + 1 - self._count

    def behind(self, now: int) -> bool:
        """Whether frames come later than they should, and not just once."""
        return len(self._gave_up) > 1 and now - self._gave_up[0] < AGAIN

    def take(self, frames: int) -> None:
        """Say that so many frames were shown."""
        self._count += frames

    def next_due(self) -> int:
        """Return when the next frame is due, in nanoseconds."""
        return self._start + -(-self._count * SECONDS // self._rate)

    def rebase(self, now: int) -> None:
        """Start counting anew: the next frame is due now."""
        self._start, self._count = now, 0

    def pause(self, paused: bool, now: int) -> None:
        """Stop time, or let it go on."""
        self.paused = paused
        self._gave_up = []
        self.rebase(now)

    def faster(self, now: int) -> None:
        """Go on at the next higher speed."""
        self._set_speed(min((s for s in SPEEDS if s > self.speed), default=SPEEDS[-1]), now)

    def slower(self, now: int) -> None:
        """Go on at the next lower speed."""
        self._set_speed(max((s for s in SPEEDS if s < self.speed), default=SPEEDS[0]), now)

    def _set_speed(self, speed: float, now: int) -> None:
        due = self.next_due()
        self.speed = speed
        self._gave_up = []
        self.rebase(min(due, now + SECONDS // self._rate))

    @property
    def _rate(self) -> int:
        """Return frames in a million seconds, a whole number."""
        return self._fps * round(self.speed * MILLI)
