"""Compares what the simulated customers received with what the database says was committed. Knows nothing of how
either came about.

    problems, numbers = check(rows(sql), deliveries, statuses, acknowledged)

`problems` is a list of (kind, words); the kinds:

    lost          counted as sent, received by nobody
    invented      received, never committed
    changed       received with another text, or by another customer
    twice         received more than once, and not as the marked second try of an unknown outcome of
    which no status had told
    order         received before a message of the same conversation that was committed earlier
    unexplained   failed without class, code or reason
    contradicted  the message and its delivery say different things, or it counts as failed and was received
    waiting       still on its way although everything should be over
    inbound       acknowledged with 200 and stored not at all or more than once
"""

import collections

SENT = ("accepted", "sent", "delivered", "read")
OPEN = ("queued", "sending", "unknown")

ROWS = """select m.org_id, m.id, m.conversation_id, m.direction, m.status, m.body, m.provider_id, m.error,
	ch.platform, ch.external_id,
	coalesce(v.contact_phone, (select i.value from contact_identities i where i.org_id = v.org_id
		and i.contact_id = v.contact_id and i.kind = 'telegram')) as contact_phone,
	o.state, o.tag, o.attempts, o.resends, o.error_class, o.error_code, o.error as delivery_error,
	(extract(epoch from o.settled_at) * 1000)::bigint as settled_ms
	from messages m join conversations v on v.org_id = m.org_id and v.id = m.conversation_id
	join channels ch on ch.org_id = m.org_id and ch.id = m.channel_id
	left join outbox o on o.org_id = m.org_id and o.message_id = m.id"""


def rows(sql, org=None):
	"""Every message with its delivery, of one organisation or of all."""
	return sql.rows(ROWS + (" where m.org_id = %d" % org if org else "") + " order by m.org_id, m.id")


def status_times(webhooks):
	"""When the first status of each message was acknowledged: {wamid: ms}, from the simulator's list of what it sent."""
	told = {}
	for w in webhooks:
		if w["kind"] == "status" and w["status"] == 200:
			wamid = w["what"].rsplit(" ", 1)[-1]
			told[wamid] = min(w["at_ms"], told.get(wamid, w["at_ms"]))
	return told


def tag_by_content(messages, deliveries):
	"""Telegram carries no tag: each of its deliveries gets the tag of the message that has its id; one whose answer was
	lost that of the earliest message of the same text to the same person that was not received before, and that had not
	been given up by then if there is such a one."""
	out = [m for m in messages if m["direction"] == "outbound" and m["tag"] and m.get("platform") == "telegram"]
	by_id = {(m["external_id"], m["provider_id"]): m for m in out if m["provider_id"]}
	settled, rest = {}, []
	for d in deliveries:
		m = by_id.get((d["phone_number_id"], d["wamid"])) if d["tag"] is None else None
		if m:
			d["tag"] = m["tag"]
			settled[m["tag"]] = d["n"]
		elif d["tag"] is None:
			rest.append(d)
	for d in rest:
		fitting = [
			m
			for m in out
			if (m["external_id"], m["contact_phone"], m["body"]) == (d["phone_number_id"], d["to"], d["text"])
			and settled.get(m["tag"], d["n"] + 1) > d["n"]
			and sum(1 for e in deliveries if e["tag"] == m["tag"]) <= m["resends"]
		]
		given_up = lambda m: m["status"] == "failed" and (m["settled_ms"] or d["at_ms"]) < d["at_ms"]
		if fitting:
			d["tag"] = min(fitting, key=given_up)["tag"]


class _Check:
	def __init__(self, messages, deliveries, statuses, acknowledged):
		self.out = [m for m in messages if m["direction"] == "outbound" and m["tag"]]
		self.inbound = [m for m in messages if m["direction"] == "inbound"]
		self.by_tag = {m["tag"]: m for m in self.out}
		self.deliveries, self.statuses, self.acknowledged = deliveries, statuses, acknowledged
		self.received = collections.defaultdict(list)
		for d in deliveries:
			self.received[d["tag"]].append(d)
		self.problems = []

	def say(self, kind, message, words):
		self.problems.append(
			(
				kind,
				"message %s of conversation %s (%s, %s): %s"
				% (message["id"], message["conversation_id"], message["status"], message["state"], words),
			)
		)

	def invented(self):
		for d in self.deliveries:
			m = self.by_tag.get(d["tag"])
			if m is None:
				self.problems.append(("invented", "delivery %d with tag %s was never committed" % (d["n"], d["tag"])))
			elif (
				d["text"] != m["body"]
				or (d["to"] or "").lstrip("+") != (m["contact_phone"] or "").lstrip("+")
				or d["phone_number_id"] != m["external_id"]
			):
				self.say("changed", m, "received with another text or by somebody else")

	def each_message(self):
		for m in self.out:
			got = self.received.get(m["tag"], [])
			if m["status"] in SENT and not got:
				self.say("lost", m, "nobody received it")
			if m["state"] in OPEN or (m["status"] not in SENT and m["status"] not in ("failed", "cancelled")):
				self.say("waiting", m, "it has not come to an end")
			if (m["state"] == "accepted") != (m["status"] in SENT) or (m["state"] == "failed") != (
				m["status"] == "failed"
			):
				self.say("contradicted", m, "message and delivery disagree")
			if m["status"] == "failed":
				self.failed(m, got)
			self.twice(m, got)

	def failed(self, m, got):
		error = m["error"] or {}
		lacking = [k for k in ("class", "code") if not error.get(k)]
		lacking += [] if (error.get("reason") or {}).get("code") else ["reason"]
		lacking += [k for k in ("error_class", "error_code", "delivery_error") if not m[k]]
		if lacking:
			self.say("unexplained", m, "without " + ", ".join(lacking))
		if got and m["error_class"] != "unknown":
			self.say("contradicted", m, "counts as failed (%s) and was received" % m["error_class"])

	def twice(self, m, got):
		if len(got) > 1 + m["resends"]:
			self.say("twice", m, "received %d times with %d marked tries more" % (len(got), m["resends"]))
		for earlier, later in zip(got, got[1:]):
			if self.statuses.get(earlier["wamid"], later["at_ms"]) < later["at_ms"]:
				self.say("twice", m, "received again although a status of the first had come")

	def order(self):
		last = {}
		for d in self.deliveries:
			m = self.by_tag.get(d["tag"])
			if m is None or d is not self.received[d["tag"]][0]:
				continue
			key = m["org_id"], m["conversation_id"]
			if key in last and last[key]["id"] > m["id"]:
				self.say("order", m, "received after message %s" % last[key]["id"])
			else:
				last[key] = m

	def stored(self):
		count = collections.Counter((m["external_id"], m["provider_id"]) for m in self.inbound)
		for key in self.acknowledged:
			if count[key] != 1:
				self.problems.append(("inbound", "%s is stored %d times" % (key, count[key])))

	def numbers(self):
		status = collections.Counter(m["status"] for m in self.out)
		blind = {m["tag"] for m in self.out if m.get("platform") == "telegram"}
		return {
			"inbound": len(self.inbound),
			"acknowledged": len(self.acknowledged),
			"outbound": len(self.out),
			"received": len(self.deliveries),
			"received_once": sum(1 for d in self.received.values() if len(d) == 1),
			"sent_again": sum(1 for m in self.out if m["resends"]),
			"twice_marked": sum(len(d) for tag, d in self.received.items() if len(d) > 1 and tag in blind),
			"retried": sum(1 for m in self.out if m["attempts"] > 1),
			"status": dict(status),
			"failed": dict(
				collections.Counter(
					"%s %s" % (m["error_class"], m["error_code"]) for m in self.out if m["status"] == "failed"
				)
			),
		}


def check(messages, deliveries, statuses=None, acknowledged=()):
	"""`deliveries` in the order in which customers got them; `acknowledged` are (phone number id, wamid) of what the
	webhook answered with 200.
	"""
	tag_by_content(messages, deliveries)
	c = _Check(messages, deliveries, statuses or {}, acknowledged)
	c.invented()
	c.each_message()
	c.order()
	c.stored()
	return c.problems, c.numbers()
