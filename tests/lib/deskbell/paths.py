"""Where things are: the source tree, the build folder, and the programs of the system."""

import glob
import os
import re
import shutil

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.path.realpath(os.environ.get("DESKBELL_BUILD") or os.getcwd())
SHARED_CORPUS = os.path.realpath(os.path.join(SOURCE, "..", "shared", "corpus"))

PROGRAMS = ("webhook.fcgi", "desk.fcgi", "deskbell-outbox", "deskbellctl", "deskbell-simulator", "deskbell-picture")


class Missing(Exception):
	"""Something that this machine or build lacks: tests that need it are skipped, and say why."""


def system_program(*names):
	"""The first of `names` that exists; sbin folders are searched whatever PATH says."""
	path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin"
	for name in names:
		found = shutil.which(name, path=path)
		if found:
			return found
	raise Missing("%s is not installed" % " or ".join(names))


def postgres_server():
	"""The folder of the server's programs; DESKBELL_POSTGRES names another one, which has no clients."""
	return os.environ.get("DESKBELL_POSTGRES") or postgres_bin()


def postgres_bin():
	"""The folder of the newest PostgreSQL's programs."""

	def version(folder):
		return [int(n) for n in re.findall(r"\d+", folder.split("/postgresql/")[1])]

	folders = [f for f in glob.glob("/usr/lib/postgresql/*/bin") if os.access(f + "/initdb", os.X_OK)]
	if folders:
		return max(folders, key=version)
	return os.path.dirname(system_program("initdb"))


def built(name):
	"""The path of a program in the build folder."""
	path = os.path.join(BUILD, name)
	if not os.access(path, os.X_OK):
		raise Missing("%s is not built in %s" % (name, BUILD))
	return path
