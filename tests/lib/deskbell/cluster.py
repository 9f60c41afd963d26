"""Database clusters that are made once and copied for each test: initdb and the migrations take seconds, a copy a fraction of one.

They lie in the build folder, by a digest of what they depend on, so that another program or server never meets an old one. Whoever comes first
makes one while the others wait.
"""

import fcntl
import glob
import hashlib
import os
import shutil

from . import paths, processes

FOLDER = os.path.join(paths.BUILD, "tests", "clusters")


def digest(*files):
	"""A short name for the content of these files."""
	whole = hashlib.sha256()
	for file in files:
		with open(file, "rb") as f:
			whole.update(f.read())
	return whole.hexdigest()[:16]


def copy(kind, name, make, target):
	"""Puts the cluster `name` of this kind at `target`; `make(folder)` makes it when there is none yet. Older ones of the kind are removed."""
	kept = os.path.join(FOLDER, "%s-%s" % (kind, name))
	os.makedirs(FOLDER, exist_ok=True)
	with open(os.path.join(FOLDER, kind + ".lock"), "w", encoding="ascii") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)
		if not os.path.exists(kept):
			for old in glob.glob(os.path.join(FOLDER, kind + "-*")):
				shutil.rmtree(old)
			make(kept + ".new")
			os.rename(kept + ".new", kept)
		processes.run(["cp", "-a", kept, target], root=True)  # the owner stays the account of the stack
