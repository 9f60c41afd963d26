#!/usr/bin/python3
"""The portable release where there is nothing else: unpacked in an empty folder that is made the root, without a libc,
a shell or a name service, it tells what it is, fills a database, takes a delivery as CGI, answers it and sends the
answer. `make check-portable` builds it first, twice, and runs this with DESKBELL_TARBALL. One for another architecture
runs under Debian's qemu-user-static, which is copied next to it."""

import json
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, paths, planted, postgres, processes, simulator
from deskbell.tap import program

import shutil
import tempfile


def emulator(tarball):
	"""What runs the release here, when it is not for this machine."""
	architecture = tarball.split("-linux-")[1].split(".")[0]
	return None if architecture == os.uname().machine else paths.system_program("qemu-%s-static" % architecture)


class World:
	def __init__(self, folder, server, sim, emulated):
		self.root, self.server, self.sim = os.path.join(folder, "root"), server, sim
		self.emulator = (
			[shutil.copy(emulated, os.path.join(self.root, "emulator")).replace(self.root, "")] if emulated else []
		)

	def run(self, *argv, input=b"", env=None, check=True):
		user = processes.plain_user()
		command = (
			[paths.system_program("chroot"), "--userspec=%d:%d" % (user.pw_uid, user.pw_gid), "--groups=", self.root]
			+ self.emulator
			+ list(argv)
		)
		done = subprocess.run(
			command,
			input=input,
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			env=env or {},
			timeout=120,
			check=False,
		)
		assert not check or done.returncode == 0, (argv, done.returncode, done.stdout[-500:], done.stderr[-1500:])
		return done

	def ctl(self, *args, **more):
		return (
			self.run("/deskbell/deskbellctl", "--config", "/deskbell/etc/deskbell.conf", *args, **more)
			.stdout.decode()
			.strip()
		)


def it_needs_nothing(w):
	assert sorted(os.listdir(w.root)) == ["deskbell"] + (["emulator"] if w.emulator else []) + ["pg"], os.listdir(
		w.root
	)
	text = w.run("/deskbell/deskbell", "--version").stdout.decode()
	for name in ("openssl 3.", "curl 7.", "postgresql-", "liblinear ", "glibc "):
		assert "\n" + name in text, text
	for name in ("deskbellctl", "deskbell-outbox", "webhook.fcgi", "desk.fcgi"):
		assert name in w.run("/deskbell/" + name, "--version").stdout.decode()
		assert name in w.run("/deskbell/deskbell", name, "--version").stdout.decode()
	with open(os.path.join(w.root, "deskbell", "doc", "libraries"), encoding="utf-8") as f:
		for line in f:
			assert os.path.getsize(os.path.join(w.root, "deskbell", "doc", "licences", line.split()[0])) > 100, line


def a_customer_is_answered(w):
	etc = os.path.join(w.root, "deskbell", "etc")
	os.makedirs(etc, exist_ok=True)
	processes.give(etc)
	with open(os.path.join(etc, "deskbell.conf"), "w", encoding="utf-8") as f:
		f.write(
			"database.url = host=/pg user=deskbell dbname=deskbell\nkey.file = key\npublic.base_url = "
			"https://chat.example.com\ngraph.base_url = %s\nanswer.debounce_ms = 0\n"
			"outbox.kick = off\n" % w.sim.url
		)
	w.ctl("key", "new")
	w.ctl("migrate")
	org = w.ctl("org", "add", "Salon", "--bot-mode", "active")
	config = {
		"phone_number_id": "106540000000001",
		"business_account_id": "102290000000001",
		"permanent_access_token": planted.ACCESS_TOKEN + "1",
		"app_secret": planted.APP_SECRET,
		"verify_token": planted.VERIFY_TOKEN + "1",
		"display_phone_number": "+15550000001",
	}
	w.sim.control("POST", "channels", {**config, "webhook_url": "http://127.0.0.1:9/"})
	w.ctl("channel", "connect", "whatsapp", "--org", org, input=json.dumps(config).encode())
	w.ctl(
		"skill",
		"import",
		"--org",
		org,
		input=json.dumps(
			[
				{
					"title": "Hours",
					"triggers": ["when are you open", "opening times"],
					"response": "From 9 to 18.",
					"enabled": True,
					"requires_human_handover": False,
				}
			]
		).encode(),
	)
	body = json.dumps(
		{
			"object": "whatsapp_business_account",
			"entry": [
				{
					"id": config["business_account_id"],
					"changes": [
						{
							"field": "messages",
							"value": {
								"messaging_product": "whatsapp",
								"metadata": {"phone_number_id": config["phone_number_id"]},
								"contacts": [{"wa_id": "16505550123", "profile": {"name": "Zoe"}}],
								"messages": [
									{
										"from": "16505550123",
										"id": "wamid.portable",
										"timestamp": str(int(time.time())),
										"type": "text",
										"text": {"body": "when are you open"},
									}
								],
							},
						}
					],
				}
			],
		}
	).encode()
	env = {
		"GATEWAY_INTERFACE": "CGI/1.1",
		"REQUEST_METHOD": "POST",
		"REQUEST_URI": "/api/webhooks/whatsapp",
		"CONTENT_TYPE": "application/json",
		"CONTENT_LENGTH": str(len(body)),
		"SERVER_PROTOCOL": "HTTP/1.1",
		"HTTP_X_HUB_SIGNATURE_256": net.signature(config["app_secret"], body),
		"DESKBELL_CONF": "/deskbell/etc/deskbell.conf",
	}
	answer = w.run("/deskbell/webhook.fcgi", input=body, env=env).stdout
	assert answer.startswith(b"Status: 200"), answer[:300]
	w.ctl("learn", "--org", org)
	w.run("/deskbell/deskbell-outbox", "--config", "/deskbell/etc/deskbell.conf", "--once")
	assert "From 9 to 18." in w.ctl("conversation", "show", "--org", org, "1"), w.ctl(
		"conversation", "show", "--org", org, "1"
	)
	listed = json.loads(w.ctl("queue", "list", "--json"))
	assert not listed["waiting"] and listed["summary"][0]["state"] == "accepted", listed


def documents_of_other_charsets_are_read(w):
	env = {"DESKBELL_CONF": "/deskbell/etc/deskbell.conf"}
	text = w.run("/deskbell/deskbellctl", "doctor", env=env, check=False).stdout.decode()
	assert "ok    libraries" in text, text


def main(tap):
	tarball = os.environ.get("DESKBELL_TARBALL")
	if not tarball or os.geteuid() != 0:
		raise paths.Missing("make check-portable runs this, as root")
	folder = tempfile.mkdtemp(prefix="deskbell-", dir="/tmp")
	os.chmod(folder, 0o755)
	root = os.path.join(folder, "root")
	server = postgres.Postgres(os.path.join(root, "pg"))
	sim = simulator.Simulator(paths.built("deskbell-simulator"), os.path.join(folder, "simulator.log"))
	sim.program = shutil.copy(sim.program, folder)
	try:
		os.mkdir(root)
		processes.run(["tar", "xf", tarball, "-C", root], root=True)
		server.__enter__()
		sim.start()
		w = World(folder, server, sim, emulator(tarball))
		for case in (it_needs_nothing, a_customer_is_answered, documents_of_other_charsets_are_read):
			tap.run(case.__name__.replace("_", " "), case, w)
	finally:
		sim.stop()
		server.__exit__()
		if not os.environ.get("DESKBELL_KEEP"):
			shutil.rmtree(folder, ignore_errors=True)


sys.exit(program(main))
