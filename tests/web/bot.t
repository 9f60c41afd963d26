#!/usr/bin/python3
# The bot's settings through the form: mode, every setting of the table, keys, working hours with a real answer, the
# test of the models.
import json
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import desk, planted, processes, simulator
from deskbell.desk import Browser, check_logs, person, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program

PAGE = "/settings/bot"
FIELDS = {
	"fallback_text": "Nothing to say.\nSorry.",
	"handover_text": "Ana comes.",
	"unsupported_text": "Please write.",
	"disclosure": "yes",
	"disclosure_text": "A machine writes.",
	"greeting_text": "Hello you.",
	"acknowledgement_text": "Any time.",
	"identity_text": "A bot.",
	"question_back_text": "What?",
	"closures": "2026-12-24..2026-12-26 Christmas\n2027-01-01",
	"openings": "2026-12-29 10:00-15:00 between",
	"skill_threshold": "0.5",
	"knowledge_threshold": "0.4",
	"fallbacks_before_handover": "0",
	"hand_on_after_min": "90",
	"reply_cap": "7",
	"close_returns": "yes",
	"leads": "yes",
	"leads_while_operator": "yes",
	"hot_score": "9",
	"hot_action": "switch",
	"hours_on": "yes",
	"from_mon": "09:00",
	"to_mon": "18:00",
	"away_text": "We sleep.",
	"time_zone": "Europe/Madrid",
	"llm_url": "https://llm.example.com/v1/",
	"llm_model": "m",
	"llm_key": planted.LLM_KEY,
	"llm_daily_calls": "5",
	"embeddings_url": "https://e.example.com/v1",
	"embeddings_model": "e",
	"embeddings_inputs": "model e-query",
	"embeddings_key": planted.LLM_KEY + "e",
	"transcription_url": "https://t.example.com/v1",
	"transcription_model": "t",
	"transcription_key": planted.LLM_KEY + "t",
	"transcription_daily_calls": "6",
	"vision_url": "https://v.example.com/v1",
	"vision_model": "v",
	"vision_key": planted.LLM_KEY + "v",
	"vision_daily_calls": "8",
}
STORED = {
	"fallback_text": "Nothing to say.\nSorry.",
	"handover_text": "Ana comes.",
	"unsupported_notice": "Please write.",
	"disclosure": "on",
	"disclosure_text": "A machine writes.",
	"greeting_text": "Hello you.",
	"acknowledgement_text": "Any time.",
	"identity_text": "A bot.",
	"question_back_text": "What?",
	"closures": "2026-12-24..2026-12-26 Christmas\n2027-01-01",
	"openings": "2026-12-29 10:00-15:00 between",
	"skill_threshold": 0.5,
	"knowledge_threshold": 0.4,
	"fallbacks_before_handover": 0,
	"hand_on_after_min": 90,
	"reply_cap_per_hour": 7,
	"close_returns": "on",
	"leads": "on",
	"leads_while_operator": "on",
	"hot_lead_score": 9,
	"hot_lead_action": "switch",
	"working_hours": "mon 09:00-18:00",
	"out_of_hours_text": "We sleep.",
	"time_zone": "Europe/Madrid",
	"llm_base_url": "https://llm.example.com/v1",
	"llm_model": "m",
	"llm_daily_calls": 5,
	"embeddings_base_url": "https://e.example.com/v1",
	"embeddings_model": "e",
	"embeddings_inputs": "model e-query",
	"transcription_base_url": "https://t.example.com/v1",
	"transcription_model": "t",
	"transcription_daily_calls": 6,
	"vision_base_url": "https://v.example.com/v1",
	"vision_model": "v",
	"vision_daily_calls": 8,
}
SECRETS = ("llm_api_key", "embeddings_api_key", "transcription_api_key", "vision_api_key")
# Which page has which fields; days and the rest are on the first one.
HOURS, EXPERT = PAGE + "/hours", PAGE + "/expert"
PARTS = {
	HOURS: {"closures", "found", "openings", "hours_on", "working_hours", "away_text", "time_zone"},
	EXPERT: {
		"skill_threshold",
		"knowledge_threshold",
		"reply_cap",
		"leads_while_operator",
		"hot_score",
		"hot_action",
		"llm_url",
		"llm_model",
		"llm_key",
		"llm_daily_calls",
		"embeddings_url",
		"embeddings_model",
		"embeddings_inputs",
		"embeddings_key",
		"remove_llm_key",
		"remove_embeddings_key",
		"transcription_url",
		"transcription_model",
		"transcription_key",
		"transcription_daily_calls",
		"remove_transcription_key",
		"vision_url",
		"vision_model",
		"vision_key",
		"vision_daily_calls",
		"remove_vision_key",
		"do",
	},
}


class World:
	def __init__(self, stack, server):
		self.stack, self.server, self.sql, self.n = stack, server, stack.sql, 0

	def signed_in(self, role="admin", org=None, **more):
		self.n += 1
		org = org or self.stack.organisation("Org %d" % self.n, **more)
		email = "b%d@example.com" % self.n
		person(self.stack, org, email, role)
		b = Browser(self.server.port)
		assert b.sign_in(email).status == 200
		b.org = org
		return b

	def stored(self, b):
		return self.sql.value("select settings from organizations where id = %d" % b.org)


def status(page, *wanted):
	desk.status(page, *wanted)
	assert b"zqsecret" not in page.body, "a secret on the page"
	return page


def part_of(name):
	return (
		HOURS
		if name.startswith(("from_", "to_"))
		else next((page for page, names in PARTS.items() if name in names), PAGE)
	)


def save(b, code=200, page=PAGE, **fields):
	"""One page; its fields alone."""
	return status(
		b.post(
			page,
			dict(
				{"bot_mode": "active"} if page == PAGE else {},
				**{k: v for k, v in fields.items() if part_of(k) == page},
			),
		),
		code,
	)


def save_all(b, **fields):
	for page in (PAGE, HOURS, EXPERT):
		assert save(b, page=page, **fields).json["location"] == page


def forms(b):
	"""The fields of all pages."""
	return {k: v for page in (PAGE, HOURS, EXPERT) for k, v in status(b.get(page), 200).json["form"].items()}


def every_setting_is_saved(w):
	b = w.signed_in()
	# Quotas and retention have pages of their own.
	names = {
		s["name"]
		for s in json.loads(w.stack.ctl("setting", "list", "--org", b.org, "--json"))
		if not s["name"].startswith(("quota_", "keep_"))
	}
	elsewhere = {
		"keep_messages_days",
		"keep_files_days",
		"keep_webhooks_days",
		"keep_audit_days",
		"trade",
	}  # on pages of their own: tests/web/contact.t, start.t
	assert names - elsewhere == set(STORED) | set(SECRETS), names ^ (set(STORED) | set(SECRETS))
	save_all(b, **FIELDS)
	stored = w.stored(b)
	assert {k: v for k, v in stored.items() if k not in SECRETS} == STORED, stored
	assert all(stored[name].startswith("s1.") for name in SECRETS)
	form = forms(b)
	for field in (
		"fallback_text",
		"away_text",
		"skill_threshold",
		"reply_cap",
		"hot_score",
		"llm_daily_calls",
		"time_zone",
		"embeddings_model",
	):
		assert form[field]["value"] == FIELDS[field], (field, form[field])
	assert (
		form["llm_key"]["stored"]
		and form["embeddings_key"]["stored"]
		and form["hot_action"]["switch"]
		and form["leads"]["value"]
	)
	assert (
		form["hours"][0] == {"code": "mon", "day": "Monday", "from": "09:00", "to": "18:00", "error": ""}
		and form["hours_on"]["value"]
	)
	assert "Nothing to say.\nSorry." in status(b.html(PAGE), 200).text and "Stored." in status(b.html(EXPERT), 200).text
	audit = w.sql.rows("select action, detail from audit_log where org_id = %d order by id" % b.org)
	assert [a["action"] for a in audit if a["action"] == "setting.set"] and "We sleep" not in str(audit)
	n = len(audit)
	save_all(b, **dict(FIELDS, llm_key="", embeddings_key="", transcription_key="", vision_key=""))
	assert w.stored(b) == stored, "keys that are left out stay as they are"
	assert w.sql.value("select count(*) from audit_log where org_id = %d" % b.org) == n, (
		"what does not change is not written down"
	)


def closing_gives_back_as_chosen(w):
	b = w.signed_in()
	w.sql.script(
		"insert into channels (org_id, platform, external_id, config, status) values (%(o)d, 'whatsapp', 'c%(o)d', '{}',"
		" 'verified'); insert into contacts (org_id, name) values (%(o)d, 'c'); "
		"insert into conversations (org_id, channel_id, contact_id, platform) select h.org_id, h.id, c.id,"
		" 'whatsapp' from channels h join contacts c using (org_id) where org_id = %(o)d;" % {"o": b.org}
	)
	talk = w.sql.value("select id from conversations where org_id = %d" % b.org)
	for fields, agent in (({}, "operator"), ({"close_returns": "yes"}, "bot")):
		save(b, **fields)
		w.sql.script("update conversations set agent = 'operator', is_open = true where org_id = %d;" % b.org)
		assert b.post("/inbox/%d/close" % talk).status in (200, 303)
		assert w.sql.value("select agent from conversations where org_id = %d and not is_open" % b.org) == agent, fields


def empty_is_the_default_again(w):
	b = w.signed_in()
	save_all(b, **FIELDS)
	save_all(b, **{name: "" for name in FIELDS})
	assert set(w.stored(b)) == {"close_returns", "leads", "leads_while_operator", "disclosure"} | set(SECRETS), (
		w.stored(b)
	)
	save(b, page=EXPERT, remove_llm_key="yes", **{name: "" for name in FIELDS})
	assert "llm_api_key" not in w.stored(b) and "embeddings_api_key" in w.stored(b)
	form = forms(b)
	assert (
		form["skill_threshold"]["value"] == ""
		and form["skill_threshold"]["builtin"] == "0.35"
		and form["handover_text"]["builtin"]
	)


def all_of_a_page_or_nothing(w):
	b = w.signed_in(bot_mode="shadow")
	wrong = {
		"skill_threshold": "7",
		"reply_cap": "0",
		"hot_score": "many",
		"llm_url": "llm.example.com",
		"time_zone": "Istanbul",
		"fallback_text": "x" * 5000,
		"llm_key": "two words",
		"from_tue": "09:00",
		"to_tue": "08:00",
		"from_wed": "noon",
	}
	sent = dict(FIELDS, **wrong)
	form = {k: v for page in (PAGE, HOURS, EXPERT) for k, v in save(b, 400, page, **sent).json["form"].items()}
	assert form["error"] and form["bot_mode"]["active"]
	for field in ("skill_threshold", "reply_cap", "hot_score", "llm_url", "time_zone", "fallback_text", "llm_key"):
		assert form[field]["error"], field
		assert field == "llm_key" or form[field]["value"] == wrong[field]
	assert (
		form["hours"][1]["error"]
		and form["hours"][2]["error"]
		and not form["hours"][0]["error"]
		and form["handover_text"]["value"] == "Ana comes."
	)
	assert w.stored(b) == {} and w.sql.value("select bot_mode from organizations where id = %d" % b.org) == "shadow"
	save(b, 400, bot_mode="sometimes")
	save(b, 400, EXPERT, hot_action="explode")
	status(b.post(PAGE, {"leads": "yes"}), 400)
	save(b, 400, HOURS, hours_on="yes")
	save(b, 400, HOURS, hours_on="yes", working_hours="always")
	page = b.post(EXPERT, {"llm_model": "<i>\"", "reply_cap": "x"}, headers={"Accept": "text/html"})
	assert page.status == 400 and b"<i>\"" not in page.body and b"&lt;i&gt;&quot;" in page.body


def a_page_leaves_the_others_alone(w):
	b = w.signed_in(bot_mode="shadow")
	save_all(b, **FIELDS)
	before = w.stored(b)
	save(b, page=HOURS, hours_on="yes", working_hours="mon-fri 08:00-12:00")
	after = w.stored(b)
	assert {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)} == {"working_hours"}, after
	save(b, page=EXPERT, reply_cap="9")
	assert (
		w.stored(b)["working_hours"] == "mon-fri 08:00-12:00"
		and w.stored(b)["greeting_text"] == "Hello you."
		and w.stored(b)["reply_cap_per_hour"] == 9
	)
	assert w.sql.value("select bot_mode from organizations where id = %d" % b.org) == "active"


def words_stand_for_thresholds(w):
	b = w.signed_in()
	word = lambda: next(k for k, v in forms(b)["sureness"].items() if v is True)
	assert word() == "balanced"
	for name, numbers in (("careful", (0.5, 0.4)), ("bold", (0.22, 0.2)), ("balanced", (None, None))):
		save(b, sureness=name)
		assert (
			w.stored(b).get("skill_threshold"),
			w.stored(b).get("knowledge_threshold"),
		) == numbers and word() == name, w.stored(b)
	save(b, page=EXPERT, skill_threshold="0.6", knowledge_threshold="0.3")
	assert word() == "own"
	assert 'value="own" checked' in status(b.html(PAGE), 200).text
	save(b, sureness="own")
	assert w.stored(b)["skill_threshold"] == 0.6, "a word that stands for no number changed one"
	save(b, 400, sureness="reckless")


def the_mode_is_three_cards(w):
	b = w.signed_in(bot_mode="off")
	assert b.get(PAGE).json["form"]["bot_mode"]["off"]
	for mode in ("shadow", "active", "off"):
		save(b, bot_mode=mode)
		assert (
			w.sql.value("select bot_mode from organizations where id = %d" % b.org) == mode
			and b.get(PAGE).json["org"]["bot_mode"] == mode
		)
	details = [
		a["detail"]
		for a in w.sql.rows(
			"select detail from audit_log where org_id = %d and action = 'organization.bot_mode' order by id" % b.org
		)
	]
	assert details == [
		{"before": "off", "after": "shadow"},
		{"before": "shadow", "after": "active"},
		{"before": "active", "after": "off"},
	], details


def hours_with_breaks_are_kept(w):
	b = w.signed_in()
	text = "mon 09:00-12:00 13:00-18:00, fri 20:00-02:00"
	w.stack.ctl("setting", "set", "--org", b.org, "working_hours", text)
	form = forms(b)
	assert form["working_hours"]["value"] == text and not form["hours"][0]["from"] and form["hours_on"]["value"]
	save(b, page=HOURS, hours_on="yes", working_hours=text)
	assert w.stored(b)["working_hours"] == text
	save(b, page=HOURS, working_hours=text)
	assert "working_hours" not in w.stored(b)


def closed_days_are_proposed_from_documents(w):
	b = w.signed_in()
	text = (
		"# Holidays\n\nWe are closed from 24 to 26 December.\n\n31 December: closed from 15:00.\n\nOn 6 January we are "
		"closed.\n\nOn 8 March we have flowers. In August we are closed on Mondays."
	)
	w.stack.ctl("knowledge", "import", "--org", b.org, "-", "--title", "Days", input=text)
	found = status(b.get(HOURS), 200).json["found"]
	assert [f["line"][4:] for f in found if f["line"][5:10] in ("12-24", "01-06")] and len(found) == 2, found
	lines = {f["line"][5:10]: f for f in found}
	assert (
		lines["12-24"]["line"][4:] == "-12-24.." + lines["12-24"]["line"][:4] + "-12-26"
		and lines["12-24"]["says"] == "We are closed from 24 to 26 December."
	), found
	assert "call these days closed" in b.html(HOURS).text
	save(b, page=HOURS, closures="2027-05-01 May", found=lines["12-24"]["line"])
	assert w.stored(b)["closures"] == "2027-05-01 May\n" + lines["12-24"]["line"], w.stored(b)["closures"]
	assert [f["line"][5:10] for f in status(b.get(HOURS), 200).json["found"]] == ["01-06"], (
		"what is entered is proposed no more"
	)
	save(b, page=HOURS, closures="", found="tomorrow")
	assert "closures" not in w.stored(b)


def outside_of_them_customers_are_told(w):
	b = w.signed_in()
	channel = w.stack.connect(b.org, port=w.server.port)
	day = time.gmtime().tm_wday
	names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
	other = "%s 10:00-11:00" % names[(day + 3) % 7]
	save_all(
		b,
		hours_on="yes",
		working_hours=other,
		time_zone="UTC",
		away_text="We are asleep.",
		handover_text="Ana comes.",
		fallbacks_before_handover="1",
	)

	def answer(phone):
		w.stack.simulator.control(
			"POST",
			"inbound",
			{"phone_number_id": channel.phone_number_id, "from": phone, "text": planted.BODY_MARKER + "qwxz"},
		)
		deadline = time.monotonic() + processes.patience(15)
		while time.monotonic() < deadline:
			w.stack.send_once()
			found = w.sql.rows(
				"select m.body from messages m join conversations v on v.org_id = m.org_id and v.id = m.conversation_id "
				"where m.org_id = %d and m.direction = 'outbound' and v.contact_phone like '%%%s'" % (b.org, phone[-4:])
			)
			if found:
				return found[0]["body"]
			time.sleep(0.3)
		raise AssertionError("no answer")

	assert answer("16505550201") == "Ana comes.\n\nWe are asleep."
	save_all(
		b,
		hours_on="yes",
		working_hours="mon-sun 00:00-24:00",
		time_zone="UTC",
		away_text="We are asleep.",
		handover_text="Ana comes.",
		fallbacks_before_handover="1",
	)
	assert answer("16505550202") == "Ana comes."


def the_models_are_tested(w):
	b = w.signed_in()
	page = save(b, page=EXPERT, do="test")
	findings = page.json["findings"]
	assert len(findings) == 4 and all(f["warning"] for f in findings), findings
	w.stack.simulator.llm_key(planted.LLM_KEY)
	fields = {
		"llm_url": w.stack.simulator.llm_url,
		"llm_model": simulator.CHAT_MODEL,
		"llm_key": planted.LLM_KEY,
		"embeddings_url": w.stack.simulator.llm_url,
		"embeddings_model": simulator.EMBEDDING_MODEL,
		"embeddings_key": planted.LLM_KEY + "wrong",
	}
	findings = save(b, page=EXPERT, do="test", **fields).json["findings"]
	assert findings[0]["good"] and findings[1]["bad"] and "key" in findings[1]["words"], findings
	findings = save(b, page=EXPERT, do="test", **dict(fields, llm_key="", embeddings_key=planted.LLM_KEY)).json[
		"findings"
	]
	assert findings[0]["good"] and findings[1]["good"] and findings[2]["warning"] and findings[3]["warning"], findings
	media = {
		"transcription_url": w.stack.simulator.llm_url,
		"transcription_model": simulator.TRANSCRIPTION_MODEL,
		"transcription_key": planted.LLM_KEY,
		"vision_url": w.stack.simulator.llm_url,
		"vision_model": "none-of-that-name",
		"vision_key": planted.LLM_KEY,
	}
	findings = save(b, page=EXPERT, do="test", **dict(fields, llm_key="", embeddings_key="", **media)).json["findings"]
	assert findings[2]["good"] and findings[3]["bad"] and "none-of-that-name" in findings[3]["words"], findings
	findings = save(
		b,
		page=EXPERT,
		do="test",
		**dict(fields, llm_model="", llm_key="", embeddings_key="", embeddings_url="http://127.0.0.1:9/v1"),
	).json["findings"]
	assert findings[0]["bad"] and findings[1]["bad"] and "reached" in findings[1]["words"], findings
	w.stack.simulator.llm(latency_ms=9000)
	try:
		began = time.monotonic()
		findings = save(b, page=EXPERT, do="test", **dict(fields, llm_key="", embeddings_key="")).json["findings"]
		took = time.monotonic() - began
	finally:
		w.stack.simulator.llm(latency_ms=0)
	assert findings[0]["bad"] and took < 5 + processes.patience(1), (took, findings)
	page = b.post(EXPERT, dict(fields, do="test", llm_key="", embeddings_key=""), headers={"Accept": "text/html"})
	assert page.status == 200 and b"It answers" in page.body


def only_admins(w):
	admin = w.signed_in()
	operator = w.signed_in("operator", admin.org)
	status(operator.get(PAGE), 403)
	status(operator.post(PAGE, {"bot_mode": "off"}), 403)
	assert w.sql.value("select bot_mode from organizations where id = %d" % admin.org) == "active"


TESTS = [
	every_setting_is_saved,
	closing_gives_back_as_chosen,
	empty_is_the_default_again,
	all_of_a_page_or_nothing,
	a_page_leaves_the_others_alone,
	words_stand_for_thresholds,
	the_mode_is_three_cards,
	hours_with_breaks_are_kept,
	closed_days_are_proposed_from_documents,
	outside_of_them_customers_are_told,
	the_models_are_tested,
	only_admins,
]


def run(tap):
	with Stack(settings={"net.private_addresses": "allow"}) as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		with stack.server("lighttpd-fastcgi") as server:
			world = World(stack, server)
			for function in TESTS:
				if not sys.argv[1:] or any(word in function.__name__ for word in sys.argv[1:]):
					tap.run(function.__name__.replace("_", " "), function, world)
		check_logs(stack, tap)


sys.exit(program(run))
