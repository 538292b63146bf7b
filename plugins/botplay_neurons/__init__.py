"""Neurons: fully connected layers."""
