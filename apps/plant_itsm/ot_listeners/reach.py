"""Whether a worker may connect to a host, asked right before it does: a name may lead anywhere by then."""

from __future__ import annotations

import socket

from plant_itsm.domain.ot_networks import OtNetworks


class ReachRefusedError(Exception):
	"""A host is none that our workers connect to. The text says why and what to do."""


def check_reach(networks: OtNetworks, host: str, port: int) -> None:
	"""Every address of a host must be one that we may connect to. Raises ReachRefusedError, and OSError for a name that
	does not resolve."""
	for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
		refusal = networks.refusal(str(place[0]))
		if refusal:
			named = "" if str(place[0]) == host else f"{host}: "
			raise ReachRefusedError(f"not connected: {named}{refusal}")
