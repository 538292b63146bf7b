"""What a plugin author imports is pinned here; taking a name away breaks other people's plugins."""

import botcore


def test_the_exported_names() -> None:
    assert " ".join(sorted(botcore.__all__)) == (
        "BotplayError Brain BuildRequest Choice Decision Experience Game Learner Moment OpenRequest Part "
        "RewardRule Scenario Snapshot evaluate hookimpl open_replay play train"
    )
    for name in botcore.__all__:
        assert getattr(botcore, name).__module__.startswith(("botcore.", "pluggy."))
