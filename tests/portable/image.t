#!/usr/bin/python3
"""The container image, unpacked layer by layer as a container's runtime does it, and started in a root and a process
namespace of its own, as its ordinary user without any right: from an empty PostgreSQL to the first answered message,
then stopped and started again. `make check-image` builds it first and runs this with DESKBELL_IMAGE."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, paths, planted, postgres, processes, simulator
from deskbell.desk import Browser
from deskbell.tap import program

HBA = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
SUPERUSER = "zqsecret:0\\super0user"


class World:
	def __init__(self, folder, image, server, sim):
		self.folder, self.image, self.server, self.sim = folder, image, server, sim
		self.layout = os.path.join(folder, "layout")
		self.root = os.path.join(folder, "root")
		self.log = os.path.join(folder, "container.log")
		self.port = net.free_port()
		self.config = self.container = self.browser = None

	def blob(self, descriptor):
		algorithm, digest = descriptor["digest"].split(":")
		with open(os.path.join(self.layout, "blobs", algorithm, digest), "rb") as f:
			data = f.read()
		assert hashlib.sha256(data).hexdigest() == digest and len(data) == descriptor["size"], descriptor
		return data

	def environment(self):
		env = dict(line.split("=", 1) for line in self.config["config"]["Env"])
		return {
			**env,
			"DESKBELL_PORT": str(self.port),
			"DESKBELL_PUBLIC_BASE_URL": "http://127.0.0.1:%d" % self.port,
			"DESKBELL_GRAPH_BASE_URL": self.sim.url,
			"DESKBELL_ANSWER_DEBOUNCE_MS": "0",
			"DESKBELL_SUPERUSER": "host=127.0.0.1 port=%d user=postgres" % self.server.port,
			"DESKBELL_SUPERUSER_PASSWORD_FILE": "/run/database-password",
		}

	def command(self, *argv):
		"""With /dev and /proc, as a container's runtime makes them, and as the image's user."""
		script = (
			"mount --bind /dev \"$0/dev\" && mount -t proc proc \"$0/proc\" && exec chroot --userspec=%s --groups= \"$0\" \"$@\""
			% self.config["config"]["User"]
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
			self.root,
		] + list(argv)

	def inside(self, *argv, check=True, input=None):
		done = subprocess.run(
			self.command(*argv),
			env=self.environment(),
			input=input or b"",
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			timeout=120,
			check=False,
		)
		assert not check or done.returncode == 0, (argv, done.stdout[-500:], done.stderr[-1500:])
		return done

	def start(self):
		"""The entry point as the first process of its namespace, as a container's runtime starts it."""
		with open(self.log, "wb") as out:
			self.container = subprocess.Popen(
				[paths.system_program("unshare"), "--pid", "--fork", "--kill-child"]
				+ self.command(*self.config["config"]["Entrypoint"]),
				env=self.environment(),
				stdin=subprocess.DEVNULL,
				stdout=out,
				stderr=out,
				start_new_session=True,
			)
		processes.wait_until(lambda: self.container.poll() is not None or self.ready(), "the container", timeout=90)
		assert self.container.poll() is None, self.text()

	def ready(self):
		return net.port_answers(self.port) and net.request(self.port, "GET", "/readyz").status == 200

	def text(self):
		with open(self.log, encoding="utf-8", errors="replace") as f:
			return f.read()

	def first_process(self):
		with open("/proc/%d/task/%d/children" % (self.container.pid, self.container.pid), encoding="ascii") as f:
			return int(f.read().split()[0])

	def stop(self):
		if self.container and self.container.poll() is None:
			try:
				os.kill(self.first_process(), 15)
				self.container.wait(processes.patience(15))
			except (IndexError, OSError, subprocess.TimeoutExpired):
				self.container.kill()
				raise


def the_layout_is_whole(w):
	"""Every digest and size is right, and what the configuration says of the layers."""
	os.mkdir(w.layout)
	processes.run(["tar", "xf", w.image, "-C", w.layout], root=True)
	with open(os.path.join(w.layout, "oci-layout"), encoding="utf-8") as f:
		assert json.load(f) == {"imageLayoutVersion": "1.0.0"}
	with open(os.path.join(w.layout, "index.json"), encoding="utf-8") as f:
		index = json.load(f)
	manifest = json.loads(w.blob(index["manifests"][0]))
	w.config = json.loads(w.blob(manifest["config"]))
	os.mkdir(w.root)
	for layer, diff in zip(manifest["layers"], w.config["rootfs"]["diff_ids"]):
		data = gzip.decompress(w.blob(layer))
		assert "sha256:" + hashlib.sha256(data).hexdigest() == diff, layer
		processes.run(["tar", "xpf", "-", "--numeric-owner", "-C", w.root], input=data, root=True)
	assert len(manifest["layers"]) == len(w.config["rootfs"]["diff_ids"]) == 3
	referred = {d["digest"].split(":")[1] for d in [index["manifests"][0], manifest["config"]] + manifest["layers"]}
	assert set(os.listdir(os.path.join(w.layout, "blobs", "sha256"))) == referred


def the_tools_of_others_read_it(w):
	"""Debian's own, where they are installed: skopeo as OCI and as an older Docker does, umoci unpacks the same files."""
	reads = [["skopeo", "inspect", "oci-archive:" + w.image], ["skopeo", "inspect", "docker-archive:" + w.image]]
	for command in reads:
		if shutil.which(command[0]):
			told = json.loads(processes.run(command, root=True).stdout)
			assert told["Labels"]["org.opencontainers.image.title"] == "Deskbell" and told["Os"] == "linux", told
	if shutil.which("umoci"):
		with open(os.path.join(w.layout, "index.json"), encoding="utf-8") as f:
			tag = json.load(f)["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"]
		bundle = os.path.join(w.folder, "bundle")
		processes.run(["umoci", "unpack", "--image", "%s:%s" % (w.layout, tag), bundle], root=True)
		here = {os.path.relpath(os.path.join(d, f), w.root) for d, _, files in os.walk(w.root) for f in files}
		theirs = {
			os.path.relpath(os.path.join(d, f), bundle + "/rootfs")
			for d, _, files in os.walk(bundle + "/rootfs")
			for f in files
		}
		assert here == theirs and len(here) > 300, here ^ theirs
		shutil.rmtree(bundle)


def every_program_in_it_runs(w):
	for argv in (
		["/usr/sbin/lighttpd", "-V"],
		["pdftotext", "-v"],
		["pdftoppm", "-v"],
		["pg_dump", "--version"],
		["pg_restore", "--version"],
		["psql", "--version"],
		["deskbellctl", "--version"],
		["sh", "-c", "ls / | grep data"],
	):
		done = w.inside(*argv)
		assert done.stdout + done.stderr, argv


def it_sets_itself_up_in_an_empty_database(w):
	began = time.monotonic()
	path = os.path.join(w.root, "run", "database-password")
	with open(path, "w", encoding="utf-8") as f:
		f.write(SUPERUSER + "\n")
	os.chmod(path, 0o444)
	w.start()
	code = re.search(r"/setup within 30 minutes[^\n]*\n(\S+)\n", w.text())
	assert code and SUPERUSER not in w.text() and "0super0user" not in w.text(), w.text()
	w.code = code.group(1)
	Browser.seen.add(w.code)
	assert not [n for n in os.listdir(os.path.join(w.root, "tmp")) if "superuser" in n], (
		"the superuser's password stays"
	)
	assert w.server.ask("select count(*) from pg_roles where rolname like 'deskbell%' and rolsuper") == "0"
	with open(os.path.join(w.root, "data", "etc", "deskbell.conf"), encoding="utf-8") as f:
		assert "\ndesk.database_url" in f.read(), "the desk has no role of its own"
	assert os.stat(os.path.join(w.root, "data", "etc", "key")).st_mode & 0o777 == 0o600
	w.began = began


def the_first_message_is_answered(w):
	w.browser = Browser(w.port)
	page = w.browser.get("/setup")
	assert page.status == 200, page.body[:300]
	page = w.browser.post(
		"/setup",
		{
			"code": w.code,
			"organisation": "Salon",
			"email": "ana@example.com",
			"language": "en",
			"new_password": planted.PASSWORD,
		},
	)
	assert page.json["ok"], page.body[:300]
	config = {
		"phone_number_id": "106540000008888",
		"business_account_id": "102290000008888",
		"permanent_access_token": planted.ACCESS_TOKEN + "8",
		"app_secret": planted.APP_SECRET,
		"verify_token": planted.VERIFY_TOKEN + "8",
		"odd": "yes",
	}
	w.sim.add({**config, "display_phone_number": "+15550008888"}, w.port)
	w.browser.get("/settings/channels/whatsapp")
	assert w.browser.post("/settings/channels/whatsapp", config).status in (200, 303)
	w.browser.get("/skills/new")
	page = w.browser.post(
		"/skills/new",
		{
			"title": "Opening hours",
			"triggers": "when are you open\nopening times\nare you open today",
			"response": "From 9 to 18.",
			"enabled": "on",
		},
	)
	assert page.json.get("ok"), page.body[:500]
	w.inside("deskbellctl", "bot-mode", "--org", "1", "active")
	w.sim.control(
		"POST",
		"inbound",
		{
			"phone_number_id": config["phone_number_id"],
			"from": "16505550123",
			"name": "Zoe",
			"text": "when are you open",
		},
	)
	processes.wait_until(
		lambda: (
			"From 9 to 18."
			in w.inside("deskbellctl", "conversation", "show", "--org", "1", "1", check=False).stdout.decode()
		),
		"the first answer",
		timeout=30,
	)
	assert json.loads(w.inside("deskbellctl", "queue", "list", "--json").stdout)["summary"][0]["state"] == "accepted"
	assert time.monotonic() - w.began < processes.patience(60), "it took %d s" % (time.monotonic() - w.began)


def the_doctor_is_content(w):
	text = w.inside("deskbellctl", "doctor", check=False).stdout.decode()
	failed = [line for line in text.splitlines() if line.startswith("FAIL")]
	assert not [line for line in failed if line.split()[1] != "address"] and "the desk is deskbell_desk" in text, text


def a_backup_leaves_by_standard_output(w):
	data = w.inside("deskbellctl", "backup", "-").stdout
	assert w.inside("deskbellctl", "restore", "--check", "-", input=data).returncode == 0 and len(data) > 10000


def it_ends_when_asked_and_goes_on_with_what_it_has(w):
	w.stop()
	assert w.container.returncode is not None
	w.start()
	assert "/setup" not in w.text(), "there is an owner"
	assert w.browser.get("/inbox").status == 200, "the session goes on"
	assert w.server.ask("select count(*) from pg_stat_activity where application_name = 'deskbell-outbox'") != "0"


def an_older_image_leaves_a_newer_database_alone(w):
	w.stop()
	sql = w.server.sql()
	ours = sql.value("select checksum from schema_migrations where name = 'functions'")
	sql.script(
		"update schema_migrations set checksum = 'of tomorrow' where name = 'functions';"
		" insert into schema_migrations (name, checksum) values ('functions.%s', '%s')" % (ours[:16], ours)
	)
	try:
		w.start()
	except AssertionError as refused:
		assert "newer program" in str(refused) and w.container.returncode == 1, refused
	else:
		raise AssertionError("it serves a newer database")
	assert sql.value("select checksum from schema_migrations where name = 'functions'") == "of tomorrow"


def main(tap):
	image = os.environ.get("DESKBELL_IMAGE")
	if not image or os.geteuid() != 0:
		raise paths.Missing("make check-image runs this, as root")
	folder = tempfile.mkdtemp(prefix="deskbell-", dir="/tmp")
	os.chmod(folder, 0o755)
	server = postgres.Postgres(os.path.join(folder, "pg"))
	server.port = net.free_port()
	sim = simulator.Simulator(paths.built("deskbell-simulator"), os.path.join(folder, "simulator.log"))
	sim.program = shutil.copy(sim.program, folder)
	w = World(folder, image, server, sim)
	try:
		os.makedirs(server.folder)
		processes.give(server.folder)
		server.make_data()
		with open(os.path.join(server.data, "pg_hba.conf"), "w", encoding="utf-8") as f:
			f.write(HBA)
		with open(os.path.join(server.data, "postgresql.conf"), "a", encoding="utf-8") as f:
			f.write("listen_addresses = '127.0.0.1'\n")
		server.start()
		server.admin("alter role postgres password '%s'" % SUPERUSER)
		sim.start()
		for case in (
			the_layout_is_whole,
			the_tools_of_others_read_it,
			every_program_in_it_runs,
			it_sets_itself_up_in_an_empty_database,
			the_first_message_is_answered,
			the_doctor_is_content,
			a_backup_leaves_by_standard_output,
			it_ends_when_asked_and_goes_on_with_what_it_has,
			an_older_image_leaves_a_newer_database_alone,
		):
			if not tap.run(case.__name__.replace("_", " "), case, w):
				tap.note(w.text() if os.path.exists(w.log) else "")
				break
		found = planted.find_in_logs([w.log, server.log], [])
		tap.ok(not found, "no planted secret in the logs", "\n".join(found[:20]))
	finally:
		w.stop()
		sim.stop()
		server.stop()
		server.remove()
		if not os.environ.get("DESKBELL_KEEP"):
			shutil.rmtree(folder, ignore_errors=True)


sys.exit(program(main))
