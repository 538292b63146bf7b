"""The keyboard as a brain."""
