import os
import signal

import pytest

from plant_itsm.embedded.ending import Ending


@pytest.fixture
def ending():
	before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
	yield Ending()
	for number, handler in before.items():
		signal.signal(number, handler)


def send(number):
	os.kill(os.getpid(), number)
	signal.sigtimedwait([], 0)  # gives the interpreter an occasion to run the handler


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_with_its_code_and_is_not_forgotten(ending, number):
	ending.check()
	with pytest.raises(SystemExit) as told:
		send(number)
	assert told.value.code == 128 + number
	with pytest.raises(SystemExit):  # the first exception may have struck where it is swallowed
		ending.check()


def test_ctrl_c_stays_a_keyboard_interrupt(ending):
	with pytest.raises(KeyboardInterrupt):
		send(signal.SIGINT)
	with pytest.raises(KeyboardInterrupt):
		ending.check()
