#!/usr/bin/python3
"""Every page of the route table, with data in it, in Chromium: axe-core finds nothing, light at 1280 px and dark at 360
(desk.t looks at the fixtures the other way round; with DESKBELL_ALL both everywhere); nothing sticks out, nothing
complains.

    pages.t [WORD...]                    only cases whose name holds one of the words; `npm run tools`
    next to this file fetches what it needs
    pages.t --pictures FOLDER [WORD...]  instead of inspecting them writes a picture of each, at 360 and 1920 px
"""

import os
import re
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import node
from deskbell import cli, net, planted
from deskbell.desk import check_logs, routes, use_desk_role
from deskbell.stack import Stack
from deskbell.tap import program
from furnish import HOSTILE, LONG_NAME, Furnished

MOST_S = 250
# What is no page of its own: parts of pages, files, answers to machines, the way to the first page.
NO_PAGES = {
	"/",
	"/healthz",
	"/readyz",
	"/assets/{file}",
	"/manifest.webmanifest",
	"/sw.js",
	"/logo",
	"/files/{id}/{id}",
	"/updates",
	"/inbox/updates",
	"/inbox/today",
	"/inbox/{id}/updates",
	"/leads/export.csv",
	"/skills/export",
	"/skills/{id}/content",
	"/settings/bot/content",
	"/settings/replies/{id}/content",
	"/start/updates",
	"/settings/channels/{platform}/updates",
	"/figures/export.csv",
}
OWNER, ANA, BEN, NEW, CAREFUL, LONELY = (
	"%s@flowers.example" % n for n in ("owner", "ana", "ben", "new", "careful", "lonely")
)


def cases(f):
	"""(who, name, path) or with a dict of more: `post` is sent from the page, `fails` expects a status of 400 and
	above.
	"""

	def first(query):
		return f.sql.value(query)

	skill = first("select id from skills where org_id = %d and title like '<script>%%'" % f.org)
	long_skill = first("select id from skills where org_id = %d and not enabled" % f.org)
	document = lambda title: first("select id from documents where org_id = %d and title like '%s'" % (f.org, title))
	post = lambda action, fails=True, **fields: {"post": {"action": action, "fields": fields}, "fails": fails}
	t = f.talks
	yield None, "sign-in", "/sign-in"
	yield (
		None,
		"sign-in, wrong",
		"/sign-in",
		post("/sign-in", email="nobody@flowers.example", password="zqsecret0wrong"),
	)
	yield None, "forgotten password", "/sign-in/forgotten"
	yield None, "offline", "/offline"
	yield (
		None,
		"forgotten password, asked",
		"/sign-in/forgotten",
		post("/sign-in/forgotten", fails=False, email="nobody@flowers.example"),
	)
	yield None, "setup", "/setup"
	yield None, "setup, wrong", "/setup", post("/setup", code="wrong", organisation="", email="x", new_password="short")
	yield None, "invitation", "/invitations/" + f.invitation
	yield None, "invitation, over", "/invitations/" + "A" * 43, {"fails": True}
	yield None, "new password", "/reset/" + f.reset
	yield None, "new password, wrong", "/reset/" + f.reset, post("/reset/" + f.reset, new_password="Password1!")
	yield None, "new password, over", "/reset/" + "A" * 43, {"fails": True}
	yield (
		None,
		"sign-in, second factor",
		"/sign-in/second",
		post("/sign-in", fails=False, email="second@flowers.example", password=planted.PASSWORD),
	)
	yield LONELY, "account without an organisation", "/account"
	yield LONELY, "no organisation", "/inbox", {"fails": True}
	yield NEW, "inbox, nothing", "/inbox"
	yield NEW, "first steps", "/start"
	yield NEW, "first answers", "/start/skills?trade=shop"
	yield (
		NEW,
		"first answers, wrong",
		"/start/skills?trade=hotel",
		post("/start/skills", trade="hotel", take2="on", said21=HOSTILE),
	)
	yield NEW, "leads, nothing", "/leads"
	yield NEW, "skills, nothing", "/skills"
	yield NEW, "unanswered, nothing", "/skills/unanswered"
	yield NEW, "proposals, nothing", "/skills/proposals"
	yield NEW, "knowledge, nothing", "/knowledge"
	yield NEW, "queue, nothing", "/queue"
	yield NEW, "status, nothing", "/status"
	yield NEW, "audit, nothing", "/audit"
	yield NEW, "replies, nothing", "/settings/replies"
	yield NEW, "channels, nothing", "/settings/channels"
	yield NEW, "whatsapp, nothing", "/settings/channels/whatsapp"
	yield (
		NEW,
		"whatsapp, wrong",
		"/settings/channels/whatsapp",
		post("/settings/channels/whatsapp", phone_number_id="+1 650", verify_token="a b"),
	)
	yield (
		NEW,
		"whatsapp, odd",
		"/settings/channels/whatsapp",
		post(
			"/settings/channels/whatsapp",
			phone_number_id="1065",
			business_account_id="1022",
			permanent_access_token="EAA",
			app_secret="ab12",
			verify_token="ours",
		),
	)
	yield NEW, "telegram, nothing", "/settings/channels/telegram"
	yield CAREFUL, "inbox, suggesting", "/inbox"
	yield CAREFUL, "conversation, suggesting", "/inbox/%d" % t["suggested"]
	yield BEN, "inbox, operator", "/inbox"
	yield BEN, "account, operator", "/account"
	yield BEN, "not allowed", "/audit", {"fails": True}
	yield BEN, "status, operator", "/status"
	yield BEN, "queue, operator", "/queue"
	yield ANA, "people, admin", "/settings/people"
	yield OWNER, "inbox", "/inbox"
	yield OWNER, "inbox, filtered", "/inbox?view=all&platform=whatsapp&tag=wedding"
	yield OWNER, "inbox, nothing fits", "/inbox?q=zzzz"
	for name in sorted(t.keys() - {"suggested"}):
		yield OWNER, "conversation, " + name, "/inbox/%d" % t[name]
	yield (
		OWNER,
		"conversation, refused",
		"/inbox/%d" % t["care"],
		post("/inbox/%d/messages" % t["care"], key="k" * 32, text="Too late", do="send"),
	)
	yield (
		OWNER,
		"conversation, put off",
		"/inbox/%d" % t["hostile"],
		post("/inbox/%d/snooze" % t["hostile"], fails=False, until="tomorrow"),
	)
	yield OWNER, "inbox, snoozed", "/inbox/%d?view=snoozed" % t["hostile"]
	yield OWNER, "leads", "/leads"
	yield OWNER, "leads, nothing fits", "/leads?q=zzzz"
	yield OWNER, "lead", "/leads/%d" % t["bride"]
	yield (
		OWNER,
		"lead, wrong",
		"/leads/%d" % t["bride"],
		post("/leads/%d" % t["bride"], email="no address", phone="abc"),
	)
	yield OWNER, "lead, hostile", "/leads/%d" % t["long"]
	yield OWNER, "queue", "/queue"
	yield (
		OWNER,
		"queue, discard",
		"/queue",
		post(
			"/queue",
			fails=False,
			message=first("select max(message_id) from outbox where org_id = %d and state = 'queued'" % f.org),
			do="discard",
		),
	)
	yield NEW, "figures, nothing", "/figures"
	yield OWNER, "figures", "/figures"
	yield OWNER, "status", "/status"
	yield OWNER, "audit", "/audit"
	yield OWNER, "people", "/settings/people"
	yield (
		OWNER,
		"people, invited",
		"/settings/people",
		post("/settings/people/invite", fails=False, email="new@flowers.example", role="operator"),
	)
	yield (
		OWNER,
		"people, new password",
		"/settings/people",
		post("/settings/people/%d/reset" % first("select id from users where email = '%s'" % BEN), fails=False),
	)
	yield (
		OWNER,
		"people, wrong",
		"/settings/people",
		post("/settings/people/invite", email="no address", role="operator"),
	)
	yield OWNER, "skills", "/skills"
	yield OWNER, "skill, new", "/skills/new"
	yield OWNER, "skill, wrong", "/skills/new", post("/skills/new", title="", triggers="", response="")
	yield OWNER, "skill", "/skills/%d" % skill
	yield OWNER, "skill, long", "/skills/%d" % long_skill
	yield OWNER, "skill, delete", "/skills/%d" % skill, post("/skills/%d/delete" % skill, fails=False)
	yield OWNER, "skill, try", "/skills/try"
	yield OWNER, "skill, tried", "/skills/try", post("/skills/try", fails=False, message="are you open on saturday?")
	yield (
		OWNER,
		"skill, tried a document",
		"/skills/try",
		post("/skills/try", fails=False, message="how long do roses last?"),
	)
	yield OWNER, "unanswered", "/skills/unanswered"
	yield OWNER, "proposals", "/skills/proposals"
	yield OWNER, "skill, import", "/skills/import"
	yield OWNER, "skill, import wrong", "/skills/import", post("/skills/import", text="[{\"title\": 5}]")
	yield OWNER, "knowledge", "/knowledge"
	yield OWNER, "knowledge, new", "/knowledge/new"
	yield (
		OWNER,
		"knowledge, wrong",
		"/knowledge/new",
		post("/knowledge/new", kind="url", url="http://127.0.0.1/", language="en"),
	)
	yield OWNER, "document", "/knowledge/%d" % document("Care")
	yield OWNER, "document, long", "/knowledge/%d" % document("Donau%")
	yield OWNER, "document, hostile", "/knowledge/%d" % document("<script>%")
	yield OWNER, "document, failed", "/knowledge/%d" % document("Price%")
	yield OWNER, "channels", "/settings/channels"
	yield OWNER, "whatsapp", "/settings/channels/whatsapp"
	yield (
		OWNER,
		"whatsapp, tested",
		"/settings/channels/whatsapp",
		post("/settings/channels/whatsapp/test", fails=False),
	)
	yield OWNER, "telegram", "/settings/channels/telegram"
	yield (
		OWNER,
		"telegram, tested",
		"/settings/channels/telegram",
		post("/settings/channels/telegram/test", fails=False),
	)
	yield (
		OWNER,
		"telegram, disconnect",
		"/settings/channels/telegram",
		post("/settings/channels/telegram/disconnect", fails=False),
	)
	yield OWNER, "bot", "/settings/bot"
	yield (
		OWNER,
		"bot, wrong",
		"/settings/bot",
		post("/settings/bot", bot_mode="active", fallbacks_before_handover="99", fallback_text=HOSTILE),
	)
	yield OWNER, "bot, hours", "/settings/bot/hours"
	yield (
		OWNER,
		"bot, hours wrong",
		"/settings/bot/hours",
		post("/settings/bot/hours", hours_on="yes", from_mon="9", to_mon="x", closures=HOSTILE),
	)
	yield OWNER, "bot, expert", "/settings/bot/expert"
	yield (
		OWNER,
		"bot, expert wrong",
		"/settings/bot/expert",
		post("/settings/bot/expert", skill_threshold="7", llm_url=HOSTILE),
	)
	yield OWNER, "organisation", "/settings/organisation"
	yield (
		OWNER,
		"organisation, wrong",
		"/settings/organisation",
		post("/settings/organisation", name="", language="not a tag"),
	)
	yield OWNER, "replies", "/settings/replies"
	yield (
		OWNER,
		"replies, wrong",
		"/settings/replies",
		post("/settings/replies", shortcut="two words", title="", body=""),
	)
	yield OWNER, "account", "/account"
	yield OWNER, "second factor", "/account/second-factor"
	yield (
		OWNER,
		"second factor, begun",
		"/account/second-factor",
		post("/account/second-factor/begin", fails=False, password=planted.PASSWORD),
	)
	yield OWNER, "security", "/settings/security"
	yield (
		OWNER,
		"account, wrong",
		"/account",
		post("/account/password", password="zqsecret0wrong", new_password="short"),
	)
	yield (
		OWNER,
		"account, token",
		"/account",
		post("/account/tokens", fails=False, title=LONG_NAME[:60], role="operator", scope="read", days="90"),
	)
	yield OWNER, "not found", "/inbox/999999999", {"fails": True}


def fits(pattern, path):
	kinds = {"id": "[0-9]+", "token": "[A-Za-z0-9_-]{20,64}", "platform": "[a-z]+"}
	return re.fullmatch(re.sub(r"\{(\w+)\}", lambda m: kinds.get(m.group(1), "[^/]+"), pattern), path.split("?")[0])


def uncovered(stack, wanted):
	"""Pages that no case opens, each by the first pattern that it fits."""
	pages = [r["path"] for r in routes(stack) if r["method"] == "GET" and r["path"] not in NO_PAGES]
	opened = {next((p for p in pages if fits(p, c["path"])), None) for c in wanted}
	return [p for p in pages if p not in opened]


def walk(tap, command, given):
	done = node.Walk(command, given, MOST_S)
	names = {c["name"] for c in given["cases"]} - set(done.tell(tap))
	tap.ok(not names, "every page was opened", "%s\n%s" % (", ".join(sorted(names)), done.errors))


def run(tap):
	parser = cli.parser(__doc__)
	parser.add_argument("--pictures")
	parser.add_argument("--full", action="store_true")
	parser.add_argument("--widths", default="360,1920")
	parser.add_argument("--language")
	parser.add_argument("words", nargs="*")
	options = parser.parse_args()
	command = node.command("pages.mjs")
	port = net.free_port()
	with Stack(
		settings={
			"public.base_url": "http://127.0.0.1:%d" % port,
			"answer.typing": "off",
			"mail.from": "desk@flowers.example",
			"mail.smtp_url": "smtp://127.0.0.1:9",
		}
	) as stack:
		stack.program("desk.fcgi")
		use_desk_role(stack)
		stack.simulator.behave(ladder=["sent", "delivered"])
		with stack.server("lighttpd-fastcgi", port), stack.sender():
			furnished = Furnished(stack, port)
			furnished.talk()
			if options.language:
				stack.sql.script("update users set language = '%s';" % options.language)
			wanted = [
				{"who": c[0], "name": c[1], "path": c[2], **(c[3] if len(c) > 3 else {})} for c in cases(furnished)
			]
			missing = uncovered(stack, wanted)
			tap.ok(not missing, "every page of the route table is among them", "\n".join(missing))
			chosen = [c for c in wanted if not options.words or any(w in c["name"] for w in options.words)]
			given = {
				"origin": "http://127.0.0.1:%d" % port,
				"password": planted.PASSWORD,
				"cases": chosen,
				"widths": [1280, 360],
				"schemes": ["light", "dark"],
				"all": bool(options.pictures) or "DESKBELL_ALL" in os.environ,
			}
			if options.pictures:
				os.makedirs(options.pictures, exist_ok=True)
				given.update(
					pictures=os.path.abspath(options.pictures),
					full=options.full,
					widths=list(map(int, options.widths.split(","))),
					heights={"360": 740, "1920": 1080},
				)
			elif not options.words or "without scripts" in options.words:
				given["plain"] = {
					"who": OWNER,
					"conversation": furnished.talks["marta"],
					"other": furnished.talks["closed"],
				}
			walk(tap, command, given)
		if not options.pictures:
			check_logs(stack, tap)


if __name__ == "__main__":
	sys.exit(program(run))
