"""Shrinking pictures by the mean of the area a pixel covers, against the plain mean and against OpenCV."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botplay_atari.shrink import AreaMean


def slow(picture, size):
    """Return the mean of every pixel's area as a fraction, from the picture cut into equal bits."""
    height, width = picture.shape
    bits = np.kron(picture.astype(int), np.ones((size, size), int))  # [height * size, width * size]
    sums = bits.reshape(size, height, size, width).sum(axis=(1, 3))
    return [[Fraction(int(total), height * width) for total in row] for row in sums]


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(8, 30),
    width=st.integers(8, 30),
    size=st.integers(2, 8),
    number=st.integers(0, 2**32 - 1),
)
def test_a_pixel_is_the_mean_of_the_area_it_covers(height, width, size, number):
    pictures = np.random.default_rng(number).integers(0, 256, (2, height, width)).astype(np.uint8)
    small = AreaMean(height, width, size)(pictures)
    assert small.dtype == np.uint8
    for picture, own in zip(pictures, small, strict=True):
        assert own.tolist() == [[round(mean) for mean in row] for row in slow(picture, size)]  # half to even


@pytest.mark.parametrize("height", [210, 214, 220, 230, 250])
def test_opencv_agrees_but_for_its_rounding(height):
    """All heights that a ROM's screen has; OpenCV adds up floating-point numbers."""
    pictures = np.random.default_rng(height).integers(0, 256, (4, height, 160)).astype(np.uint8)
    pictures[0] = 255
    own = AreaMean(height, 160, 84)(pictures)
    theirs = np.stack([cv2.resize(picture, (84, 84), interpolation=cv2.INTER_AREA) for picture in pictures])
    assert np.array_equal(own[0], theirs[0])
    assert abs(own.astype(int) - theirs).max() <= 1
    assert (own != theirs).mean() < 0.002
