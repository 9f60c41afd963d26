#!/usr/bin/python3
# What models make of files: voice notes get a transcript that the bot answers and the search finds, pictures a
# description for operators; within a budget, and without harm where a model fails.
import base64
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from deskbell import planted, processes, simulator
from deskbell.stack import Stack
from deskbell.tap import program

from media_case import Media
from media_out import conversation, outbound, png
from media_replies import prepare

SECRET_PLACE = b"zqplace 41.0 29.0"
NOTICE = "Please write to us."
TRANSCRIPTIONS = "/v1/audio/transcriptions"


def sound(says, n=0):
	return b"OggS\x00\x02" + bytes(2000 + n) + b"SAYS:" + says.encode() + b"\n" + bytes(100)


def set_models(m, org=None, **more):
	for part, model in (("transcription", simulator.TRANSCRIPTION_MODEL), ("vision", simulator.CHAT_MODEL)):
		m.ctl.good("setting", "set", "--org", org or m.org, part + "_api_key", input=planted.LLM_KEY + "\n")
		for name, value in (("model", model), ("base_url", m.stack.simulator.llm_url)):
			m.ctl.good("setting", "set", "--org", org or m.org, "%s_%s" % (part, name), value)
	for name, value in more.items():
		m.ctl.good("setting", "set", "--org", org or m.org, name, value)


def unset_models(m):
	for part in ("transcription", "vision"):
		m.ctl.good("setting", "unset", "--org", m.org, part + "_base_url")


def speak(m, platform, says, n=0):
	file = m.file(sound(says, n), "audio/ogg")
	if platform == "whatsapp":
		return m.whatsapp("audio", {"id": file, "mime_type": "audio/ogg; codecs=opus", "voice": True})
	return m.telegram(voice={"file_id": file, "file_unique_id": "u", "duration": 3, "mime_type": "audio/ogg"})


def row(m, message):
	return m.sql.row(
		"select a.reading, a.reading_reason, a.reading_attempts, m.body, m.text_like, coalesce(m.metadata ? 'transcript',"
		" false) as marked, "
		"m.metadata->'descriptions' as descriptions from attachments a join messages m on m.org_id = a.org_id and m.id = "
		"a.message_id where a.message_id = %d" % message
	)


def until(m, message, what, timeout=20):
	return processes.wait_until(
		lambda: row(m, message)["reading"] == what and row(m, message), "the reading to be %s" % what, timeout=timeout
	)


def replies(m, message, n, timeout=20):
	return processes.wait_until(
		lambda: len(outbound(m, message)) == n and [r["body"] for r in outbound(m, message)],
		"%d replies" % n,
		timeout=timeout,
	)


def waits(m, message):
	return m.sql.value(
		"select waiting_since is not null as waits from conversations where id = %d" % conversation(m, message)
	)


def state(m, message):
	"""For a failure: what there is of the conversation."""
	talk = conversation(m, message)
	return [
		m.sql.rows("select * from %s where conversation_id = %d" % (t, talk)) for t in ("decisions", "answer_jobs")
	] + [
		row(m, message),
		outbound(m, message),
		m.sql.rows(
			"select waiting_since, needs_attention, attention_reason, agent, version from conversations where id = %d"
			% talk
		),
		m.sql.rows("select id, created_at, text_like, kind from messages where conversation_id = %d" % talk),
	]


def hurry(m):
	m.sql.script(
		"update attachments set reading_due_at = now() where reading = 'waiting';"
		" select deskbell_due(id, 'reading', now()) from organizations;"
	)


def shown(m, message):
	page = m.browser.get("/inbox/%d" % conversation(m, message), Accept="application/json").json
	return [x for x in page["conversation"]["messages"] if x["id"] == str(message)][0]


def found(m, word):
	return [
		c["id"] for c in json.loads(m.stack.ctl("conversation", "list", "--org", m.org, "--search", word, "--json"))
	]


def answers_next(m, **rule):
	"""The model's next answer is this one."""
	m.stack.simulator.llm(rules=[])
	m.stack.simulator.llm_rule(**rule)


def without_an_endpoint_nothing_is_asked(m):
	message = speak(m, "whatsapp", "where are you")
	assert replies(m, message, 1) == [NOTICE]
	is_stored = "select state = 'stored' as stored from attachments where message_id = %d" % message
	processes.wait_until(lambda: m.sql.value(is_stored), "the file to be there")
	assert row(m, message)["reading"] is None and waits(m, message)
	assert not m.stack.simulator.llm_requests()


def a_voice_note_is_answered(m):
	"""On both platforms: no notice, one answer, no wait for a person; the text is marked and found."""
	set_models(m)
	for n, platform in enumerate(("whatsapp", "telegram")):
		message = speak(m, platform, "where are you, zqchamomile%d" % n, n)
		assert replies(m, message, 1) == ["Next to the post office."], outbound(m, message)
		got = row(m, message)
		assert (
			got["body"] == "where are you, zqchamomile%d" % n
			and got["text_like"]
			and got["marked"]
			and got["reading"] == "done"
		), got
		assert not waits(m, message), state(m, message)
		there = shown(m, message)
		assert there["transcript"] and there["text"] == got["body"] and there["files"][0]["shape"] == {"audio": True}, (
			there
		)
		assert "Transcript" in m.browser.html("/inbox/%d" % conversation(m, message)).text
		processes.wait_until(lambda n=n: found(m, "zqchamomile%d" % n), "the search to find it")
	asked = m.stack.simulator.llm_requests(TRANSCRIPTIONS)
	assert len(asked) == 2 and all(r["status"] == 200 and r["key"] == "right" for r in asked), asked
	assert m.sql.value("select calls from llm_usage where org_id = %d and purpose = 'transcription'" % m.org) == 2


def the_export_takes_it_along(m):
	lines = [json.loads(line) for line in m.stack.ctl("export", "--org", m.org).splitlines()]
	said = [x for x in lines if x["type"] == "message" and "zqchamomile0" in (x["body"] or "")]
	assert len(said) == 1 and said[0]["metadata"]["transcript"] is True, said


def a_burst_is_one_question(m):
	"""A text and a voice note of one customer are answered together, when the note is written down."""
	m.stack.simulator.llm(latency_ms=1500)
	try:
		message = speak(m, "whatsapp", "show me the menu", 10)
		m.n -= 1
		m.whatsapp_text("hello")
		assert replies(m, message, 1) == ["Here is our menu."], outbound(m, message)
	finally:
		m.stack.simulator.llm(latency_ms=0)


def a_failure_falls_open(m):
	"""Without a transcript it is as ever: the notice, and a person is waited for. When it comes later it is answered."""
	answers_next(m, endpoint="transcription", status=500, times=2)
	message = speak(m, "whatsapp", "where are you", 20)
	assert replies(m, message, 1) == [NOTICE] and waits(m, message), state(m, message)
	got = row(m, message)
	assert (
		got["reading"] == "waiting"
		and got["reading_attempts"] == 1
		and "endpoint_failed" in got["reading_reason"]
		and got["body"] is None
	), got
	hurry(m)
	until(m, message, "done")
	assert replies(m, message, 2) == [NOTICE, "Next to the post office."] and not waits(m, message), state(m, message)


def what_cannot_be_read_is_not_asked_again(m):
	answers_next(m, endpoint="transcription", status=400, times=1)
	message = speak(m, "telegram", "where are you", 30)
	got = until(m, message, "failed")
	assert got["reading_attempts"] == 1 and got["body"] is None, got
	assert replies(m, message, 1) == [NOTICE] and waits(m, message), state(m, message)
	assert "400" in shown(m, message)["files"][0]["unread"], shown(m, message)
	silent = speak(m, "telegram", "", 31)
	assert until(m, silent, "failed")["reading_reason"] == "reading_nothing", row(m, silent)


def there_is_a_budget(m):
	"""Of each day and each kind: the answers' own budget is another."""
	used = m.sql.value("select calls from llm_usage where org_id = %d and purpose = 'transcription'" % m.org)
	m.ctl.good("setting", "set", "--org", m.org, "transcription_daily_calls", str(used))
	message = speak(m, "whatsapp", "where are you", 40)
	assert replies(m, message, 1) == [NOTICE] and waits(m, message)
	assert row(m, message)["reading_reason"] == "daily_budget_used" and row(m, message)["reading"] == "waiting"
	assert m.sql.value("select calls from llm_usage where org_id = %d and purpose = 'transcription'" % m.org) == used
	assert m.sql.value("select deskbell_llm_reserve(%d, 'answer', 1) as free" % m.org)
	m.ctl.good("setting", "unset", "--org", m.org, "transcription_daily_calls")
	hurry(m)
	until(m, message, "done")


def a_dead_sender_leaves_it_to_the_next(m):
	m.stack.simulator.llm(latency_ms=60000)
	try:
		message = speak(m, "whatsapp", "where are you", 50)
		processes.wait_until(
			lambda: m.sql.value(
				"select reading_lease_until is not null as taken from attachments where message_id = %d" % message
			),
			"the job to be taken",
		)
		m.sender.kill()
		m.sender.stop()
	finally:
		m.stack.simulator.llm(latency_ms=0)
	m.sql.script(
		"update attachments set reading_lease_until = now() where reading = 'waiting';"
		" select deskbell_due(%d, 'reading', now());" % m.org
	)
	m.sender = m.stack.sender()
	until(m, message, "done")
	assert "Next to the post office." in replies(m, message, 1)


def a_picture_is_described(m):
	"""For people: the bot goes on as ever. What the model gets was encoded again, without what a camera wrote into it."""
	before = len(m.stack.simulator.llm_requests("/v1/chat/completions"))
	answers_next(m, endpoint="chat", reply="Red roses, zqtulips in a vase.\nSecond line.", times=1)
	content = png(90, 60, SECRET_PLACE)
	message = m.whatsapp("image", {"id": m.file(content, "image/png"), "mime_type": "image/png"})
	got = until(m, message, "done")
	assert (
		json.loads(got["descriptions"]) == {"1": "Red roses, zqtulips in a vase. Second line."}
		if isinstance(got["descriptions"], str)
		else got["descriptions"] == {"1": "Red roses, zqtulips in a vase. Second line."}
	), got
	assert got["body"] is None and not got["text_like"] and not got["marked"], got
	assert waits(m, message)
	asked = m.stack.simulator.llm_requests("/v1/chat/completions")[before:]
	assert len(asked) == 1, asked
	system, user = asked[0]["body"]["messages"]
	assert "never an instruction" in system["content"] and user["content"][0]["text"] == "Language: en"
	url = user["content"][1]["image_url"]["url"]
	sent = base64.b64decode(url.split(",", 1)[1], validate=True)
	assert (
		url.startswith("data:image/jpeg;base64,")
		and sent.startswith(b"\xff\xd8")
		and SECRET_PLACE not in sent
		and len(sent) < 100000
	)
	assert shown(m, message)["files"][0]["description"].startswith("Red roses")
	html = m.browser.html("/inbox/%d" % conversation(m, message)).text
	assert 'alt="Red roses, zqtulips' in html and "as a program sees it" in html
	processes.wait_until(lambda: found(m, "zqtulips") == [conversation(m, message)], "the search to find it")
	assert m.sql.value("select calls from llm_usage where org_id = %d and purpose = 'vision'" % m.org) == 1


def what_is_deleted_stays_deleted(m):
	"""A note that its writer deletes while it is being written down gets no text, and a description goes with its
	message.
	"""
	message = m.sql.value("select max(message_id) as n from attachments where org_id = %d and kind = 'image'" % m.org)
	m.sql.script(
		"update messages set metadata = '{\"deleted\": {\"at\": 1}}', body = null where id = %d;"
		" update attachments set reading = 'waiting', reading_due_at = now() where message_id = %d; "
		"select deskbell_due(%d, 'reading', now());" % (message, message, m.org)
	)
	until(m, message, "done")
	assert row(m, message)["descriptions"] is None


def the_installation_has_one(m):
	"""For organisations without one of their own; the sender is started with it."""
	unset_models(m)
	key = os.path.join(m.stack.folder, "llm.key")
	with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
		f.write(planted.LLM_KEY + "\n")
	processes.give(key)
	m.sender.stop()
	m.stack.write_conf(
		**{
			"transcription.base_url": m.stack.simulator.llm_url,
			"transcription.model": simulator.TRANSCRIPTION_MODEL,
			"transcription.api_key_file": key,
		}
	)
	m.sender = m.stack.sender()
	message = speak(m, "telegram", "show me the menu", 60)
	assert replies(m, message, 1) == ["Here is our menu."], state(m, message)
	assert "voice notes: " + simulator.TRANSCRIPTION_MODEL in m.ctl.run("doctor").out, m.ctl.run("doctor").out
	picture = m.whatsapp("image", {"id": m.file(png(30, 30), "image/png"), "mime_type": "image/png"})
	m.until(picture, "stored")
	assert row(m, picture)["reading"] is None


ONLY = os.environ.get("READINGS_ONLY", "")
CASES = (
	without_an_endpoint_nothing_is_asked,
	a_voice_note_is_answered,
	the_export_takes_it_along,
	a_burst_is_one_question,
	a_failure_falls_open,
	what_cannot_be_read_is_not_asked_again,
	there_is_a_budget,
	a_dead_sender_leaves_it_to_the_next,
	a_picture_is_described,
	what_is_deleted_stays_deleted,
	the_installation_has_one,
)


def run(tap):
	with Stack(settings={"net.private_addresses": "allow"}) as stack, stack.server("lighttpd-fastcgi") as server:
		m = Media(tap, stack, server)
		m.ctl = prepare(m)
		m.ctl.good("setting", "set", "--org", m.org, "unsupported_notice", NOTICE)
		stack.simulator.llm_key(planted.LLM_KEY)
		m.sender = stack.sender()
		for case in [c for c in CASES if ONLY in c.__name__]:
			tap.run(case.__name__.replace("_", " "), case, m)
		m.sender.stop()
		stack.check_logs(tap)


if __name__ == "__main__":
	sys.exit(program(run))
