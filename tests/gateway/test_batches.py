"""What comes to a site as a batch is one, or is refused in words: nothing else may come of it."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_itsm.domain.gateway import MOST_SIGNALS, GatewayBatch, GatewayError
from plant_itsm.domain.recordings import signal_line
from plant_itsm.domain.signals import RawSignal
from plant_itsm.embedded.clock import SystemClock
from plant_itsm.ot_listeners.receiving import parsed

NOW = SystemClock().now()
GOOD = GatewayBatch("Cell Broker", "1-0", (RawSignal("cell/AR", b"1", NOW),), NOW, "1.0.0").as_json()

anything = st.recursive(
	st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
	lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
	max_leaves=8,
)


def test_a_batch_comes_out_as_it_went_in():
	assert parsed(json.dumps(GOOD)).as_json() == GOOD


def test_a_batch_with_too_many_signals_is_refused():
	line = signal_line(RawSignal("cell/AR", b"1", NOW))
	with pytest.raises(GatewayError, match="501 signals are more than 500"):
		parsed({**GOOD, "signals": [line] * (MOST_SIGNALS + 1)})


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), anything))
def test_a_field_that_is_anything_gives_a_batch_or_a_refusal(changed):
	with contextlib.suppress(GatewayError):
		assert len(parsed({**GOOD, **changed}).signals) <= MOST_SIGNALS


@given(st.text(max_size=50))
def test_any_text_is_a_refusal(text):
	with pytest.raises(GatewayError):
		parsed(text)
