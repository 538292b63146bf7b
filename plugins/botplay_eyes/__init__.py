"""Eyes: convolutions."""
