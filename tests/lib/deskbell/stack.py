"""The whole stack in one folder: database, configuration, keys, programs, simulator, sender, and whichever web
server is asked for.

with Stack() as stack, stack.server("lighttpd-fastcgi") as server:
    org = stack.organisation("Salon", bot_mode="active")
    channel = stack.connect(org)
"""

import itertools
import json
import os
import shutil
import tempfile

from . import cluster, conf, paths, pgbouncer, planted, postgres, processes, simulator, webserver


class Channel:
	"""What a test knows about a connected WhatsApp channel."""

	def __init__(self, org, channel, config):
		self.org, self.id, self.config = org, channel, config
		self.phone_number_id = config["phone_number_id"]
		self.account_id = config["business_account_id"]
		self.app_secret = config["app_secret"]
		self.verify_token = config["verify_token"]


class Bot:
	"""What a test knows about a connected Telegram channel."""

	def __init__(self, org, channel, token, simulator):
		self.org, self.id, self.token = org, channel, token
		self.bot_id = self.phone_number_id = token.split(":")[
			0
		]  # the simulator's records call it so for both platforms
		known = simulator.bot(self.bot_id)
		self.secret = known.get("secret_token", "")
		self.path = "/" + known["url"].split("/", 3)[3] if known.get("url") else ""


class Stack:
	def __init__(
		self,
		with_simulator=True,
		log_level="info",
		settings=None,
		pooler=False,
		llm=False,
		embeddings=False,
		durable=False,
	):
		"""With `llm` the programs are told of the simulator's chat model and its key, with `embeddings` of its
		embeddings. What is `durable` waits for the disk.
		"""
		self.folder = tempfile.mkdtemp(prefix="deskbell-", dir="/tmp")
		self.bin = os.path.join(self.folder, "bin")
		self.run_dir = os.path.join(self.folder, "run")
		self.conf = os.path.join(self.folder, "deskbell.conf")
		self.key_file = os.path.join(self.folder, "deskbell.key")
		self.log = os.path.join(self.folder, "deskbell.log")
		self.settings, self.durable = dict(settings or {}), durable
		self.log_level = log_level
		self.with_simulator, self.with_pooler = with_simulator, pooler
		self.with_llm, self.with_embeddings = llm, embeddings
		self.postgres = self.pooler = self.simulator = self.sql = None
		self._numbers = itertools.count(1)

	# Start and end

	def __enter__(self):
		try:
			self._start()
		except BaseException:
			self.__exit__()
			raise
		return self

	def _start(self):
		os.chmod(self.folder, 0o755)
		processes.give(self.folder)
		for folder in (self.bin, self.run_dir):
			os.mkdir(folder)
			processes.give(folder)
		self._copy_programs()
		self.postgres = postgres.Postgres(
			os.path.join(self.folder, "pg"), None if self.with_pooler else cluster.migrated, self.durable
		)
		self.postgres.__enter__()
		self.sql = self.postgres.sql()
		graph_url = "http://127.0.0.1:9"
		if self.with_simulator:
			self.simulator = simulator.Simulator(
				self.program("deskbell-simulator"), os.path.join(self.folder, "simulator.log")
			)
			self.simulator.start()
			graph_url = self.simulator.url
		database_url = self.postgres.url()
		if self.with_pooler:
			self.pooler = pgbouncer.PgBouncer(os.path.join(self.folder, "pooler"), self.postgres)
			self.pooler.start()
			database_url = self.pooler.url()
			self.settings.setdefault("database.pooler", "transaction")
		self.values = conf.defaults(self.folder, database_url, graph_url, self.log_level)
		self.values.update(self._llm_settings())
		self.values.update(self.settings)
		self.write_conf()
		self.ctl("key", "new")
		if self.with_pooler:
			self.ctl("migrate")

	def _llm_settings(self):
		if not (self.with_llm or self.with_embeddings):
			return {}
		key_file = os.path.join(self.folder, "llm.key")
		with open(os.open(key_file, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
			f.write(planted.LLM_KEY + "\n")
		processes.give(key_file)
		self.simulator.llm_key(planted.LLM_KEY)
		values = {"llm.api_key_file": key_file}
		if self.with_llm:
			values.update({"llm.base_url": self.simulator.llm_url, "llm.model": simulator.CHAT_MODEL})
		if self.with_embeddings:
			values.update(
				{"embeddings.base_url": self.simulator.llm_url, "embeddings.model": simulator.EMBEDDING_MODEL}
			)
		return values

	def _copy_programs(self):
		"""The account of the stack may not be able to enter the build folder, so the programs are put where it can."""
		for name in paths.PROGRAMS:
			path = os.path.join(paths.BUILD, name)
			if os.access(path, os.X_OK):
				shutil.copy(path, os.path.join(self.bin, name))

	def program(self, name):
		path = os.path.join(self.bin, name)
		if not os.path.exists(path):
			paths.built(name)
		return path

	def __exit__(self, *exc):
		if self.sql:
			self.sql.close()
		if self.simulator:
			self.simulator.stop()
		if self.pooler:
			self.pooler.stop()
		if self.postgres:
			self.postgres.__exit__()
		if not os.environ.get("DESKBELL_KEEP"):
			shutil.rmtree(self.folder, ignore_errors=True)

	def write_conf(self, **changed):
		self.values.update(changed)
		conf.write(self.conf, self.values)

	# Programs

	def ctl(self, *args, input=None, check=True):
		"""Runs deskbellctl and returns what it printed, trimmed. Without `check` the finished process, as
		subprocess.run gives it.
		"""
		data = input.encode() if isinstance(input, str) else input
		done = processes.run(
			[self.program("deskbellctl"), "--config", self.conf] + [str(a) for a in args], input=data, check=check
		)
		return done.stdout.decode().strip() if check else done

	def server(self, flavour, port=None):
		return webserver.FLAVOURS[flavour](self, port)

	def sender(self, *args, env=None):
		"""A sender next to the test, by default until it is stopped."""
		return processes.Process(
			[self.program("deskbell-outbox"), "--config", self.conf] + list(args or ["--foreground"]),
			os.path.join(self.folder, "sender-stderr.log"),
			env=env,
		)

	def send_once(self, check=True, env=None):
		return processes.run([self.program("deskbell-outbox"), "--config", self.conf, "--once"], check=check, env=env)

	# Tenants

	def organisation(self, name, bot_mode="active", language=None):
		args = ["org", "add", name, "--bot-mode", bot_mode] + (["--language", language] if language else [])
		return int(self.ctl(*args))

	def connect(self, org, port=None, **changes):
		"""Connects a WhatsApp channel with ids of its own; with the web server's `port` the simulator knows it too."""
		n = next(self._numbers)
		config = {
			"phone_number_id": str(106540000000000 + n),
			"business_account_id": str(102290000000000 + n),
			"permanent_access_token": planted.ACCESS_TOKEN + str(n),
			"app_secret": planted.APP_SECRET,
			"verify_token": planted.VERIFY_TOKEN + str(n),
			"display_phone_number": "+1555%07d" % n,
		}
		config.update(changes)
		if port:
			self.simulator.add(config, port)
		self.ctl("channel", "connect", "whatsapp", "--org", org, input=json.dumps(config))
		channel = self.sql.value(
			"select id from channels where org_id = %d and platform = 'whatsapp' and disconnected_at is null" % org
		)
		return Channel(org, channel, config)

	def connect_bot(self, org, **changes):
		"""Connects a bot of Telegram, which the simulator knows too."""
		n = next(self._numbers)
		token = "%d:%s%d" % (7000000000 + n, planted.BOT_TOKEN, n)
		self.simulator.add_bot(token, "zq%d_bot" % n)
		self.ctl("channel", "connect", "telegram", "--org", org, input=json.dumps({"bot_token": token, **changes}))
		channel = self.sql.value(
			"select id from channels where org_id = %d and platform = 'telegram' and disconnected_at is null" % org
		)
		return Bot(org, channel, token, self.simulator)

	def skills(self, org, skills):
		self.ctl("skill", "import", "--org", org, input=json.dumps(skills))

	# Logs

	def logs(self):
		"""Every log that the stack has written so far."""
		names = [os.path.join(self.folder, n) for n in os.listdir(self.folder) if n.endswith(".log")]
		return sorted(names + [self.postgres.log])

	def check_logs(self, tap):
		"""The test at the end of each run: no secret and no message body in any log, and the logs did hold something
		to search.
		"""
		found = planted.find_in_logs(self.logs(), [self.key_file])
		size = sum(os.path.getsize(f) for f in self.logs() if os.path.exists(f))
		tap.ok(
			not found and size > 0,
			"no planted secret and no message body in %d bytes of logs" % size,
			"\n".join(found[:20]),
		)
		crashes = planted.find_crashes(self.logs())
		tap.ok(
			not crashes,
			"no report of a sanitizer, no broken assertion and no page with a missing name in the logs",
			"\n".join(crashes[:20]),
		)
