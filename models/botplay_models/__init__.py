"""Trained models that ship with botplay."""
