"""What a plugin author imports is pinned here; taking a name away breaks other people's plugins."""

import subprocess
import sys

import botcore


def test_the_exported_names() -> None:
    assert " ".join(sorted(botcore.__all__)) == (
        "BotplayError Brain BuildRequest Choice Count Decision Experience Game Learner Moment OpenRequest "
        "Part Positive Range RewardRule Scenario Share Size Snapshot evaluate hookimpl open_replay play train"
    )
    for name in botcore.__all__:
        assert getattr(botcore, name) is not None


def test_they_are_listed_before_they_are_used() -> None:
    code = "import botcore; assert {'__file__', *botcore.__all__} <= set(dir(botcore)), dir(botcore)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
