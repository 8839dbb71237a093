"""Whether a device answers: by TCP, and by ICMP where the operating system lets an ordinary process do that."""

from __future__ import annotations

import os
import socket
import struct
import time

_ECHO_REQUEST = 8
_HEADER = struct.Struct("!BBHHH")


def knock(host: str, port: int, timeout_seconds: float) -> str:
	"""What came of a TCP connect, in words; the connection is closed at once and nothing is sent."""
	started = time.monotonic()
	try:
		socket.create_connection((host, port), timeout_seconds).close()
	except TimeoutError:
		return f"port {port} does not answer within {timeout_seconds:g} s"
	except ConnectionRefusedError:
		return f"port {port} is closed, but the device answers"
	except OSError as error:
		return f"port {port} cannot be reached ({error.strerror or error})"
	return f"port {port} answers in {_milliseconds(started)}"


def ping(host: str, timeout_seconds: float) -> str:
	"""What came of one ICMP echo, in words. Where the process may not ping, that is said."""
	try:
		with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as link:
			link.settimeout(timeout_seconds)
			started = time.monotonic()
			link.sendto(_echo_request(), (host, 0))
			link.recv(1024)
			return f"answers a ping in {_milliseconds(started)}"
	except PermissionError:
		return "not pinged: the operating system does not permit this process to"
	except TimeoutError:
		return f"does not answer a ping within {timeout_seconds:g} s"
	except OSError as error:
		return f"cannot be pinged ({error.strerror or error})"


def _echo_request() -> bytes:
	"""RFC 792. The kernel puts in identifier and checksum of its own for a datagram socket; both are right anyway."""
	identifier = os.getpid() & 0xFFFF
	bare = _HEADER.pack(_ECHO_REQUEST, 0, 0, identifier, 1)
	return _HEADER.pack(_ECHO_REQUEST, 0, _checksum(bare), identifier, 1)


def _checksum(data: bytes) -> int:
	"""RFC 1071, for an even number of bytes."""
	total = sum(struct.unpack(f"!{len(data) // 2}H", data))
	while total >> 16:
		total = (total & 0xFFFF) + (total >> 16)
	return ~total & 0xFFFF


def _milliseconds(started: float) -> str:
	return f"{1000 * (time.monotonic() - started):.0f} ms"
