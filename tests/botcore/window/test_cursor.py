"""Where a replay stands."""

from botcore.window.cursor import Cursor, last_before, next_after

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


def test_a_loop_is_played_again_and_again_and_left_by_hand() -> None:
    cursor = Cursor([0, 4, 8, 12])
    cursor.seek(9)
    cursor.mark()
    assert cursor.loop == (9, None)
    cursor.mark()
    assert cursor.loop is None, "a loop of one frame is none"
    cursor.mark()
    cursor.seek(6)
    cursor.mark()
    assert cursor.loop == (6, 9), "whichever is first is the beginning"
    seen = []
    for _ in range(8):
        assert cursor.forward()
        seen.append(cursor.frame)
    assert seen == [7, 8, 9, 6, 7, 8, 9, 6]
    cursor.seek(11)
    assert (cursor.forward(), cursor.frame, cursor.forward()) == (True, 12, False)
    cursor.mark()
    assert cursor.loop is None


def test_a_loop_may_end_where_the_replay_does() -> None:
    cursor = Cursor([0, 4])
    cursor.loop = (2, 4)
    cursor.seek(4)
    assert (cursor.forward(), cursor.frame) == (True, 2)


def test_the_nearest_place_either_way() -> None:
    places = (3, 7, 20)
    assert [next_after(places, frame) for frame in (0, 3, 6, 7, 20)] == [3, 7, 7, 20, None]
    assert [last_before(places, frame) for frame in (3, 4, 7, 8, 99)] == [None, 3, 3, 7, 20]
    assert next_after((), 0) is last_before((), 0) is None
