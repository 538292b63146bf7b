"""The start screen: which game, which brain, or which replay. Opening it imports no game and no learner."""
