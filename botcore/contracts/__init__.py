"""The contracts between the host and its plugins: frozen, typed, no logic."""
