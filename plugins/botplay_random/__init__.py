"""Chance as a brain: what every other brain has to beat."""
