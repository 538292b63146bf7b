"""A game in twenty lines."""

import gymnasium
import numpy as np


class Line(gymnasium.Env):
    metadata = {"render_modes": ["rgb_array"], "render_fps": 10, "action_names": ("left", "right")}
    observation_space = gymnasium.spaces.Box(0, 1, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    render_mode = "rgb_array"

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place, self.time = int(self.np_random.integers(3, 7)), 0
        return np.array([self.place / 10], np.float32), {}

    def step(self, action):
        self.place, self.time = max(0, self.place + (1 if action else -1)), self.time + 1
        won = self.place == 10
        return np.array([self.place / 10], np.float32), float(won), won, self.time == 40, {}

    def render(self):
        picture = np.full((40, 220, 3), 30, np.uint8)
        picture[10:30, 20 * self.place : 20 * self.place + 20] = (240, 160, 0)
        return picture


def open_line(request):
    return Line()
