"""Redis for tests of several web processes."""

from __future__ import annotations

import os

import pytest
import redis

REDIS = os.environ.get("REFUNDS_TEST_REDIS", "redis://127.0.0.1:6379/0")


@pytest.fixture
def redis_url() -> str:
    """The address of a Redis that answers; skips where there is none, which CI does not allow."""
    try:
        with redis.Redis.from_url(REDIS, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError:
        pytest.skip("Redis does not answer; start it or set REFUNDS_TEST_REDIS")
    return REDIS
