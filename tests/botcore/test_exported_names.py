"""What a plugin author imports is pinned here; taking a name away breaks other people's plugins."""

import botcore


def test_the_exported_names() -> None:
    assert " ".join(sorted(botcore.__all__)) == (
        "BotplayError Brain BuildRequest Choice Count Decision Experience Game Learner Moment OpenRequest "
        "Part Positive Range RewardRule Scenario Share Size Snapshot evaluate hookimpl open_replay play train"
    )
    for name in botcore.__all__:
        assert getattr(botcore, name) is not None
