"""A database that is migrated once for each build, and copied by every stack: making it takes a second of a
processor each time, and a check starts a hundred of them.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile

from . import conf, paths, postgres, processes

# One for each server, so that tests of two do not take turns in making it.
FOLDER = os.path.join(paths.BUILD, "tests", "cluster" + os.environ.get("DESKBELL_POSTGRES", "").replace("/", "-"))
ARCHIVE = os.path.join(FOLDER, "data.tar")


def _stamp():
	"""What the copy depends on: the migrations, which are in deskbellctl, and how a cluster is made."""
	digest = hashlib.sha256(paths.postgres_server().encode())
	for path in (paths.built("deskbellctl"), postgres.__file__):
		with open(path, "rb") as f:
			digest.update(f.read())
	return digest.hexdigest()


@contextlib.contextmanager
def _locked(kind):
	with open(FOLDER + ".lock", "w", encoding="utf-8") as lock:
		fcntl.flock(lock, kind)
		yield


def _is_current(stamp):
	try:
		with open(os.path.join(FOLDER, "stamp"), encoding="utf-8") as f:
			return f.read() == stamp
	except OSError:
		return False


def _make(stamp):
	shutil.rmtree(FOLDER, ignore_errors=True)
	folder = tempfile.mkdtemp(prefix="deskbell-", dir="/tmp")
	os.chmod(folder, 0o755)
	processes.give(folder)
	try:
		program = shutil.copy(paths.built("deskbellctl"), folder)
		server = postgres.Postgres(os.path.join(folder, "pg"))
		with server:
			conf.write(folder + "/deskbell.conf", conf.defaults(folder, server.url(), "http://127.0.0.1:9"))
			for command in (["key", "new"], ["migrate"]):
				processes.run([program, "--config", folder + "/deskbell.conf"] + command)
			server.stop()
			os.mkdir(FOLDER)
			processes.run(["tar", "cf", ARCHIVE, "-C", os.path.dirname(server.data), "data"], root=True)
		with open(os.path.join(FOLDER, "stamp"), "w", encoding="utf-8") as f:
			f.write(stamp)
	finally:
		shutil.rmtree(folder, ignore_errors=True)


def migrated(target):
	"""Puts a cluster with the migrated database `deskbell` into `target`, a folder `data` that is not there yet."""
	stamp = _stamp()
	if not _is_current(stamp):
		with _locked(fcntl.LOCK_EX):
			if not _is_current(stamp):
				_make(stamp)
	with _locked(fcntl.LOCK_SH):
		processes.run(["tar", "xpf", ARCHIVE, "-C", os.path.dirname(target)], root=True)
