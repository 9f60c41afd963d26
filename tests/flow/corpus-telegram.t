#!/usr/bin/python3
# Every Telegram update and error that was gathered from public projects. Each update, delivered to a bot of its own,
# is answered with 200 and leaves what this file's own reading of it says; sent again, sixteen copies at once, it
# changes nothing. Each error, given as the answer to a delivery, has its class, twice over.
import glob
import json
import os
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, paths
from deskbell.stack import Stack
from deskbell.tap import program

FLAVOUR = "lighttpd-fastcgi"
STORED = (
	"message",
	"edited_message",
	"channel_post",
	"edited_channel_post",
	"callback_query",
	"my_chat_member",
	"message_reaction",
)
# What a message must hold to be something that the customer said; the rest is news of the chat.
CONTENT = (
	"text",
	"animation",
	"photo",
	"video",
	"document",
	"audio",
	"voice",
	"paid_media",
	"video_note",
	"sticker",
	"contact",
	"venue",
	"location",
	"poll",
	"dice",
	"game",
	"story",
	"checklist",
	"giveaway",
	"invoice",
	"live_photo",
	"rich_message",
	"giveaway_winners",
	"web_app_data",
	"successful_payment",
	"refunded_payment",
	"users_shared",
	"chat_shared",
	"passport_data",
	"gift",
	"unique_gift",
)

# The class of each error by the number of its file; HTTP status where the error names no code.
ERRORS = {
	"001": "request",
	"003": "request",
	"006": "request",
	"008": "request",
	"009": "request",
	"011": "recipient",
	"015": "request",
	"019": "retry",
	"021": "recipient",
	"025": "channel-broken",
	"027": "channel-broken",
	"029": "pair-rate",
	"033": "retry",
	"034": "request",
	"036": "retry",
	"038": "request",
	"041": "retry",
}


def load(kind):
	for path in sorted(glob.glob(os.path.join(paths.SHARED_CORPUS, kind, "*.json"))):
		with open(path, encoding="utf-8") as f:
			yield os.path.basename(path), json.load(f)


def listed(kind):
	"""What the list of all that was gathered names."""
	with open(os.path.join(paths.SHARED_CORPUS, "index.tsv"), encoding="utf-8") as f:
		return sorted(line.split("\t")[0].split("/")[1] for line in f if line.startswith(kind + "/"))


def member(value, *keys):
	for key in keys:
		value = value.get(key) if isinstance(value, dict) else None
	return value


def reading(update):
	"""What an update should leave: pieces stored or put aside, texts that may be read, whether something wants an
	answer.
	"""
	pieces = text_like = wants = 0
	for kind in STORED:
		piece = update.get(kind)
		if piece is None:
			continue
		pieces += 1
		chat = (
			member(piece, "chat")
			if kind != "callback_query"
			else member(piece, "message", "chat") or member(piece, "from")
		)
		if member(chat, "id") is None:
			continue
		private = chat.get("type", "private") == "private" and not str(chat["id"]).startswith("-")
		human = not member(piece, "from", "is_bot")
		if kind == "callback_query":
			text_like += bool(piece.get("data"))
			wants += private and human
		elif kind in ("message", "channel_post"):
			text_like += bool(piece.get("text") or piece.get("caption"))
			wants += private and human and any(c in piece for c in CONTENT)
	return {"pieces": pieces, "text_like": text_like, "wants": wants}


def stored(sql, org):
	return sql.row(
		"""select (select count(*) from messages where org_id = %(o)d)
			+ (select count(*) from quarantine where org_id = %(o)d) as pieces,
		(select count(*) from messages where org_id = %(o)d and text_like) as text_like,
		(select coalesce(sum(cardinality(messages)), 0) from answer_jobs where org_id = %(o)d) as wants"""
		% {"o": org}
	)


def post(port, bot, update):
	headers = {"X-Telegram-Bot-Api-Secret-Token": bot.secret, "Content-Type": "application/json"}
	return net.request(port, "POST", bot.path, json.dumps(update).encode(), headers, 60).status


def updates(tap, stack, port):
	cases = [
		(name, update, stack.connect_bot(stack.organisation(name, bot_mode="off")))
		for name, update in load("tg-update")
	]
	assert len(cases) > 50, "the corpus holds %d updates only" % len(cases)
	for name, update, bot in cases:
		status, got, want = post(port, bot, update), stored(stack.sql, bot.org), reading(update)
		tap.ok(
			status == 200 and got == want,
			"%s: 200 and its rows" % name,
			"status %d\ngot:  %s\nwant: %s" % (status, got, want),
		)
	before, statuses = stack.sql.counts(), []
	for _, update, bot in cases:
		threads = [threading.Thread(target=lambda: statuses.append(post(port, bot, update))) for _ in range(16)]
		for t in threads:
			t.start()
		for t in threads:
			t.join()
	tap.equal(set(statuses), {200}, "sent again, 16 copies at once: 200 each")
	tap.equal(stack.sql.counts(), before, "sent again, 16 copies at once: no row more or less")
	wrong = post(port, cases[0][2], [1])
	tap.equal(wrong, 200, "a body that is no update is kept aside")


def reply_queued(stack, bot, chat):
	"""A message by hand in a conversation of its own."""
	stack.sql.script(
		"""with c as (insert into contacts (org_id, name) values (%(o)d, 'Zq') returning id),
		i as (insert into contact_identities (org_id, channel_id, kind, value, contact_id)
			select %(o)d, %(c)d, 'telegram', '%(chat)s', id from c),
		v as (insert into conversations (org_id, channel_id, contact_id, platform) select %(o)d, %(c)d, id, 'telegram' from c
			returning id),
		m as (insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, text_like, status,
			reply_to)
			select %(o)d, id, %(c)d, 'outbound', 'operator', 'text', 'Hello', true, 'queued', '%(chat)s:1' from v
				returning id, conversation_id)
		insert into outbox (org_id, message_id, channel_id, conversation_id, tag)
			select %(o)d, id, %(c)d, conversation_id, 'tag-' || id from m;
		select deskbell_due(%(o)d, 'delivery', now());"""
		% {"o": bot.org, "c": bot.id, "chat": chat}
	)


def errors(tap, stack):
	for turn in ("once", "again"):
		for number, (name, error) in enumerate(load("tg-error")):
			bot = stack.connect_bot(stack.organisation("%s %s" % (name, turn), bot_mode="off"))
			status = int(error.get("error_code", 400))
			stack.simulator.behave(fail_every=1, fail_with={"http": status if status >= 400 else 400, "body": error})
			reply_queued(stack, bot, 1000 + number)
			stack.send_once()
			row = stack.sql.row("select state, error_class, attempts from outbox where org_id = %d" % bot.org)
			want = ERRORS.get(name[:3])
			state = "failed" if want in ("request", "recipient") else "queued"
			tap.ok(
				row == {"state": state, "error_class": want, "attempts": 1},
				"%s, %s: %s, %s" % (name, turn, want, state),
				str(row),
			)
			moved = member(error, "parameters", "migrate_to_chat_id")
			if moved:
				tap.equal(
					stack.sql.value("select value from contact_identities where org_id = %d" % bot.org),
					str(moved),
					"%s, %s: the new id" % (name, turn),
				)
			# What waits must not be sent by the next turn.
			stack.sql.script("update outbox set state = 'cancelled' where org_id = %d;" % bot.org)


def run(tap):
	if not os.path.isdir(os.path.join(paths.SHARED_CORPUS, "tg-update")):
		raise paths.Missing("the corpus of updates (../shared/corpus beside the source tree) is not here")
	with Stack() as stack, stack.server(FLAVOUR) as server:
		for kind in ("tg-update", "tg-error"):
			tap.equal(
				[name for name, _ in load(kind)], listed(kind), "%s: all that was gathered, and nothing else" % kind
			)
		updates(tap, stack, server.port)
		errors(tap, stack)
		stack.check_logs(tap)


sys.exit(program(run))
