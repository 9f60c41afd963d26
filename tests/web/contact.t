#!/usr/bin/python3
# Privacy in the desk: the copy of a contact's data as a file, the erasure that asks first, both for admins and in the
# audit log; how long an organisation keeps things.
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
from work import HOSTILE, conversation, location, main, status, test

SETTINGS = "/settings/organisation"


def known(w, org, name=HOSTILE):
	"""A conversation of somebody with a message, a note and a lead; returns its id and the contact's."""
	talk = conversation(w, org, name=name)
	w.sql.script(
		"""insert into messages (org_id, conversation_id, channel_id, direction, sender, kind, body, status)
			select org_id, id, channel_id, 'inbound', 'contact', 'text', 'zqplanted <b>words</b>', 'received' from conversations
				where id = %(t)d;
		insert into notes (org_id, conversation_id, body) select org_id, id, 'zqplanted note' from conversations
			where id = %(t)d;
		insert into leads (org_id, conversation_id, facts, summary)
			values (%(o)d, %(t)d, '{"name": "zqplanted"}', 'zqplanted');"""
		% {"t": talk, "o": org}
	)
	return talk, w.sql.value("select contact_id from conversations where id = %d" % talk)


def entries(w, org, action):
	return w.sql.rows(
		"select actor, detail from audit_log where org_id = %d and action = '%s' order by id" % (org, action)
	)


@test
def a_copy_is_a_file(w):
	b = w.signed_in("admin")
	talk, contact = known(w, b.org)
	page = b.html("/inbox/%d" % talk)
	assert "/inbox/%d/contact/erase" % talk in page.text and "/inbox/%d/contact/export" % talk in page.text
	answer = status(b.post("/inbox/%d/contact/export" % talk, {"format": "json"}), 200)
	data = json.loads(answer.text)
	assert {o["type"] for o in data["objects"]} == {"contact", "conversation", "message", "lead"} and data["objects"][
		0
	]["name"] == HOSTILE
	assert answer.header("Content-Disposition") == 'attachment; filename="contact-%d.json"' % contact, answer.headers
	answer = status(b.post("/inbox/%d/contact/export" % talk, {"format": "html"}), 200)
	assert answer.header("Content-Type").startswith("text/html") and 'contact-%d.html"' % contact in answer.header(
		"Content-Disposition"
	)
	assert "zqplanted &lt;b&gt;words&lt;/b&gt;" in answer.text and "<script>" not in answer.text, answer.text
	assert [e["detail"] for e in entries(w, b.org, "contact.export")] == [{"contact": contact}] * 2
	assert entries(w, b.org, "contact.export")[0]["actor"].startswith("user:")
	status(b.post("/inbox/%d/contact/export" % talk, {"format": "xml"}), 400)
	status(b.post("/inbox/999999/contact/export", {"format": "json"}), 404)


@test
def two_contacts_are_one(w):
	b = w.signed_in("admin")
	(talk, contact), (other, second) = known(w, b.org, "zqplanted one"), known(w, b.org, "zqplanted two")
	path = "/inbox/%d" % talk
	assert path + "/contact/merge" in b.html(path).text
	status(b.post(path + "/contact/merge", {"conversation": "999999"}), 409)
	status(b.post(path + "/contact/merge", {"conversation": str(talk)}), 409)
	status(b.post(path + "/contact/separate"), 404)
	location(b.post(path + "/contact/merge", {"conversation": str(other)}), path)
	assert b.get(path).json["conversation"]["window"]["merged"] == "zqplanted two"
	assert w.sql.value("select count(*) from contacts where id = %d" % second) == 0
	location(b.post(path + "/contact/separate"), path)
	assert w.sql.value("select count(*) from contacts where org_id = %d and name = 'zqplanted two'" % b.org) == 1
	assert not b.get(path).json["conversation"]["window"]["merged"]
	assert [
		e["detail"]["contact"] for e in entries(w, b.org, "contact.merge") + entries(w, b.org, "contact.separate")
	] == [contact, contact]
	status(w.signed_in("operator").post(path + "/contact/merge", {"conversation": str(other)}), 403)


@test
def an_erasure_asks_first(w):
	b = w.signed_in("admin")
	talk, contact = known(w, b.org, "zqplanted person")
	path = "/inbox/%d/contact/erase" % talk
	asked = status(b.post(path, {}), 200).json
	assert asked["confirm"]["type"] == str(contact) and len(asked["confirm"]["effects"]) == 3, asked["confirm"]
	status(b.post(path, {"confirmed": "yes"}), 400)
	status(b.post(path, {"confirmed": "yes", "typed": str(contact + 1)}), 400)
	assert w.sql.value("select count(*) from contacts where id = %d" % contact) == 1
	location(b.post(path, {"confirmed": "yes", "typed": str(contact)}), "/inbox")
	status(b.get("/inbox/%d" % talk), 404)
	status(b.post(path, {"confirmed": "yes", "typed": str(contact)}), 404)
	receipt = entries(w, b.org, "contact.erase")
	assert (
		len(receipt) == 1
		and receipt[0]["detail"]["contact"] == contact
		and receipt[0]["detail"]["removed"]["messages"] == 1
	), receipt
	assert "Contact erased" in b.html("/audit").text


@test
def who_may(w):
	owner = w.signed_in()
	talk, contact = known(w, owner.org)
	operator = w.signed_in("operator", owner.org)
	assert "contact/erase" not in operator.html("/inbox/%d" % talk).text
	other = w.signed_in()
	for who, answer in ((operator, 403), (other, 404)):
		status(who.post("/inbox/%d/contact/export" % talk, {"format": "json"}), answer)
		status(who.post("/inbox/%d/contact/erase" % talk, {"confirmed": "yes", "typed": str(contact)}), answer)
	assert w.sql.value("select count(*) from contacts where id = %d" % contact) == 1
	assert not entries(w, owner.org, "contact.export") and not entries(w, other.org, "contact.export")


@test
def how_long_things_are_kept(w):
	b = w.signed_in("admin")
	model = status(b.get(SETTINGS), 200).json["form"]
	form = {"name": model["name"]["value"], "language": "en"}
	location(
		b.post(
			SETTINGS,
			{
				**form,
				"keep_messages_days": "90",
				"keep_files_days": "30",
				"keep_webhooks_days": "",
				"keep_audit_days": "365",
			},
		),
		SETTINGS,
	)
	stored = w.sql.value("select settings from organizations where id = %d" % b.org)
	assert stored == {"keep_messages_days": 90, "keep_files_days": 30, "keep_audit_days": 365}, stored
	shown = b.get(SETTINGS).json["form"]
	assert [
		shown[f]["value"] for f in ("keep_messages_days", "keep_files_days", "keep_webhooks_days", "keep_audit_days")
	] == ["90", "30", "", "365"], shown
	assert entries(w, b.org, "setting.set")[-1]["detail"] == {
		"changed": ["keep_audit_days", "keep_files_days", "keep_messages_days"]
	}
	location(b.post(SETTINGS, form), SETTINGS)
	assert w.sql.value("select settings from organizations where id = %d" % b.org) == stored, (
		"a form without these fields changed them"
	)
	location(
		b.post(SETTINGS, {**form, "keep_messages_days": "90", "keep_files_days": "", "keep_audit_days": ""}), SETTINGS
	)
	assert w.sql.value("select settings from organizations where id = %d" % b.org) == {"keep_messages_days": 90}
	for wrong in ("6", "0", "36501", "-1", "x"):
		assert status(b.post(SETTINGS, {**form, "keep_messages_days": wrong}), 400).json["form"]["keep_messages_days"][
			"error"
		], wrong
	assert len(entries(w, b.org, "setting.set")) == 2


sys.exit(main())
