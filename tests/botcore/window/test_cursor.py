"""Where a replay stands."""

from botcore.window.cursor import Cursor

FRAMES = [0, 4, 8, 10]


def test_a_moment_covers_the_frames_since_the_last_one() -> None:
    cursor = Cursor(FRAMES)
    covered = []
    for frame in range(11):
        cursor.seek(frame)
        covered.append(cursor.index)
    assert covered == [0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3]


def test_forward_goes_frame_by_frame_to_the_end_and_stays() -> None:
    cursor = Cursor(FRAMES)
    count = 0
    while cursor.forward():
        count += 1
    assert (count, cursor.frame, cursor.at_end) == (10, 10, True)


def test_steps_go_by_moments_both_ways() -> None:
    cursor = Cursor(FRAMES)
    seen = []
    for step in (1, 1, 1, 1, -1, -1, -1, -1):
        cursor.step(step)
        seen.append(cursor.frame)
    assert seen == [4, 8, 10, 10, 8, 4, 0, 0]


def test_a_step_back_from_within_a_moment_goes_to_the_one_before() -> None:
    cursor = Cursor(FRAMES)
    cursor.seek(6)
    cursor.step(-1)
    assert cursor.frame == 4


def test_seeking_beyond_the_ends_stays_within() -> None:
    cursor = Cursor(FRAMES)
    cursor.seek(99)
    assert cursor.frame == 10
    cursor.seek(-5)
    assert cursor.frame == 0
