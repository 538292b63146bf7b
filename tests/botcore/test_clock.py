"""Times as people read them."""

import pytest

from botcore.clock import clock


@pytest.mark.parametrize("fps", [10, 15, 30, 35, 50, 60])
def test_a_frames_time_is_what_it_is_whatever_floats_make_of_it(fps: int) -> None:
    for frame in range(20_000):
        tenths = frame * 10 // fps
        assert clock(frame / fps) == f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"
