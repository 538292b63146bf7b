"""What a plugin author's own tests use.

```python
from botcore.testing import check_brain, check_game, plugins_for
import my_package.plugin

def test_my_game():
    check_game(plugins_for(my_package.plugin), "walk")

def test_my_brain():
    check_brain(plugins_for(my_package.plugin), "coin", game="walk")
```
"""

from botcore.testing.brains import check_brain
from botcore.testing.games import check_game
from botcore.testing.loading import plugins_for

__all__ = ["check_brain", "check_game", "plugins_for"]
