import stat
import threading
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from plant_itsm.ot_listeners.certificates import (
	application_uri,
	certificate_findings,
	is_trusted,
	load_certificate,
	load_private_key,
	thumbprint,
	trust_list,
)
from plant_itsm.ot_listeners.opcua_identity import keep_rejected, own_certificate_path, own_pair
from tests.certificates import Authority

NOW = datetime.now(timezone.utc)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
	return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def server(authority):
	return authority.issue("server", ends_in=timedelta(days=60))[0]


@pytest.mark.parametrize(
	("days", "told", "is_fatal"),
	[
		(-2, "is valid from", True),
		(31, "expires on", False),
		(59.5, "in 0 days", False),
		(61, "has expired on", True),
	],
)
def test_a_certificate_is_warned_of_thirty_days_ahead_and_fatal_when_it_is_not_valid(
	server, days, told, is_fatal
):
	(finding,) = certificate_findings(server, NOW + timedelta(days=days))
	assert told in finding.text
	assert "CN=server" in finding.text
	assert finding.is_fatal is is_fatal


def test_a_certificate_with_more_than_thirty_days_is_fine_in_every_form(server):
	der = load_certificate(server).public_bytes(Encoding.DER)
	assert certificate_findings(server, NOW) == certificate_findings(der, NOW) == []


def test_what_is_no_certificate_is_a_finding(tmp_path):
	(tmp_path / "x.der").write_bytes(b"nonsense")
	for source in (tmp_path / "x.der", tmp_path / "gone.der", b"\x30\x82nonsense"):
		(finding,) = certificate_findings(source, NOW)
		assert finding.is_fatal
		assert "cannot be read as a certificate" in finding.text


def test_a_server_is_trusted_by_itself_or_by_its_authority(authority, server):
	shown, other = load_certificate(server), load_certificate(authority.issue("other")[0])
	assert is_trusted(shown, [other, shown])
	assert is_trusted(shown, [load_certificate(authority.certificate)])
	assert not is_trusted(shown, [other])
	assert not is_trusted(shown, [])


def test_an_authority_of_the_same_name_with_another_key_is_not_the_authority(tmp_path, server):
	feigned = Authority(tmp_path / "feigned")
	assert not is_trusted(load_certificate(server), [load_certificate(feigned.certificate)])


def test_a_trust_list_is_a_file_or_a_folder(tmp_path, server):
	(tmp_path / "one.der").write_bytes(load_certificate(server).public_bytes(Encoding.DER))
	(tmp_path / "two.PEM").write_bytes(server.read_bytes())
	(tmp_path / "readme.txt").write_text("put certificates here")
	assert trust_list(server) == [load_certificate(server)]
	assert trust_list(tmp_path) == [load_certificate(server)] * 2
	(tmp_path / "three.crt").write_text("nonsense")
	with pytest.raises(ValueError, match=r"three\.crt is no certificate"):
		trust_list(tmp_path)


def test_our_certificate_is_made_once_with_a_key_that_nobody_else_may_read(tmp_path):
	certificate_path, key_path = own_pair(tmp_path / "secrets", "plant.example", NOW)
	assert certificate_path == own_certificate_path(tmp_path / "secrets")
	assert stat.S_IMODE(key_path.stat().st_mode) == 0o600
	assert stat.S_IMODE(key_path.parent.stat().st_mode) == 0o700
	certificate = load_certificate(certificate_path)
	assert certificate.public_key() == load_private_key(key_path).public_key()
	assert application_uri(certificate).endswith(":plant_itsm:plant.example")
	assert certificate.not_valid_after_utc - NOW > timedelta(days=1800)
	before = certificate_path.read_bytes(), key_path.read_bytes()
	assert own_pair(tmp_path / "secrets", "plant.example", NOW) == (certificate_path, key_path)
	assert (certificate_path.read_bytes(), key_path.read_bytes()) == before


@pytest.mark.parametrize("namespace", ["Wörk 3 / Süd", "x" * 200, ""])
def test_any_site_gets_a_certificate(tmp_path, namespace):
	certificate, _ = own_pair(tmp_path, namespace, NOW)
	assert application_uri(load_certificate(certificate)).isascii()


def test_listeners_that_come_at_once_get_the_same_pair(tmp_path):
	made, start = [], threading.Barrier(4)

	def make():
		start.wait()
		certificate, key = own_pair(tmp_path, "plant", NOW)
		made.append((certificate.read_bytes(), key.read_bytes()))

	threads = [threading.Thread(target=make) for _ in range(4)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join(30)
	assert len(made) == 4
	assert len(set(made)) == 1
	assert [path.name for path in (tmp_path / "opcua").iterdir()] == ["own"]
	_, key = own_pair(tmp_path, "plant", NOW)
	assert x509.load_der_x509_certificate(made[0][0]).public_key() == load_private_key(key).public_key()


def test_rejected_certificates_are_kept_up_to_a_limit(tmp_path, server):
	certificate = load_certificate(server)
	kept = keep_rejected(tmp_path, certificate)
	assert kept.name == f"{thumbprint(certificate)}.der"
	assert load_certificate(kept) == certificate
	for number in range(30):
		(kept.parent / f"{number}.der").touch()
	assert keep_rejected(tmp_path, certificate) == kept
	kept.unlink()
	assert keep_rejected(tmp_path, certificate) is None
