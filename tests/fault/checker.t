#!/usr/bin/python3
"""The checker finds each kind of problem when it is planted, and none in a history that is right."""

import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

import checker
from deskbell.tap import Tap


def message(n, conversation=1, **changes):
	row = {
		"org_id": 1,
		"id": n,
		"conversation_id": conversation,
		"direction": "outbound",
		"status": "read",
		"body": "text %d" % n,
		"provider_id": "w%d" % n,
		"error": None,
		"contact_phone": "+1",
		"external_id": "10",
		"state": "accepted",
		"tag": "t%d" % n,
		"attempts": 1,
		"resends": 0,
		"error_class": None,
		"error_code": None,
		"delivery_error": None,
		"settled_ms": None,
	}
	return {**row, **changes}


def delivery(n, tag=None, **changes):
	return {
		"n": n,
		"at_ms": 1000 * n,
		"phone_number_id": "10",
		"to": "1",
		"text": "text %d" % (tag or n),
		"wamid": "w%d" % n,
		"tag": "t%d" % (tag or n),
		**changes,
	}


def told(n, text=None):
	"""Where the platform carries no tag."""
	return {**delivery(n, text), "tag": None}


ERROR = {"class": "recipient", "code": "131026", "reason": {"code": "whatsapp_undeliverable"}}
FAILED = {
	"status": "failed",
	"state": "failed",
	"error": ERROR,
	"error_class": "recipient",
	"error_code": "131026",
	"delivery_error": ERROR,
}
UNKNOWN = {**FAILED, "error_class": "unknown", "error": {**ERROR, "class": "unknown"}}
BLIND = {"platform": "telegram", "body": "text 2", "contact_phone": "1"}
GIVEN_UP = {**UNKNOWN, **BLIND, "provider_id": None, "resends": 1}
INBOUND = {"direction": "inbound", "status": "received", "state": None, "tag": None}

CASES = [
	("nothing wrong", [message(1), message(2)], [delivery(1), delivery(2)], {}, [], set()),
	("lost", [message(1), message(2)], [delivery(2)], {}, [], {"lost"}),
	("invented", [message(1)], [delivery(1), delivery(2)], {}, [], {"invented"}),
	("another text", [message(1)], [delivery(1, text="other")], {}, [], {"changed"}),
	("another customer", [message(1)], [delivery(1, to="2")], {}, [], {"changed"}),
	("twice", [message(1)], [delivery(1), delivery(2, 1)], {}, [], {"twice"}),
	("twice, marked, no status", [message(1, resends=1)], [delivery(1), delivery(2, 1)], {}, [], set()),
	(
		"twice, marked, a status had come",
		[message(1, resends=1)],
		[delivery(1), delivery(2, 1)],
		{"w1": 1500},
		[],
		{"twice"},
	),
	(
		"twice, marked, the status came later",
		[message(1, resends=1)],
		[delivery(1), delivery(2, 1)],
		{"w1": 2500},
		[],
		set(),
	),
	("order", [message(1), message(2)], [delivery(2), delivery(1)], {}, [], {"order"}),
	("two conversations have no order", [message(1), message(2, 2)], [delivery(2), delivery(1)], {}, [], set()),
	("failed with a reason", [message(1, **FAILED)], [], {}, [], set()),
	(
		"failed without a reason",
		[message(1, **{**FAILED, "error": {**ERROR, "reason": {}}})],
		[],
		{},
		[],
		{"unexplained"},
	),
	("failed and received", [message(1, **FAILED)], [delivery(1)], {}, [], {"contradicted"}),
	("nobody knows, and received", [message(1, **UNKNOWN)], [delivery(1)], {}, [], set()),
	(
		"no tag, same text: not of one that was given up before",
		[message(1, **GIVEN_UP, settled_ms=1500), message(2, **BLIND), message(3, **GIVEN_UP, settled_ms=9000)],
		[told(2), told(3, 2)],
		{},
		[],
		set(),
	),
	(
		"no tag: later than the next one",
		[message(1, **{**GIVEN_UP, "body": "text 1"}, settled_ms=1500), message(2, **BLIND)],
		[told(2), told(3, 1)],
		{},
		[],
		{"order"},
	),
	("on its way", [message(1, status="queued", state="unknown")], [], {}, [], {"waiting"}),
	("row and message disagree", [message(1, state="failed")], [delivery(1)], {}, [], {"contradicted"}),
	("inbound is there", [message(1, **INBOUND)], [], {}, [("10", "w1")], set()),
	("inbound is not there", [message(1, **INBOUND)], [], {}, [("10", "w2")], {"inbound"}),
	(
		"inbound is there twice",
		[message(1, **INBOUND), message(2, **{**INBOUND, "provider_id": "w1"})],
		[],
		{},
		[("10", "w1")],
		{"inbound"},
	),
]


def main():
	tap = Tap()
	for name, messages, deliveries, statuses, acknowledged, want in CASES:
		problems, _ = checker.check(messages, deliveries, statuses, acknowledged)
		tap.equal({kind for kind, _ in problems}, want, "the checker: " + name)
	return tap.done()


sys.exit(main())
