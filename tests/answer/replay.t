#!/usr/bin/python3
"""Twenty approvals of what operators repeat: more questions get an answer, and no fewer of the answers are right
(tests/quality/learning-quality).
"""

import importlib.machinery
import importlib.util
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell.tap import program

PATH = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "quality", "learning-quality")
loader = importlib.machinery.SourceFileLoader("learning", PATH)
learning = importlib.util.module_from_spec(importlib.util.spec_from_loader("learning", loader))
loader.exec_module(learning)


def judged():
	assert learning.is_right({"all": ["<1520>"], "none": ["<1090|1240>"]}, "Alder: £1,520") and not learning.is_right(
		{"all": ["<1520>"], "none": ["<1090|1240>"]}, "£1,520 or £1,240"
	)
	assert (
		learning.is_right({"any": ["<10:30-16:30>"]}, "Sunday 10:30 to 16:30")
		and not learning.is_right({"any": ["<15>"]}, "£150")
		and learning.is_right({"any": ["damp cloth", "x"]}, "A Damp cloth")
	)


def run(tap):
	tap.run("replies are judged", judged)

	def all_of(world):
		for folder in learning.folders():

			def one(folder=folder):
				found = learning.replay(world, folder)
				assert learning.report(os.path.basename(folder), *found), found

			tap.run("twenty approvals at %s" % os.path.basename(folder), one)

	learning.with_world(all_of)


if __name__ == "__main__":
	sys.exit(program(run))
