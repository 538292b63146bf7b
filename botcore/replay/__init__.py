"""Keeping episodes: writing them while they are played, and reading them back as the same Moments."""
