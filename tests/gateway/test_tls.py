"""A gateway hands its signals and its key to the site that its certificates vouch for, and to nobody else."""

import socket
import ssl
import threading
import warnings
from dataclasses import replace
from datetime import timedelta

import pytest

from plant_itsm.domain.gateway import START, GatewayBatch, GatewayError
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.embedded.site_client import SiteAddressError, SiteAwayError, SiteClient, read_key
from tests.certificates import Authority
from tests.gateway.conftest import BROKER
from tests.gateway.http_site import KEY, HttpSite

ELSEWHERE = ("itsm.example",)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
	return Authority(tmp_path_factory.mktemp("site-ca"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
	return Authority(tmp_path_factory.mktemp("other-ca"))


def speaking(certificate_and_key):
	context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
	context.load_cert_chain(*certificate_and_key)
	return context


@pytest.fixture
def secured(plant):
	"""Starts a site that speaks TLS by a context."""
	started = []

	def start(context):
		site = HttpSite(plant.ports, tls=context)
		site.start()
		started.append(site)
		return site

	yield start
	for site in started:
		site.stop()


def batch():
	return GatewayBatch(BROKER, START, (), SystemClock().now(), "1.0.0")


def test_the_site_that_the_authority_has_signed_is_spoken_to(secured, authority):
	site = secured(speaking(authority.issue("site")))
	receipt = SiteClient(site.url, KEY, authority.certificate).send(batch())
	assert (receipt.committed, site.requests) == (START, 1)


@pytest.mark.parametrize(
	("issued", "reason"),
	[
		({"by": "stranger"}, "unable to get local issuer certificate"),
		({"ends_in": timedelta(days=-1)}, "certificate has expired"),
		({"hosts": ELSEWHERE}, "127.0.0.1"),
	],
	ids=["of another authority", "expired", "of another host"],
)
def test_another_certificate_is_refused_before_anything_is_said(secured, authority, stranger, issued, reason):
	issuer = stranger if issued.pop("by", "") else authority
	site = secured(speaking(issuer.issue("site", **issued)))
	with pytest.raises(GatewayError, match="its certificate is not trusted") as refusal:
		SiteClient(site.url, KEY, authority.certificate).send(batch())
	assert reason in str(refusal.value)
	assert "--ca" in str(refusal.value)
	assert KEY not in str(refusal.value)
	assert site.requests == 0


def test_without_a_file_of_authorities_those_of_the_system_count(secured, authority):
	site = secured(speaking(authority.issue("site")))
	with pytest.raises(GatewayError, match="its certificate is not trusted"):
		SiteClient(site.url, KEY).send(batch())


def test_less_than_tls_1_2_is_refused(secured, authority):
	context = speaking(authority.issue("site"))
	context.set_ciphers("DEFAULT:@SECLEVEL=0")
	with warnings.catch_warnings():
		warnings.simplefilter("ignore", DeprecationWarning)
		context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
	site = secured(context)
	with pytest.raises(SiteAwayError, match="SSLError"):
		SiteClient(site.url, KEY, authority.certificate).send(batch())
	assert site.requests == 0


def test_a_site_that_speaks_no_tls_hears_no_key(authority):
	with socket.create_server(("127.0.0.1", 0)) as listening:
		heard = []

		def answer():
			link, _ = listening.accept()
			with link:
				heard.append(link.recv(4096))
				link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

		thread = threading.Thread(target=answer, daemon=True)
		thread.start()
		url = f"https://127.0.0.1:{listening.getsockname()[1]}"
		with pytest.raises(SiteAwayError, match="does not answer"):
			SiteClient(url, KEY, authority.certificate).send(batch())
		thread.join(10)
	assert heard
	assert KEY.encode() not in heard[0]


@pytest.mark.parametrize("url", ["http://itsm.example", "http://10.20.0.7:8000", "http://localhost.example"])
def test_plain_http_to_another_machine_is_refused(url):
	with pytest.raises(SiteAddressError, match="Use https://"):
		SiteClient(url, KEY)


def test_a_redirect_is_not_followed(site, plant):
	"""It could lead the key to another host."""
	site.before = lambda _number: 302
	with pytest.raises(SiteAwayError, match="302"):
		SiteClient(site.url, KEY).send(batch())
	assert site.requests == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o666])
def test_a_key_file_that_others_may_read_or_change_is_refused(tmp_path, mode):
	file = tmp_path / "key"
	file.write_text(KEY)
	file.chmod(mode)
	with pytest.raises(SiteAddressError, match="chmod 600"):
		read_key(file)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_file_of_the_service_alone_is_read(tmp_path, mode):
	file = tmp_path / "key"
	file.write_text(f"{KEY}\n")
	file.chmod(mode)
	assert read_key(file) == KEY


def test_a_file_of_authorities_that_is_none_is_named(tmp_path, secured, authority):
	garbage = tmp_path / "ca.pem"
	garbage.write_text("no certificate")
	site = secured(speaking(authority.issue("site")))
	client = SiteClient(site.url, KEY, authority.certificate)
	with pytest.raises(GatewayError, match=r"ca\.pem: no certificates can be read"):
		replace(client, ca_file=garbage).send(batch())
