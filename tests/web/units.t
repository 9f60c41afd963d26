#!/usr/bin/python3
# The units for systemd: systemd understands every line, they close what the programs do not need, and no sample names
# the old folder for sockets.
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import paths
from deskbell.tap import program

UNITS = (
	"deskbell-outbox.service",
	"deskbell-desk.service",
	"deskbell-desk.socket",
	"deskbell-webhook.service",
	"deskbell-webhook.socket",
)
SERVICES = [name for name in UNITS if name.endswith(".service")]
EXPOSURE = 25  # tenths; "OK" is what systemd says below 50


def write_units(folder):
	"""The units as they are installed, with programs that are there."""
	for name in UNITS:
		with open(os.path.join(paths.SOURCE, "apache", name), encoding="utf-8") as f:
			text = f.read()
		for key, value in {
			"@FCGIDIR@": paths.BUILD,
			"@BINDIR@": paths.BUILD,
			"@CONF@": "/etc/deskbell/deskbell.conf",
			"@RUNDIR@": "/run/deskbell",
			"@LOGDIR@": "/var/log/deskbell",
		}.items():
			text = text.replace(key, value)
		assert "@" not in re.sub(r"@[a-z-]+$", "", text, flags=re.M), name
		with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
			f.write(text)


def analyze(*arguments):
	return subprocess.run(
		[paths.system_program("systemd-analyze")] + list(arguments),
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		encoding="utf-8",
		check=False,
	)


def units_are_understood(folder):
	done = analyze("verify", "--man=no", "--recursive-errors=no", *[os.path.join(folder, name) for name in UNITS])
	ours = [line for line in done.stdout.splitlines() if "deskbell" in line]
	assert done.returncode == 0 and not ours, done.stdout


def services_are_closed(folder, name):
	done = analyze("security", "--offline=yes", "--no-pager", "--threshold=%d" % EXPOSURE, os.path.join(folder, name))
	assert done.returncode == 0, "\n".join(line for line in done.stdout.splitlines() if not line.startswith("✓"))


def services_have_limits(folder, name):
	with open(os.path.join(folder, name), encoding="utf-8") as f:
		lines = dict(line.rstrip("\n").split("=", 1) for line in f if "=" in line and not line.startswith("#"))
	assert re.fullmatch(r"[0-9]+[MG]", lines["MemoryMax"]) and int(lines["TasksMax"]) and lines["LimitCORE"] == "0", (
		lines
	)
	assert (
		lines["RuntimeDirectory"] == "deskbell"
		and lines["RuntimeDirectoryPreserve"] == "yes"
		and lines["User"] == "deskbell"
	), lines


def sockets_keep_their_group(folder):
	"""RuntimeDirectory takes over all that lies in a folder of another owner; so the sockets make the folder as the
	services want it.
	"""
	for name in UNITS:
		if name.endswith(".socket"):
			with open(os.path.join(folder, name), encoding="utf-8") as f:
				text = f.read()
			assert (
				"ExecStartPre=/usr/bin/install -d -o deskbell -g deskbell -m 0755 /run/deskbell\n" in text
				and "SocketGroup=www-data\n" in text
			), name


def sockets_are_in_run():
	"""/var/run is a link for programs of the last century; systemd warns of it."""
	found = []
	for folder in ("apache", "lighttpd", "doc", "src"):
		for root, _, names in os.walk(os.path.join(paths.SOURCE, folder)):
			for name in names:
				with open(os.path.join(root, name), encoding="utf-8", errors="replace") as f:
					found += [
						"%s: %s" % (name, line.strip()) for line in f if "/var/run" in line and "$HOME" not in line
					]
	assert not found, "\n".join(found)


def run(tap):
	tap.run("no sample or page names /var/run", sockets_are_in_run)
	with tempfile.TemporaryDirectory(prefix="deskbell-") as folder:
		write_units(folder)
		tap.run("the sockets' folder has the services' owner", sockets_keep_their_group, folder)
		for name in SERVICES:
			tap.run("%s has limits and its folder in /run" % name, services_have_limits, folder, name)
		try:
			paths.system_program("systemd-analyze")
		except paths.Missing as e:
			tap.skip("systemd's view of the units", str(e))
			return
		tap.run("systemd understands every line of the units", units_are_understood, folder)
		for name in SERVICES:
			tap.run("systemd counts %s among the closed ones" % name, services_are_closed, folder, name)


sys.exit(program(run))
