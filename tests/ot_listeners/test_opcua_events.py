"""Whatever an event holds, it becomes a signal that can be read: an alarm, or a problem with its reason."""

import json
import uuid
from datetime import datetime, timezone

from asyncua import ua
from hypothesis import given, settings
from hypothesis import strategies as st

from plant_itsm.domain.alarms import judged
from plant_itsm.domain.opcua_addresses import notifier_address
from plant_itsm.ot_listeners.intake import header_of
from plant_itsm.ot_listeners.opcua_events import EventKind, event_filter, event_of, raw_signal

NOTIFIER = "alarms(i=2253)"
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
FIELDS = len(event_filter().SelectClauses)

texts = st.text(st.characters(), max_size=300)
node_ids = st.one_of(
	st.builds(ua.NodeId, st.integers(0, 2**32 - 1), st.integers(0, 9)),
	st.builds(ua.NodeId, texts, st.integers(0, 9)),
	st.builds(lambda number: ua.NodeId(uuid.UUID(int=number), 2), st.integers(0, 2**128 - 1)),
	st.builds(lambda content: ua.NodeId(content, 2, ua.NodeIdType.ByteString), st.binary(max_size=50)),
)
right = {
	0: st.binary(max_size=300),
	1: st.one_of(node_ids, st.sampled_from([ua.NodeId(number) for number in (2915, 2787, 2788, 2789, 3035)])),
	2: texts,
	3: node_ids,
	4: st.datetimes(),
	5: st.datetimes(),
	6: st.builds(ua.LocalizedText, texts),
	7: st.integers(0, 65535),
	8: node_ids,
	9: texts,
	10: node_ids,
	17: node_ids,
}
anything = st.one_of(
	st.none(),
	st.booleans(),
	st.integers(),
	st.floats(),
	texts,
	st.binary(),
	node_ids,
	st.lists(st.integers()),
)
sound = st.tuples(*(st.one_of(st.none(), right.get(number, st.booleans())) for number in range(FIELDS))).map(
	list
)
mutated = st.builds(
	lambda fields, at, value: [*fields[:at], value, *fields[at + 1 :]],
	sound,
	st.integers(0, FIELDS - 1),
	anything,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(sound, mutated, st.lists(anything, max_size=30)))
def test_no_event_is_too_strange(values):
	event = event_of(NOTIFIER, [ua.Variant(value, ua.VariantType.String) for value in values])
	if event.kind != EventKind.ALARM:
		assert event.notice is None
		return
	signal = raw_signal((event.address, event.notice), NOW, 1000)
	json.loads(header_of(signal))
	assert notifier_address(signal.address) == NOTIFIER
	assert "\0" not in signal.address
	signal.address.encode()
	if signal.problem is None:
		document = judged(json.loads(signal.payload), ())
		json.dumps(document, ensure_ascii=False).encode()
		assert document["active"] in (True, False, None)
		assert signal.source_time is None or signal.source_time.tzinfo is not None


def test_all_that_is_asked_for_has_its_type_and_path():
	paths = ["/".join(name.Name for name in clause.BrowsePath) for clause in event_filter().SelectClauses]
	assert len(paths) == len(set(paths))
	(condition_id,) = [clause for clause in event_filter().SelectClauses if not clause.BrowsePath]
	assert condition_id.AttributeId == ua.AttributeIds.NodeId
	assert condition_id.TypeDefinitionId == ua.NodeId(2782)
