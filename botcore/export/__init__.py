"""Replays as something to show or to send: videos, pages, pictures, archives, datasets."""
