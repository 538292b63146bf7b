"""Training: batches of games, agents as processes, checkpoints, metrics."""
