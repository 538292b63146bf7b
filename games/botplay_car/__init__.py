"""The self-driving car on a map with sand: physics in NumPy, pictures with pygame."""
