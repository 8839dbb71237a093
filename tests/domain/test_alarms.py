import pytest

from plant_itsm.domain.alarms import band_of, check_bands, ended, judged, remark_of
from plant_itsm.domain.errors import InvalidRecordError, PayloadError


@pytest.mark.parametrize(
	("severity", "word"),
	[
		(1000, "error"),
		(667, "error"),
		(666, "warning"),
		(334, "warning"),
		(333, "information"),
		(1, "information"),
	],
)
def test_the_default_bands_are_thirds_of_the_scale(severity, word):
	assert band_of(severity, ()) == word


def test_a_connection_has_bands_of_its_own():
	bands = [(500, "high"), (900, "critical"), (100, "low")]
	assert [band_of(severity, bands) for severity in (950, 899, 100, 99)] == ["critical", "high", "low", ""]


@pytest.mark.parametrize(
	("bands", "told"),
	[
		([(0, "none")], "'none' begins at 0, but severities of OPC UA are 1 to 1000"),
		([(1001, "end")], "'end' begins at 1001"),
		([(500, "high"), (500, "urgent")], "'urgent' begins at 500, as 'high' does"),
	],
)
def test_bands_that_cannot_be_are_refused(bands, told):
	with pytest.raises(InvalidRecordError, match=told):
		check_bands("PLC 3", bands)


def test_an_alarm_is_its_band_while_it_is_active():
	assert judged({"severity": 700, "active": True}, ())["alarm"] == "error"
	after = judged({"severity": 700, "active": False}, ())
	assert (after["alarm"], after["band"]) == ("normal", "error")


@pytest.mark.parametrize(
	"document", [None, [], "x", {}, {"severity": None}, {"severity": "700"}, {"severity": True}]
)
def test_what_is_no_alarm_is_refused(document):
	with pytest.raises(PayloadError, match="no severity"):
		judged(document, ())


def test_an_alarm_that_is_gone_has_every_value_that_a_rule_may_look_at():
	seen = {
		"active",
		"acked",
		"confirmed",
		"shelved",
		"retain",
		"enabled",
		"severity",
		"band",
		"alarm",
		"message",
	}
	document = ended("alarms(i=2253)/Robot AR-042/Collision/ns=2;s=a/b")
	assert seen < document.keys()
	assert (document["active"], document["alarm"], document["severity"]) == (False, "normal", 0)
	assert (document["source"], document["condition_id"]) == ("Robot AR-042", "ns=2;s=a/b")


def test_what_operators_did_is_remarked():
	assert remark_of({"acked": True, "confirmed": True}) == "confirmed at the source"
	assert remark_of({"acked": True, "confirmed": None}) == "acknowledged at the source"
	assert remark_of({"acked": False, "confirmed": None}) == ""
