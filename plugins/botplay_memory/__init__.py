"""Memory: a long short-term memory."""
