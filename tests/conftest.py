"""Fixtures that every test may ask for."""

pytest_plugins = ["tests.stack", "tests.databases", "tests.no_skips", "tests.one_at_a_time", "tests.chat_house"]
