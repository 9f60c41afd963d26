"""An organisation with a channel and its customers, against a sender that runs all the time."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "fault"))

import faults
from deskbell import planted, processes

LIVE_S = 5.0


class World(faults.World):
	sender = None

	def stop_sender(self):
		if self.sender:
			self.sender.stop()
			self.sender = None

	def restart_sender(self):
		self.stop_sender()
		self.sender = self.stack.sender()


class Business:
	customers = 0

	def __init__(self, world, skills=(), mode="active", language=None, **settings):
		self.world, self.stack, self.sql = world, world.stack, world.sql
		self.org = self.stack.organisation("Salon", bot_mode=mode, language=language)
		if skills:
			self.stack.skills(self.org, list(skills))
		# Tests compare whole replies; what is added to the first one has tests of its own.
		for name, value in {"disclosure": "off", **settings}.items():
			self.stack.ctl("setting", "set", "--org", self.org, name, input=str(value))
		self.channel = world.connect(self.org)

	def document(self, title, text, language="en"):
		import json

		self.stack.ctl(
			"knowledge",
			"import",
			"--org",
			self.org,
			"--jsonl",
			"-",
			input=json.dumps({"title": title, "text": text, "language": language}) + "\n",
		)

	# Customers

	def customer(self):
		Business.customers += 1
		return faults.phone(Business.customers)

	def write(self, text, who=None):
		who = who or self.customer()
		self.world.write(self.channel, who, text)
		return who

	def replies(self, who):
		"""What the customer got or is to get, oldest first."""
		return [
			r["body"]
			for r in self.sql.rows(
				"""select m.body from messages m join conversations v on v.org_id = m.org_id and v.id = m.conversation_id
			where m.org_id = %d and m.direction = 'outbound' and v.contact_phone like '%%%s' order by m.id"""
				% (self.org, who)
			)
		]

	def wait_reply(self, who, timeout=LIVE_S, n=1):
		return processes.wait_until(
			lambda: len(self.replies(who)) >= n and self.replies(who)[n - 1], "a reply", timeout=timeout
		)

	def asked(self, text, timeout=LIVE_S, who=None):
		who = who or self.customer()
		n = len(self.replies(who)) + 1
		return self.wait_reply(self.write(text, who), timeout, n)

	# What became of it

	def conversation(self, who):
		return self.sql.rows(
			"select * from conversations where org_id = %d and contact_phone like '%%%s'" % (self.org, who)
		)[0]

	def decisions(self, who=None):
		of = " and conversation_id = %d" % self.conversation(who)["id"] if who else ""
		return self.sql.rows(
			"select outcome, stage, reason, draft, detail from decisions where org_id = %d%s order by id"
			% (self.org, of)
		)

	def wait_decision(self, who, n=1, timeout=LIVE_S):
		return processes.wait_until(
			lambda: len(self.decisions(who)) >= n and self.decisions(who)[n - 1], "a decision", timeout=timeout
		)

	def lead(self, who):
		rows = self.sql.rows(
			"select * from leads where org_id = %d and conversation_id = %d" % (self.org, self.conversation(who)["id"])
		)
		return rows[0] if rows else None

	def wait_lead(self, who, timeout=LIVE_S):
		return processes.wait_until(lambda: self.lead(who), "a lead", timeout=timeout)

	def idle(self, timeout=LIVE_S):
		"""Until nothing of the organisation waits to be worked out or sent."""
		processes.wait_until(
			lambda: (
				self.world.open_count(self.org) == 0
				and not self.sql.value("select count(*) as n from lead_jobs where org_id = %d" % self.org)
			),
			"nothing to be left",
			timeout=timeout,
		)


def skill(title, triggers, response=None, handover=False):
	return {
		"title": title,
		"triggers": triggers,
		"response": response or planted.BODY_MARKER + title,
		"requires_human_handover": handover,
	}
