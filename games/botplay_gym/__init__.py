"""Any registered Gymnasium environment with discrete actions."""
