import pytest

from plant_itsm.domain.errors import LeaseLostError
from plant_itsm.ot_listeners.leases import Lease, lease_holder


def test_a_second_process_gets_no_lease(client):
	first = Lease.acquire(client, "plant", "drain", 60)
	assert first is not None
	assert Lease.acquire(client, "plant", "drain", 60) is None
	assert lease_holder(client, "plant", "drain") == first.token


def test_jobs_and_namespaces_do_not_get_in_each_others_way(client):
	assert Lease.acquire(client, "plant", "drain", 60)
	assert Lease.acquire(client, "plant", "listen:MES broker", 60)
	assert Lease.acquire(client, "other plant", "drain", 60)


def test_a_released_lease_is_free_at_once(client):
	first = Lease.acquire(client, "plant", "drain", 60)
	first.release()
	assert lease_holder(client, "plant", "drain") is None
	assert Lease.acquire(client, "plant", "drain", 60).token > first.token


def test_renewing_extends_the_lease(client):
	lease = Lease.acquire(client, "plant", "drain", 60)
	client.pexpire(lease.key, 1000)
	lease.renew()
	assert client.pttl(lease.key) > 50_000


def test_a_lease_that_ran_out_is_taken_up_again_if_nobody_has_had_it(client):
	lease = Lease.acquire(client, "plant", "drain", 60)
	client.delete(lease.key)  # what expiry does
	lease.renew()
	assert lease_holder(client, "plant", "drain") == lease.token


def test_the_loser_of_a_takeover_neither_renews_nor_releases(client):
	old = Lease.acquire(client, "plant", "drain", 60)
	client.delete(old.key)
	new = Lease.acquire(client, "plant", "drain", 60)
	with pytest.raises(LeaseLostError, match=r"lease:drain \(token \d+"):
		old.renew()
	old.release()
	assert lease_holder(client, "plant", "drain") == new.token


def test_a_lease_that_another_process_had_in_the_meantime_is_lost(client):
	old = Lease.acquire(client, "plant", "drain", 60)
	client.delete(old.key)
	Lease.acquire(client, "plant", "drain", 60).release()
	with pytest.raises(LeaseLostError):
		old.renew()


def test_tokens_rise_even_when_redis_has_lost_its_data(client):
	tokens = []
	for _ in range(5):
		lease = Lease.acquire(client, "plant", "drain", 60)
		tokens.append(lease.token)
		lease.release()
	assert tokens == sorted(set(tokens))
	client.flushall()
	seconds = client.time()[0]
	assert Lease.acquire(client, "plant", "drain", 60).token >= seconds - 1_767_225_600
	assert max(tokens) < 2**31  # an Int column holds it
