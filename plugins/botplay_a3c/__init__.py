"""A3C: asynchronous advantage actor-critic, with eyes and memory."""
