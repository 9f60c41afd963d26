#!/usr/bin/python3
"""A day at the desk in Chromium: customers write, the bot is on, three operators work, one of them on a phone. At its
end no customer is forgotten, the longest wait was always at the top, nothing was sent twice, and a handled conversation
took at most three clicks.

    day.t [CUSTOMERS]        40 without; `make day` plays the whole day of 200; day.mjs is what the browsers do
"""

import os
import sys
from collections import Counter

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import desk, net, planted, processes
from deskbell.desk import Browser, check_logs, use_desk_role
from deskbell.processes import wait_until
from deskbell.stack import Stack
from deskbell.tap import program

CUSTOMERS = int(sys.argv[1]) if len(sys.argv) > 1 else 40
GAP_MS = 120
THINK_MS = 1500
MOST_S = 60 + CUSTOMERS * 2
CLICKS = 3
LATE = 5  # customers who write when the operators have gone home
SKILLS = [
	{
		"title": "Opening hours",
		"triggers": ["when are you open", "opening hours", "are you open on saturday"],
		"response": "We are open from 9 to 19.",
	},
	{
		"title": "Delivery",
		"triggers": ["do you deliver", "how much is delivery", "can you bring it to my house"],
		"response": "We deliver in the whole town.",
	},
	{
		"title": "Weddings",
		"triggers": ["flowers for a wedding", "wedding decoration", "bridal bouquet"],
		"response": "One of us writes to you today.",
		"requires_human_handover": True,
	},
]

# What waits for a person, worked out from what was said and done, and not from waiting_since: the customer's last
# message has neither a person's reply nor what a skill answers after it, and the conversation was not closed since.
WAITS = """
	select v.id from conversations v cross join lateral (
		select m.id, m.created_at from messages m where m.org_id = v.org_id and m.conversation_id = v.id
			and m.direction = 'inbound' order by m.id desc limit 1) m
	where v.org_id = %d
	and not exists (select 1 from messages o where o.org_id = v.org_id and o.conversation_id = v.id and o.id > m.id
		and o.sender = 'operator')
	and not exists (select 1 from messages b where b.org_id = v.org_id and b.conversation_id = v.id and b.id > m.id
		and b.sender = 'bot'
		and (b.body like '%%We are open from 9%%' or b.body like '%%We deliver in the whole%%'))
	and not exists (select 1 from conversation_events e where e.org_id = v.org_id and e.conversation_id = v.id
		and e.kind = 'closed' and e.at > m.created_at)
	order by v.id"""


class Day:
	def __init__(self, tap, stack, port):
		self.tap, self.stack, self.sql, self.port = tap, stack, stack.sql, port
		self.org = stack.organisation("Corner Flowers", "active")
		self.people = ["%s@flowers.example" % name for name in ("ana", "ben", "carla")]
		for email in self.people:
			desk.person(stack, self.org, email, "operator")
		self.channel = stack.connect(self.org, port)
		stack.skills(self.org, [{"enabled": True, "requires_human_handover": False, **s} for s in SKILLS])
		self.lines = []

	def play(self, command):
		given = {
			"origin": "http://127.0.0.1:%d" % self.port,
			"control": self.stack.simulator.url,
			"number": self.channel.phone_number_id,
			"password": planted.PASSWORD,
			"customers": CUSTOMERS,
			"gap_ms": GAP_MS,
			"think_ms": THINK_MS,
			"most_ms": processes.patience(MOST_S) * 1000,
			"operators": [{"email": email, "phone": i == 2} for i, email in enumerate(self.people)],
		}
		walk = node.Walk(command, given, MOST_S + 60, wait_s=10)
		self.lines = walk.lines
		wrong = [line["wrong"] for line in self.lines if "wrong" in line]
		self.tap.ok(
			walk.ended and not wrong,
			"%d customers wrote, and the browsers complained of nothing" % CUSTOMERS,
			"\n".join(wrong[:10]) + walk.errors,
		)

	def settle(self):
		wait_until(
			lambda: (
				not self.sql.value(
					"select (select count(*) from answer_jobs) + (select count(*) from outbox where state in ('queued',"
					" 'sending', 'unknown'))"
				)
			),
			"answers and deliveries",
		)

	def evening(self):
		"""Who writes in the evening stands in Waiting, where nobody works any more."""
		for n in range(LATE):
			self.stack.simulator.control(
				"POST",
				"inbound",
				{
					"phone_number_id": self.channel.phone_number_id,
					"from": str(34700000000 + n),
					"name": "Late %d" % n,
					"text": "is the zeppelin licence included with the accordion?",
				},
			)
		self.settle()

	def forgotten(self):
		browser = Browser(self.port)
		browser.sign_in(self.people[0])
		path, shown = "/inbox?view=waiting", []
		while path:
			page = desk.status(browser.get(path), 200).json
			shown += page["list"]["rows"]
			path = page["list"]["older"]
		waits = [int(w) for w in self.sql.value("select coalesce(json_agg(id), '[]') from (%s) x" % (WAITS % self.org))]
		self.tap.ok(
			sorted(r["id"] for r in shown) == waits and len(waits) >= LATE,
			"who waits stands in Waiting, and nobody else: %d" % len(waits),
			"shown %s, wait %s" % (sorted(r["id"] for r in shown), waits),
		)
		ages = [r["waiting"]["since_s"] for r in shown]
		self.tap.ok(ages == sorted(ages), "the longest wait first", str(ages))

	def check(self):
		operators = [line for line in self.lines if "operator" in line]
		handled = [line["handled"] for line in self.lines if "handled" in line]
		# On a busy machine the three meet more often than people would: what the one who came too late did counts as work.
		clicks, met = sum(o["clicks"] for o in operators), sum("met" in line for line in self.lines)
		self.tap.ok(
			len(operators) == 3 and all(o["looked"] > 3 for o in operators), "the list was looked at with every change"
		)
		self.tap.ok(
			len(handled) >= CUSTOMERS // 2 and all(o["done"] for o in operators),
			"%d conversations were handled by three" % len(handled),
			str(operators),
		)
		self.tap.ok(
			0 < clicks <= CLICKS * (len(handled) + met),
			"%.2f clicks a handled conversation; %d times two met" % (clicks / max(1, len(handled)), met),
			str(operators),
		)
		return handled

	def once(self, handled):
		sent = [
			(d["to"], d["text"]) for d in self.stack.simulator.control("GET", "deliveries?limit=100000")["deliveries"]
		]
		manual = Counter(text for _, text in sent if text.startswith("Reply "))
		twice = [text for text, n in manual.items() if n > 1]
		lost = [h["said"] for h in handled if manual[h["said"]] < 1]
		self.tap.ok(
			not twice and not lost,
			"what %d replies said arrived once each" % len(manual),
			"twice %s, never %s" % (twice[:5], lost[:5]),
		)
		doubled = [pair for pair, n in Counter(sent).items() if n > 1 and not pair[1].startswith("Reply ")]
		self.tap.ok(
			not doubled and len(sent) > CUSTOMERS // 2, "the bot said nothing twice to one customer", str(doubled[:5])
		)


def run(tap):
	command = node.command("day.mjs")
	port = net.free_port()
	settings = {
		"public.base_url": "http://127.0.0.1:%d" % port,
		"answer.typing": "off",
		"answer.debounce_ms": "200",
		"net.private_addresses": "allow",
	}
	with Stack(settings=settings) as stack:
		use_desk_role(stack)
		stack.simulator.behave(ladder=["sent", "delivered"])
		with stack.server("lighttpd-fastcgi", port), stack.sender():
			day = Day(tap, stack, port)
			day.play(command)
			day.settle()
			day.evening()
			day.forgotten()
			day.once(day.check())
		check_logs(stack, tap)


sys.exit(program(run))
