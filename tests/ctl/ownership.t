#!/usr/bin/python3
# Whose number it is: the platform is asked before a channel takes it, and what is only claimed takes nothing from
# whoever proves it.
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import net, planted
from deskbell.stack import Stack
from deskbell.tap import program

NUMBERS = iter(range(1, 1000))


class World:
	def __init__(self, stack, server):
		self.stack, self.server, self.sql = stack, server, stack.sql

	def organisation(self):
		return self.stack.organisation("Org %d" % next(NUMBERS))

	def config(self, known=True, **changes):
		n = next(NUMBERS)
		config = {
			"phone_number_id": str(106540000700000 + n),
			"business_account_id": str(102290000700000 + n),
			"permanent_access_token": planted.ACCESS_TOKEN + "own%d" % n,
			"app_secret": planted.APP_SECRET + str(n),
			"verify_token": planted.VERIFY_TOKEN + "own%d" % n,
			"display_phone_number": "+1555%07d" % (70000 + n),
			**changes,
		}
		if known:
			self.stack.simulator.add(config, self.server.port)
		return config

	def connect(self, org, config, *args):
		done = self.stack.ctl(
			"channel", "connect", "whatsapp", "--org", org, "--json", *args, input=json.dumps(config), check=False
		)
		return json.loads(done.stdout)["ownership"] if done.returncode == 0 else (done.returncode, done.stderr.decode())

	def deliver(self, config, n, secret=None):
		body = json.dumps(
			{
				"object": "whatsapp_business_account",
				"entry": [
					{
						"id": config["business_account_id"],
						"changes": [
							{
								"field": "messages",
								"value": {
									"messaging_product": "whatsapp",
									"metadata": {
										"display_phone_number": "1555",
										"phone_number_id": config["phone_number_id"],
									},
									"contacts": [{"wa_id": "34600111222", "profile": {"name": "Ana"}}],
									"messages": [
										{
											"from": "34600111222",
											"id": "wamid.own%d" % n,
											"timestamp": "1790000000",
											"type": "text",
											"text": {"body": "hello"},
										}
									],
								},
							}
						],
					}
				],
			}
		).encode()
		return net.request(
			self.server.port,
			"POST",
			"/api/webhooks/whatsapp",
			body,
			{
				"Content-Type": "application/json",
				"X-Hub-Signature-256": net.signature(secret or config["app_secret"], body),
			},
		).status

	def messages(self, org):
		return self.sql.value("select count(*) from messages where org_id = %d" % org)


def foreign(config):
	"""The same number with credentials of one's own, which Meta does not know for it."""
	n = next(NUMBERS)
	return {
		**config,
		"permanent_access_token": planted.ACCESS_TOKEN + "foreign%d" % n,
		"app_secret": planted.APP_SECRET + "foreign%d" % n,
		"verify_token": planted.VERIFY_TOKEN + "foreign%d" % n,
	}


def a_claim_gives_way(w):
	"""Who only knows the id of a number keeps nobody from it, and gets none of its messages."""
	squatter, owner = w.organisation(), w.organisation()
	config = w.config()
	stolen = foreign(config)
	assert w.connect(squatter, stolen) == "claimed"
	assert w.deliver(stolen, 1) == 200 and w.messages(squatter) == 1, "as long as nobody has proved the number"
	assert w.connect(owner, config) == "proved"
	w.server.stop()  # channels are cached for five seconds
	w.server.start()
	assert w.deliver(config, 2) == 200 and w.messages(owner) == 1
	assert w.deliver(stolen, 3) == 401 and w.messages(squatter) == 1
	by_account = {**config, "phone_number_id": "1"}
	assert w.deliver({**by_account, "app_secret": stolen["app_secret"]}, 4) == 401 and w.messages(squatter) == 1
	# and the claim cannot be renewed
	code, words = w.connect(squatter, stolen)
	assert code == 65 and "is connected already" in words, words
	assert w.sql.value("select ownership from channels where org_id = %d" % owner) == "proved"


def a_proved_number_is_not_taken(w):
	owner, other = w.organisation(), w.organisation()
	config = w.config()
	assert w.connect(owner, config) == "proved"
	code, words = w.connect(other, foreign(config))
	assert code == 65 and "is connected already" in words, words
	code, words = w.connect(other, foreign(config), "--vouch")
	assert code == 65, words
	code, words = w.connect(
		other, {**config, "verify_token": planted.VERIFY_TOKEN + "again"}
	)  # a token of the same number: the first one keeps it
	assert code == 65 and "is connected already" in words, words
	assert w.sql.value("select count(*) from channels where org_id = %d" % other) == 0


def what_is_no_proof(w):
	for changes, words in (
		({"app_secret": planted.APP_SECRET + "wrong"}, "code 100"),
		({"permanent_access_token": planted.ACCESS_TOKEN + "wrong"}, "code 190"),
		({"business_account_id": "102290000999999"}, "code 100"),
	):
		org = w.organisation()
		config = {**w.config(), **changes}
		assert w.connect(org, config) == "claimed", changes
		told = w.stack.ctl("channel", "connect", "whatsapp", "--org", org, input=json.dumps(config))
		assert "Not proved:" in told and words in told and planted.ACCESS_TOKEN not in told, told
	two = w.config(), w.config()
	assert w.connect(w.organisation(), {**two[0], "business_account_id": two[1]["business_account_id"]}) == "claimed"


def the_operator_vouches(w):
	org, other = w.organisation(), w.organisation()
	config = w.config(known=False)
	assert w.connect(org, config) == "claimed" and w.connect(org, config, "--vouch") == "vouched"
	assert w.connect(org, config) == "vouched", "an edit leaves it as it is"
	code, words = w.connect(other, foreign(config))
	assert code == 65, words


def a_proof_outlives_the_platform(w):
	org = w.organisation()
	config = w.config()
	assert w.connect(org, config) == "proved"
	graph = w.stack.values["graph.base_url"]
	w.stack.write_conf(**{"graph.base_url": "http://127.0.0.1:9"})
	assert w.connect(org, config) == "proved"
	code, words = w.connect(org, w.config())
	assert code == 65 and "is connected" in words, words
	assert w.connect(org, w.config(), "--replace") == "claimed", "another number is another question"
	told = w.stack.ctl("channel", "connect", "whatsapp", "--org", w.organisation(), input=json.dumps(w.config()))
	assert "Meta cannot be reached" in told, told
	w.stack.write_conf(**{"graph.base_url": graph})


TESTS = (
	a_claim_gives_way,
	a_proved_number_is_not_taken,
	what_is_no_proof,
	the_operator_vouches,
	a_proof_outlives_the_platform,
)


def run(tap):
	with Stack() as stack, stack.server("lighttpd-fastcgi") as server:
		world = World(stack, server)
		for test in TESTS:
			if not sys.argv[1:] or test.__name__ in sys.argv[1:]:
				tap.run(test.__name__.replace("_", " "), test, world)
		stack.check_logs(tap)


if __name__ == "__main__":
	sys.exit(program(run))
