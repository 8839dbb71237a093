"""The stage of a line stop as its record holds it: a stage, and the time of each stage that was reached."""

from __future__ import annotations

from datetime import datetime

from plant_itsm.domain.response import Response
from plant_itsm.domain.vocabulary import ResponseStage as Stage
from plant_itsm.ports import Record

TIME_FIELDS = {
	Stage.ACKNOWLEDGED: "acknowledged_at",
	Stage.DIAGNOSING: "diagnosis_started_at",
	Stage.DISPATCHED: "dispatched_at",
	Stage.REPAIRING: "repair_started_at",
	Stage.RESTORED: "restored_at",
	Stage.REVIEWED: "reviewed_at",
}
PERSON_FIELDS = {
	Stage.ACKNOWLEDGED: "acknowledged_by",
	Stage.DISPATCHED: "dispatched_by",
	Stage.RESTORED: "restored_by",
	Stage.REVIEWED: "reviewed_by",
}


def response_of(stop: Record) -> Response:
	times = {stage: stop[field] for stage, field in TIME_FIELDS.items() if stop[field] is not None}
	stage = Stage(stop["stage"] or Stage.DETECTED)
	return Response(f"Line Stop {stop['name']}", stage, stop["onset"], times)


def fields_of(response: Response) -> Record:
	"""The fields of a Line Stop that say where the response stands."""
	times = {field: response.times.get(stage) for stage, field in TIME_FIELDS.items()}
	return {"stage": response.stage, **times}


def fields_when_cleared(stop: Record, at: datetime) -> Record:
	"""What changes on a Line Stop when its signal clears: it is restored, unless a person has said so before."""
	return fields_of(response_of(stop).cleared(at))


def fields_when_back(stop: Record) -> Record:
	"""What changes on a Line Stop that goes on after its end: people are where they were."""
	nobody = {PERSON_FIELDS[stage]: None for stage in (Stage.RESTORED, Stage.REVIEWED)}
	return {**fields_of(response_of(stop).came_back()), **nobody}
