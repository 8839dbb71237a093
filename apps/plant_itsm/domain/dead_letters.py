"""What comes of a dead letter that is replayed."""

from plant_itsm.domain.vocabulary import Word


class ReplayOutcome(Word):
	"""Queued: it waits for the drain. History: newer signals have overtaken it, so it is recorded and moves nothing.
	Refused Again: it has become a new dead letter."""

	QUEUED = "Queued"
	TOOK_EFFECT = "Took Effect"
	HISTORY = "History"
	DELAY_RUNS = "Delay Runs"
	CHANGED_NOTHING = "Changed Nothing"
	REFUSED_AGAIN = "Refused Again"
