"""The window: draws streams of Moments, live or recorded. It knows no game and no learner.

Importing anything of this package silences pygame's banner, which would go to stdout with every import.
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
