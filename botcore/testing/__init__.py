"""What a plugin author's own tests use.

```python
from botcore.testing import check_brain, check_game, check_part, plugins_for
import my_package.plugin

def test_my_game():
    check_game(plugins_for(my_package.plugin), "walk")

def test_my_brain():
    check_brain(plugins_for(my_package.plugin), "coin", game="walk")

def test_my_memory():
    check_part(plugins_for(my_package.plugin), "memory", "gru")
```
"""

from botcore.testing.brains import check_brain
from botcore.testing.games import check_game
from botcore.testing.loading import plugins_for
from botcore.testing.parts import check_part

__all__ = ["check_brain", "check_game", "check_part", "plugins_for"]
