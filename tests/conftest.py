"""Fixtures that every test may ask for, and how many examples a property is tried on."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.stack",
    "tests.engine_process",
    "tests.databases",
    "tests.redis_server",
    "tests.no_skips",
    "tests.chat_house",
    "tests.desk_house",
]

# On a busy machine an example that is slow is not wrong. The same examples each time; `make soak` looks for new ones.
settings.register_profile("project", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", settings.get_profile("project"), derandomize=False, max_examples=3000)
settings.load_profile("project")
