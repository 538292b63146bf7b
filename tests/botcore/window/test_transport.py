"""Time, with a clock that the test moves."""

import pytest

from botcore.window.transport import SECOND, SPEEDS, Transport


def frames_in(transport: Transport, start: int, seconds: float, tick: int) -> int:
    """Return how many frames are shown in that time by a loop that looks every `tick` nanoseconds."""
    shown, now = 0, start
    while now < start + seconds * SECOND:
        due = transport.due(now)
        transport.take(due)
        shown += due
        now += tick
    return shown


@pytest.mark.parametrize("fps", [35, 60, 59.94, 8.75])
@pytest.mark.parametrize("speed", [0.1, 1.0, 16.0])
def test_minutes_of_frames_do_not_drift(fps: float, speed: float) -> None:
    transport = Transport(fps, speed, now=5)
    length, shown = 600, 0
    for second in range(length):
        for part in range(20):
            due = transport.due(5 + second * SECOND + part * SECOND // 20)
            transport.take(due)
            shown += due
    assert abs(shown - fps * speed * length) <= fps * speed / 20 + 2


def test_a_frame_is_due_exactly_when_it_says() -> None:
    transport = Transport(60, 1.0, now=0)
    assert transport.due(0) == 1
    transport.take(1)
    assert transport.next_due() == -(-SECOND // 60)
    assert transport.due(transport.next_due() - 1) == 0
    assert transport.due(transport.next_due()) == 1


def test_after_a_long_stop_it_goes_on_without_a_rush() -> None:
    transport = Transport(60, 1.0, now=0)
    transport.take(transport.due(0))
    assert transport.due(10 * SECOND) == 1


def test_a_little_lateness_is_caught_up() -> None:
    transport = Transport(60, 1.0, now=0)
    transport.take(transport.due(0))
    assert transport.due(SECOND // 10) == 6


def test_who_is_late_again_and_again_is_behind_and_who_hitched_once_is_not() -> None:
    transport, now = Transport(60, 8.0, now=0), 0
    behind = []
    for _ in range(3):
        now += SECOND // 2
        transport.take(min(1, transport.due(now)))
        behind.append(transport.behind(now))
    assert behind == [False, True, True]
    assert not transport.behind(now + 4 * SECOND), "it has been in time since"
    transport.slower(now)
    assert not transport.behind(now), "another pace is another question"


def test_who_was_paused_is_not_called_behind_for_what_was_before() -> None:
    transport = Transport(60, 8.0, now=0)
    for half in (1, 2):
        transport.take(min(1, transport.due(half * SECOND // 2)))
    assert transport.behind(SECOND)
    transport.pause(True, SECOND)
    assert not transport.behind(SECOND)


def test_nothing_is_due_while_paused_and_no_burst_follows() -> None:
    transport = Transport(60, 1.0, now=0)
    transport.take(transport.due(0))
    transport.pause(True, SECOND)
    assert transport.due(5 * SECOND) == 0
    transport.pause(False, 6 * SECOND)
    assert transport.due(6 * SECOND) == 1


def test_speed_goes_through_the_table_and_stops_at_its_ends() -> None:
    transport = Transport(60, 1.0, now=0)
    seen = []
    for _ in range(len(SPEEDS)):
        transport.faster(0)
        seen.append(transport.speed)
    assert seen[:3] == [2.0, 4.0, 8.0]
    assert transport.speed == 16.0
    for _ in range(len(SPEEDS) + 2):
        transport.slower(0)
    assert transport.speed == 0.1


def test_speed_changes_the_pace() -> None:
    transport = Transport(60, 1.0, now=0)
    assert frames_in(transport, 0, 1.0, SECOND // 1000) == 60
    transport.faster(SECOND)
    assert frames_in(transport, SECOND, 1.0, SECOND // 1000) == pytest.approx(120, abs=2)


def test_slowing_down_from_a_crawl_answers_soon() -> None:
    transport = Transport(1, 0.1, now=0)
    transport.take(transport.due(0))
    transport.faster(SECOND)
    assert transport.next_due() <= SECOND + 4 * SECOND
