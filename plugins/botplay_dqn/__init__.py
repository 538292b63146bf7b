"""Deep Q-learning, with one step or several."""
