"""Atari games: ALE with the usual preprocessing."""
