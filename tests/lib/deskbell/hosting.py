"""Shared hosting as a person has it who can upload files, fill in a form for databases and open a browser: Apache
with .htaccess, an empty database, an ordinary user.

With DESKBELL_PORTABLE, the unpacked folder of a portable release, that release is what is uploaded; else the programs
of this build. With DESKBELL_HOST_ROOT, a folder that holds a system with Apache and without a compiler
(build-aux/debian-root), the web server and all that it starts run there.
"""

import os
import shutil

from . import paths, processes, webserver

WORD = "marmalade-lighthouse"
PORTABLE = os.environ.get("DESKBELL_PORTABLE")
HOST_ROOT = os.environ.get("DESKBELL_HOST_ROOT")


class Hosting(webserver.ApacheHtaccess):
	"""A host with mod_fcgid at its default limit of 128 kB, and CGI."""

	modules = webserver.ApacheHtaccess.modules + " cgid"
	main = (
		webserver.ApacheHtaccess.main.split("# The host's own business")[0] + "ScriptSock \"%(folder)s/tmp/cgisock\"\n"
	)

	def prepare(self):
		command = super().prepare()
		if PORTABLE:
			for name in ("webhook.fcgi", "desk.fcgi"):
				shutil.copy(
					os.path.join(PORTABLE, "public", "cgi-bin", name),
					os.path.join(self.folder, "htdocs", "cgi-bin", name),
				)
			shutil.copy(os.path.join(PORTABLE, "public", ".htaccess"), os.path.join(self.folder, "htdocs", ".htaccess"))
		path = os.path.join(self.folder, "htdocs", ".htaccess")
		processes.give(path)
		return command

	def begin(self, argv):
		return (
			start(self.stack, argv, self.log, stop_signal=self.stop_signal, vital=True)
			if HOST_ROOT
			else super().begin(argv)
		)


def start(stack, argv, log, **options):
	"""A program next to the test, on this host: in its system, where it has one."""
	return processes.Process(in_root(stack.folder, argv) if HOST_ROOT else argv, log, root=bool(HOST_ROOT), **options)


def in_root(folder, argv):
	"""The command in the host's system, where the stack's folder is at its own place; everything that is mounted
	goes with the process.
	"""
	user = processes.plain_user()
	script = (
		"mkdir -p \"$0$1\" && mount --bind \"$1\" \"$0$1\" && mount --rbind /dev \"$0/dev\" && mount -t proc proc "
		"\"$0/proc\" && root=$0 && shift && exec chroot --userspec=%d:%d --groups= \"$root\" \"$@\""
		% (user.pw_uid, user.pw_gid)
	)
	return [
		paths.system_program("unshare"),
		"--mount",
		"--propagation",
		"private",
		"--",
		"/bin/sh",
		"-c",
		script,
		HOST_ROOT,
		folder,
	] + argv


def install_folder(stack):
	"""Where the programs of the stack look for etc/deskbell.conf, made as the upload leaves it."""
	home = os.path.join(stack.folder, "www", "deskbell") if PORTABLE else os.path.join(stack.folder, "deskbell")
	stack.conf = os.path.join(home, "etc", "deskbell.conf")
	os.makedirs(os.path.join(home, "etc"))
	if PORTABLE:
		for name in ("deskbell", "ca-certificates.crt"):
			shutil.copy(os.path.join(PORTABLE, name), home)
	for folder in (os.path.dirname(home), home, os.path.join(home, "etc")):
		processes.give(folder)
	return home


def upload(home, name, text):
	"""A file into the folder etc, as the panel's file manager does it."""
	path = os.path.join(home, "etc", name)
	with open(path, "w", encoding="utf-8") as f:
		f.write(text)
	processes.give(path)
