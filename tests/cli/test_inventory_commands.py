"""retire-ci and report-fingerprint on a site of the embedded edition."""

import hashlib

import pytest
from click.testing import CliRunner

from plant_itsm.cli import main
from plant_itsm.embedded.site import EmbeddedSite

SEED = "fixtures/plants/seed"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
	folder = tmp_path_factory.mktemp("inventory") / "site"
	result = CliRunner().invoke(main, ["load-plant", SEED, "--site", str(folder)])
	assert result.exit_code == 0, result.output
	return folder


def run(site, *arguments):
	return CliRunner().invoke(main, [*arguments, "--site", str(site)])


def record(site, ci):
	records = EmbeddedSite.open(site).records
	found = records.get("OT CI", ci)
	records.close()
	return found


def test_a_ci_that_others_need_is_retired_only_by_force(site):
	refused = run(site, "retire-ci", "SW-L3-043", "--reason", "Replaced")
	assert refused.exit_code == 2
	assert "SW-L3-043 is still needed" in refused.stderr
	assert record(site, "SW-L3-043")["status"] == "Active"
	assert run(site, "retire-ci", "SW-L3-043", "--reason", "Replaced", "--force").exit_code == 0
	assert record(site, "SW-L3-043")["retirement_reason"] == "Replaced"


def test_many_are_retired_from_a_file_with_its_lines_in_the_refusal(site, tmp_path):
	file = tmp_path / "gone.csv"
	file.write_text("ci,reason\nAR-042-HMI,Broken\nAR-999,Broken\n", encoding="utf-8")
	refused = run(site, "retire-ci", "--file", str(file))
	assert "gone.csv:3: OT CI 'AR-999' does not exist" in refused.stderr
	file.write_text("ci,reason\nAR-042-HMI,Broken\nAR-042-IS9000,Sold\n", encoding="utf-8")
	assert run(site, "retire-ci", "--file", str(file)).stdout == "2 retired\n"
	assert record(site, "AR-042-IS9000")["retirement_reason"] == "Sold"
	assert run(site, "retire-ci").exit_code == 2


def test_a_fingerprint_is_reported_from_the_file_that_was_read_from_the_device(site, tmp_path):
	upload = tmp_path / "program.bin"
	upload.write_bytes(b"PROGRAM V2")
	result = run(site, "report-fingerprint", "AR-042-PLC", "--file", str(upload))
	assert (result.exit_code, result.stdout) == (0, "OT CI AR-042-PLC: no drift\n")
	assert record(site, "AR-042-PLC")["running_sha256"] == hashlib.sha256(b"PROGRAM V2").hexdigest()
	records = EmbeddedSite.open(site).records
	moment = records.writer().at
	version = {"ci": "AR-042-PLC", "version": "V1", "taken_on": moment, "sha256": "a" * 64, "approved": True}
	records.insert("CI Program Version", version)
	assert record(site, "AR-042-PLC")["program_state"] == "Drift"
	found = run(site, "report-fingerprint", "AR-042-PLC", "b" * 64)
	assert found.exit_code == 3
	assert "not the approved version V1" in found.stdout
