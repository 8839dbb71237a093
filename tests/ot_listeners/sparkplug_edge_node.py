"""An edge node on pysparkplug, a library that is not ours. Run by a test in an environment of its own.

Usage: sparkplug_edge_node.py PORT. Each line on stdin is an order: `set VALUE` publishes the robot's state, `lose` uses
up a sequence number, `end` leaves. Each line on stdout is something that happened: `online`, `rebirth`.
"""

import queue
import sys
import threading

from pysparkplug import DataType, Device, EdgeNode, Metric, get_current_timestamp

orders = queue.Queue()


def say(word):
	print(word, flush=True)


def robot_state(value):
	return Metric(timestamp=get_current_timestamp(), name="State", datatype=DataType.STRING, value=value)


def read_orders():
	for line in sys.stdin:
		orders.put(line.split())
	orders.put(["end"])


def on_command(node, message):
	if any(metric.name == "Node Control/Rebirth" and metric.value for metric in message.payload.metrics):
		say("rebirth")
		orders.put(["born again"])


def main():
	port = int(sys.argv[1])
	load = Metric(timestamp=get_current_timestamp(), name="CPU load", datatype=DataType.INT32, value=-7)
	node = EdgeNode("Final Assembly", "Edge 3", [load], cmd_callback=on_command)
	node.register(Device("AR-042", [robot_state("RUNNING")]))
	node.connect("127.0.0.1", port=port)
	say("online")
	threading.Thread(target=read_orders, daemon=True).start()
	while (order := orders.get())[0] != "end":
		if order[0] == "set":
			node.update_device("AR-042", [robot_state(order[1])])
		elif order[0] == "lose":
			say(f"lost {node._seq}")  # the number is used up, as if a message had been lost on its way
		else:
			node.disconnect()
			node.connect("127.0.0.1", port=port)
			say("online")


main()
