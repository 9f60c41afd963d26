#!/usr/bin/python3
"""The short form of the storm (storm.py): 300 messages, one request in five failing, senders killed, the database
restarted twice.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import faults
from deskbell.tap import Tap
from storm import storm


def body(tap, world):
	problems = storm(world, 300, 4, tap.note)
	tap.ok(
		not problems,
		"300 messages through a storm: nothing lost, nothing twice, in order, every failure explained",
		"\n".join("%s: %s" % p for p in problems[:20]),
	)


sys.exit(faults.run(Tap(), body))
