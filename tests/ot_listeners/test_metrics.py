"""What Prometheus reads."""

import pytest

from plant_itsm.ot_listeners.metrics import metrics_text
from plant_itsm.ot_listeners.status import ConnectionStatus, SiteStatus

ONE = ConnectionStatus(
	*(
		'Hall "3"',
		"MQTT",
		True,
		"",
		True,
		7,
		"connected",
		"",
		"",
		"",
		"",
		3,
		1.5,
		60.0,
		"",
		"",
		"",
		9,
		5,
		3,
		1,
	)
)
FOUND = SiteStatus(True, 8, (ONE,), 2, 4, 12.0, 1, {"ot": 3, "short": 1}, "", 20.0)


def test_each_figure_of_a_connection_and_of_the_site_is_told():
	lines = metrics_text(FOUND).splitlines()
	for line in (
		'plant_itsm_waiting_signals{connection="Hall \\"3\\""} 3.0',
		'plant_itsm_received_total{connection="Hall \\"3\\""} 9.0',
		'plant_itsm_lag_seconds{connection="Hall \\"3\\""} 1.5',
		"plant_itsm_outbox_oldest_seconds 12.0",
		'plant_itsm_workers{queue="ot"} 3.0',
		"plant_itsm_own_troubles 0.0",
	):
		assert line in lines


def test_prometheus_own_parser_reads_the_same():
	parser = pytest.importorskip("prometheus_client.parser")
	families = {family.name: family for family in parser.text_string_to_metric_families(metrics_text(FOUND))}
	(received,) = families["plant_itsm_received"].samples
	assert (received.labels, received.value) == ({"connection": 'Hall "3"'}, 9)
	assert {one.labels["queue"]: one.value for one in families["plant_itsm_workers"].samples} == FOUND.workers
	assert families["plant_itsm_received"].type == "counter"
