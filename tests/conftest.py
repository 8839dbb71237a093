"""Servers that tests share or break."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from tests.servers import MosquittoServer, RedisServer


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
	"""One Redis for all tests that do not break it."""
	server = RedisServer(tmp_path_factory.mktemp("redis"))
	server.start()
	yield server
	server.kill()


@pytest.fixture
def client(shared_redis: RedisServer) -> Iterator[redis.Redis]:
	"""A client of an empty Redis."""
	with redis.Redis.from_url(shared_redis.url) as connected:
		connected.flushall()
		yield connected


@pytest.fixture
def own_redis(tmp_path) -> Iterator[RedisServer]:
	"""A Redis that the test may kill and start again; it forgets nothing."""
	server = RedisServer(tmp_path / "redis")
	server.start()
	yield server
	server.kill()


@pytest.fixture
def broker(tmp_path) -> Iterator[MosquittoServer]:
	"""A broker that the test may stop and start again; it keeps its sessions."""
	server = MosquittoServer(tmp_path / "mosquitto")
	server.start()
	yield server
	server.kill()
