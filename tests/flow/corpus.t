#!/usr/bin/python3
# Every webhook payload that was gathered from public documentation and projects, re-signed for test channels: each is
# answered with 200 and leaves exactly the rows that expect.tsv tells (which knows no captions, which are read as
# texts, and neither calls nor what is imported); sent again, sixteen copies at once, it changes nothing; all of them
# together in one delivery take one transaction, and a delivery of a thousand updates that are known already changes
# nothing.
import copy
import csv
import glob
import json
import os
import random
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, paths, planted
from deskbell.stack import Stack
from deskbell.tap import program

PATH = "/api/webhooks/whatsapp"
FLAVOUR = "lighttpd-fastcgi"


def expectations():
	with open(os.path.join(paths.SHARED_CORPUS, "expect.tsv"), encoding="utf-8", newline="") as f:
		rows = csv.DictReader(f, delimiter="\t")
		return {
			os.path.basename(r["file"]): {
				"messages": int(r["messages"]),
				"text_like": int(r["text_like"]),
				"statuses": int(r["statuses"]),
				"echoes": int(r["echoes"]),
				"texts": json.loads(r["texts_json"]),
			}
			for r in rows
			if r["file"].startswith("wa-webhook/")
		}


def captions(payload):
	"""The captions of customers' media, outside of echoes, in order."""
	values = [c.get("value") for e in payload["entry"] for c in e.get("changes", []) if isinstance(c, dict)]
	messages = [m for v in values if isinstance(v, dict) for m in v.get("messages", []) if isinstance(m, dict)]
	held = [m.get(m.get("type")) for m in messages if m.get("type") in ("image", "video", "document")]
	return [h["caption"] for h in held if isinstance(h, dict) and h.get("caption")]


def expected(payload, want):
	"""What expect.tsv wants, with the captions."""
	texts = captions(payload)
	return {**want, "text_like": want["text_like"] + len(texts), "texts": want["texts"] + texts}


def payloads():
	for path in sorted(glob.glob(os.path.join(paths.SHARED_CORPUS, "wa-webhook", "*.json"))):
		with open(path, encoding="utf-8") as f:
			yield os.path.basename(path), json.load(f)


def addressed(payload, channel):
	"""The payload with the ids of a test channel; everything else as it was."""
	payload = copy.deepcopy(payload)
	for entry in payload["entry"]:
		entry["id"] = channel.account_id
		for change in entry.get("changes", []):
			if isinstance(change, dict) and isinstance(change.get("value"), dict):
				change["value"].setdefault("metadata", {})["phone_number_id"] = channel.phone_number_id
	return payload


def post(port, channel, payload):
	body = json.dumps(payload).encode()
	return net.request(
		port,
		"POST",
		PATH,
		body,
		{"X-Hub-Signature-256": net.signature(channel.app_secret, body), "Content-Type": "application/json"},
		60,
	)


def stored(sql, org):
	"""What a payload left behind for its organisation, in the words of expect.tsv."""
	found = sql.row(
		"""select
		(select count(*) from messages where org_id = %(o)d and direction = 'inbound' and kind not in ('call', 'handover')
			and not coalesce(metadata ? 'imported', false))
			+ (select count(*) from quarantine where org_id = %(o)d and kind = 'message') as messages,
		(select count(*) from messages where org_id = %(o)d and direction = 'inbound' and text_like
			and not coalesce(metadata ? 'imported', false)) as text_like,
		(select count(*) from parked_statuses where org_id = %(o)d)
			+ (select count(*) from quarantine where org_id = %(o)d and kind = 'status') as statuses,
		(select count(*) from messages where org_id = %(o)d and direction = 'outbound'
			and not coalesce(metadata ? 'imported', false))
			+ (select count(*) from quarantine where org_id = %(o)d and kind = 'echo') as echoes,
		(select coalesce(json_agg(body order by id), '[]') from messages where org_id = %(o)d and direction = 'inbound'
			and text_like and not coalesce(metadata ? 'imported', false)) as texts
		"""
		% {"o": org}
	)
	return found


def each_alone(tap, stack, port, cases):
	for name, payload, channel, want in cases:
		answer = post(port, channel, addressed(payload, channel))
		got = stored(stack.sql, channel.org)
		tap.ok(
			answer.status == 200 and got == want,
			"%s: 200 and the rows of expect.tsv" % name,
			"status %d\ngot:  %s\nwant: %s" % (answer.status, got, want),
		)


def sixteen_copies(tap, stack, port, cases):
	before = stack.sql.counts()
	statuses = []

	def send(payload, channel):
		statuses.append(post(port, channel, payload).status)

	for _, payload, channel, _ in cases:
		threads = [threading.Thread(target=send, args=(addressed(payload, channel), channel)) for _ in range(16)]
		for t in threads:
			t.start()
		for t in threads:
			t.join()
	tap.ok(
		statuses == [200] * (16 * len(cases)),
		"sent again, 16 copies at once: 200 each",
		"other statuses: %s" % sorted({s for s in statuses if s != 200}),
	)
	tap.equal(stack.sql.counts(), before, "sent again, 16 copies at once: no row more or less")


def one_batch(tap, stack, port, cases):
	"""All payloads in one delivery, to as many channels of one app, which have nothing yet."""
	fresh = [
		(payload, stack.connect(stack.organisation("batch " + name, bot_mode="off"))) for name, payload, _, _ in cases
	]
	batch = {"object": "whatsapp_business_account", "entry": []}
	for payload, channel in fresh:
		batch["entry"] += addressed(payload, channel)["entry"]
	before = stack.sql.commits()
	answer = post(port, fresh[0][1], batch)
	used = stack.sql.commits() - before
	tap.equal(answer.status, 200, "all payloads in one delivery: 200")
	tap.equal(used, 1, "all payloads in one delivery: one transaction")
	wrong = [
		(name, stored(stack.sql, channel.org), want)
		for (name, _, _, want), (_, channel) in zip(cases, fresh)
		if stored(stack.sql, channel.org) != want
	]
	tap.ok(
		not wrong,
		"all payloads in one delivery: the rows of expect.tsv",
		"\n".join("%s: %s, want %s" % w for w in wrong),
	)
	return fresh[0][1], batch


def updates(entry):
	return max(1, len(entry.get("changes", [])))


def thousand_updates(tap, stack, port, channel, batch):
	"""A delivery of as many updates as Meta ever puts into one, all of them known."""
	entries, n = [], 0
	while n < 1000:
		for entry in batch["entry"]:
			if n + updates(entry) > 1000:
				n = 1000
				break
			entries.append(entry)
			n += updates(entry)
	before, first = stack.sql.counts(), stack.sql.commits()
	answer = post(port, channel, {"object": "whatsapp_business_account", "entry": entries})
	used = stack.sql.commits() - first
	tap.equal(answer.status, 200, "a thousand known updates: 200")
	tap.ok(used <= 1, "a thousand known updates: one transaction", "%d transactions" % used)
	tap.equal(stack.sql.counts(), before, "a thousand known updates: no row more or less")


def nodes(value, path=()):
	"""The path of every member and element."""
	for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
		yield path + (key,)
		yield from nodes(value[key], path + (key,))


def mutated(random, payload, k):
	"""The payload with one member dropped, null, of another type, or there twice; as text. What takes the place of a
	value differs from delivery to delivery, as ids do.
	"""
	*path, last = random.choice(list(nodes(payload)))
	holder = payload
	for key in path:
		holder = holder[key]
	how = random.choice(("drop", "null", "retype", "twice"))
	if how == "drop":
		del holder[last]
	elif how == "null":
		holder[last] = None
	elif how == "retype":
		holder[last] = random.choice(
			[
				v
				for v in (7000000 + k, "zq%d" % k, True, [], {}, [[]], 1e200 * (k + 1))
				if type(v) is not type(holder[last])
			]
		)
	elif isinstance(holder, dict):
		text = json.dumps(payload)
		member = json.dumps({last: holder[last]})[1:-1]
		return text.replace(member, json.dumps(str(last)) + ": null, " + member, 1)
	return json.dumps(payload)


def is_elsewhere(change, channel):
	"""Of another number of the account: what is for that one is not taken."""
	named = (
		change.get("value", {}).get("metadata", {}).get("phone_number_id")
		if isinstance(change.get("value"), dict) and isinstance(change["value"].get("metadata"), dict)
		else None
	)
	return (
		isinstance(named, (int, float, str))
		and not isinstance(named, bool)
		and str(named) not in ("", channel.phone_number_id)
	)


def texts_of(text, channel):
	"""The markers that a reader of the delivery finds as texts of messages to the channel."""
	found = []
	payload = json.loads(text)
	for entry in payload["entry"] if isinstance(payload.get("entry"), list) else ():
		if isinstance(entry, dict) and isinstance(entry.get("changes"), list):
			entry["changes"] = [c for c in entry["changes"] if not isinstance(c, dict) or not is_elsewhere(c, channel)]
	for path in nodes(payload):
		value = payload
		for key in path:
			value = value[key]
		if isinstance(value, str) and value.startswith("zqtext-") and path[-2:] == ("text", "body"):
			found.append(value)
	return found


def plant(value, k, n=0):
	"""Gives each message an id and a text of its own, and what was before a time that is not too long ago; returns
	how many there are.
	"""
	if isinstance(value, dict) and isinstance(value.get("text"), dict) and "body" in value["text"]:
		value["text"]["body"] = "zqtext-%d-%d-" % (k, n)
		if "id" in value:
			value["id"] = "wamid.m%d.%d" % (k, n)
		if "history_context" in value:
			value["timestamp"] = str(int(time.time()) - 86400)
		return n + 1
	for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
		n = plant(value[key], k, n)
	return n


def mutations(tap, stack, port, n, seed=20261130):
	"""Deliveries with one mistake each leave no conversation without a message, and no text that is kept nowhere."""
	rng = random.Random(seed)
	org = stack.organisation("mutations", bot_mode="off")
	channel = stack.connect(org)
	sources = [
		p
		for name, p in payloads()
		if "msg-" in name or "echo" in name or "status" in name or "calls" in name or "history" in name
	]
	statuses, planted_texts = {}, []
	for k in range(n):
		text = json.dumps(addressed(rng.choice(sources), channel)).replace("wamid.", "wamid.m%d." % k)
		payload = json.loads(text)
		plant(payload, k)
		body = mutated(rng, payload, k)
		data = body.encode()
		answer = net.request(
			port,
			"POST",
			PATH,
			data,
			{"X-Hub-Signature-256": net.signature(channel.app_secret, data), "Content-Type": "application/json"},
			60,
		)
		statuses[answer.status] = statuses.get(answer.status, 0) + 1
		if answer.status == 200:
			planted_texts += [(t, body) for t in texts_of(body, channel)]
	tap.ok(
		set(statuses) <= {200, 401} and statuses.get(200, 0) > n * 0.9,
		"%d deliveries with a mistake: taken, or not ours" % n,
		str(statuses),
	)
	tap.equal(
		stack.sql.value(
			"select count(*) from conversations v where v.org_id = %d and not exists (select 1 from messages m where "
			"m.org_id = v.org_id and m.conversation_id = v.id)" % org
		),
		0,
		"%d deliveries with a mistake: no conversation without a message" % n,
	)
	kept = stack.sql.value(
		"""select coalesce((select string_agg(concat(body, metadata::text), ' ') from messages where org_id = %(o)d), '')
		|| coalesce((select string_agg(encode(payload, 'escape'), ' ') from quarantine where org_id = %(o)d), '')"""
		% {"o": org}
	)
	lost = [body for text, body in planted_texts if text not in kept]
	tap.ok(
		not lost and planted_texts,
		"%d deliveries with a mistake: every text is kept" % n,
		"%d lost of %d texts\n%s" % (len(lost), len(planted_texts), "\n".join(lost[:20])),
	)
	if n > 1000:
		print(
			"# %s; %s"
			% (
				statuses,
				stack.sql.row(
					"""select (select count(*) from messages where org_id = %(o)d) as messages,
						(select count(*) from conversations where org_id = %(o)d) as conversations,
						(select count(*) from quarantine where org_id = %(o)d) as put_aside"""
					% {"o": org}
				),
			),
			"%d texts" % len(planted_texts),
		)


def run(tap):
	if not os.path.exists(os.path.join(paths.SHARED_CORPUS, "expect.tsv")):
		raise paths.Missing("the corpus of payloads (../shared/corpus beside the source tree) is not here")
	want = expectations()
	with Stack(with_simulator=False) as stack, stack.server(FLAVOUR) as server:
		# Nothing but the receiver may use up transaction numbers here.
		stack.postgres.admin("alter system set autovacuum = off; select pg_reload_conf()")
		cases = [
			(
				name,
				payload,
				stack.connect(stack.organisation(name, bot_mode="off"), app_secret=planted.APP_SECRET + str(n)),
				expected(payload, want[name]),
			)
			for n, (name, payload) in enumerate(payloads())
		]
		mutations(tap, stack, server.port, int(os.environ.get("DESKBELL_MUTATIONS", "300")))
		each_alone(tap, stack, server.port, cases)
		sixteen_copies(tap, stack, server.port, cases)
		channel, batch = one_batch(tap, stack, server.port, cases)
		thousand_updates(tap, stack, server.port, channel, batch)
		stack.check_logs(tap)


sys.exit(program(run))
