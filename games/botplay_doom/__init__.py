"""Doom: ViZDoom's single-player scenarios."""
