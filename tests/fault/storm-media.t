#!/usr/bin/python3
"""The short form of the storm of files (storm_media.py): 90 files, one transfer in five broken, senders killed, the
database restarted twice, the disk full for a while.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path[:0] = [
	os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"),
	os.path.dirname(os.path.realpath(__file__)),
]

from deskbell.tap import program
from storm_media import storm


def run(tap):
	problems = storm(90, tap.note)
	tap.ok(
		not problems,
		"90 files through a storm: none lost, none doubled, none under a wrong conversation",
		"\n".join("%s: %s" % p for p in problems[:20]),
	)


sys.exit(program(run))
