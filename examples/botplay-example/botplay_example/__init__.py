"""An example of a botplay plugin."""
