"""What a package of somebody's own begins with: a game or a brain that works, to change."""
