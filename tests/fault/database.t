#!/usr/bin/python3
"""PostgreSQL goes away in the middle of traffic, in every way, and comes back; connections are cut; the log's disk is
full. What was acknowledged is there, and everything is answered, each with the right words, without anybody doing
anything."""

import collections
import os
import re
import random
import signal
import sys
import tempfile
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import faults
from deskbell import net, processes
from deskbell.tap import Tap

CUSTOMERS = 12


def questions(channel, rounds=3):
	return [
		(channel, faults.phone(n), "question number%d" % (1 + (n + r) % 8))
		for r in range(rounds)
		for n in range(CUSTOMERS)
	]


def finish(world, channel, sender, threads, inbound=3 * CUSTOMERS):
	for t in threads:
		t.join(40)
		assert not t.is_alive(), "customers are still waiting for an acknowledgement"
	# What a cut connection left under a lease comes back by itself; only the 90 s of what was never on the wire are
	# shortened.
	end = time.monotonic() + processes.patience(30)
	while world.open_count() and time.monotonic() < end:
		world.unproved_pass()
		time.sleep(0.3)
	world.wait_done(timeout=1, process=sender)
	world.wait_idle()
	numbers = world.assert_proof(channel)
	assert numbers["inbound"] == inbound, "not all was stored: %s" % numbers
	assert world.unanswered(channel) == 0, "%d conversations have no answer to their last message" % world.unanswered(
		channel
	)
	wrong = world.sql.value(
		"""select count(*) as n from decisions d where d.org_id = %d and d.stage = 'fallback'
		and exists (select 1 from messages m where m.org_id = d.org_id and m.id = d.message_id)
		and (d.detail->'stages') ? 'skill_failed'"""
		% channel.org
	)
	assert wrong == 0, (
		"%d customers got the words for a question without answer because the database was unreachable" % wrong
	)


def restarted(world, name, kill, platform="whatsapp"):
	"""kill: None for a fast shutdown, else the signal."""
	channel = world.channel("%s, %s" % (name, platform), platform)
	with world.stack.sender() as sender:
		world.refused.clear()
		threads = world.write_many(questions(channel), threads=4, pause_s=0.05)
		processes.wait_until(lambda: len(world.acknowledged) % (3 * CUSTOMERS) > CUSTOMERS, "a third of the traffic")
		size = os.path.getsize(world.stack.log)
		stop(world, kill)
		time.sleep(1.5)
		status = net.request(world.port, "GET", "/readyz").status
		verification = (
			platform == "whatsapp"
			and net.request(
				world.port,
				"GET",
				"/api/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=7&hub.verify_token="
				+ urllib.parse.quote(channel.verify_token, safe=""),
			).status
		)
		world.stack.postgres.start()
		with open(world.stack.log, "rb") as log:
			log.seek(size)
			written = log.read()
		finish(world, channel, sender, threads)
	assert set(world.refused) <= {503}, "answers while the database was unreachable: %s" % sorted(set(world.refused))
	assert 503 in world.refused and status == 503, "no 503 although the database was unreachable (readyz %s)" % status
	assert verification in (False, 503), (
		"a verification while the database was unreachable was answered with %d, as if its token were wrong"
		% verification
	)
	events = collections.Counter(re.findall(rb"program=(\S+) event=(\S+)", written)).most_common(3)
	assert len(written) < 100000, "%d bytes of log in less than 3 s without a database: %s" % (len(written), events)


def stop(world, kill):
	postgres = world.stack.postgres
	if kill is None:
		postgres.stop()
		return
	postgres.die(kill)


def failed_over(world):
	"""The server dies and its synchronous standby takes over at the same address, as managed databases do. Runs
	last: the standby stays.
	"""
	channel = world.channel("failed over")
	standby = world.stack.postgres.start_standby()
	with world.stack.sender() as sender:
		threads = world.write_many(questions(channel), threads=4, pause_s=0.05)
		processes.wait_until(lambda: len(world.acknowledged) % (3 * CUSTOMERS) > CUSTOMERS, "a third of the traffic")
		dead = world.stack.postgres
		stop(world, signal.SIGKILL)
		time.sleep(0.5)
		standby.take_over_from(dead)
		world.stack.postgres = standby
		finish(world, channel, sender, threads)


def failed_over_elsewhere(world):
	"""The server dies in the middle of a storm, and its synchronous standby is promoted at an address of its own: both
	stand in database.url. Within ten seconds a customer is answered again. Runs last: the standby stays."""
	channel = world.channel("failed over elsewhere")
	dead = world.stack.postgres
	standby = dead.start_standby()
	world.stack.write_conf(
		**{
			"database.url": "host=%s,%s port=%d,%d dbname=deskbell user=deskbell target_session_attrs=read-write"
			% (dead.folder, dead.folder, dead.port, standby.port)
		}
	)
	world.serve()
	before = len(world.acknowledged)
	with world.stack.sender() as sender:
		threads = world.write_many(questions(channel), threads=4, pause_s=0.05)
		processes.wait_until(lambda: len(world.acknowledged) > before + CUSTOMERS, "a third of the traffic")
		stop(world, signal.SIGKILL)
		killed = time.monotonic()
		standby.promote()
		world.write(channel, faults.phone(CUSTOMERS), "question number1")
		processes.wait_until(
			lambda: any(d["to"].lstrip("+") == faults.phone(CUSTOMERS) for d in world.deliveries(channel)),
			"an answer after the failover",
			pause=0.1,
		)
		took = time.monotonic() - killed
		dead.remove()
		world.stack.postgres = standby
		world.sql = world.stack.sql = standby.sql()
		finish(world, channel, sender, threads, 3 * CUSTOMERS + 1)
	assert took < processes.patience(5), "it took %.1f s from the end of the primary to the next answer" % took


def connections_cut(world, platform="whatsapp"):
	channel = world.channel("cut, " + platform, platform)
	lottery = random.Random(7)
	with world.stack.sender() as sender:
		# One that has no database when it starts leaves at once, for cron to start it again; here it is to stay.
		processes.wait_until(
			lambda: world.sql.value("select count(*) as n from heartbeats where pid = %d" % sender.pid),
			"the sender",
			process=sender,
		)
		threads = world.write_many(questions(channel), threads=4, pause_s=0.08)
		while any(t.is_alive() for t in threads):
			world.stack.postgres.admin(
				"select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'deskbell' and random() < %.1f"
				% lottery.choice((0.3, 1.0))
			)
			time.sleep(lottery.random() * 0.3)
		finish(world, channel, sender, threads)


def calm(world):
	"""A sender that holds outcomes it cannot store does not spin."""
	channel = world.channel("calm")
	world.simulator.behave(latency_ms=800)
	with world.stack.sender() as sender:
		world.write(channel, faults.phone(1), "question number1")
		processes.wait_until(
			lambda: world.sql.value(
				"select count(*) as n from outbox where org_id = %d and state = 'sending'" % channel.org
			),
			"the delivery to be on its way",
		)
		world.stack.postgres.stop()
		processes.wait_until(lambda: world.deliveries(channel), "the delivery")
		time.sleep(1)
		before = cpu_s(sender.pid)
		time.sleep(2)
		used = cpu_s(sender.pid) - before
		world.stack.postgres.start()
		world.simulator.behave(latency_ms=0)
		world.wait_done(process=sender)
		world.wait_idle()
		world.assert_proof(channel, answers=1)
	assert used < 0.3, "the sender took %.1f s of processor time in 2 s without a database" % used


def cpu_s(pid):
	with open("/proc/%d/stat" % pid) as f:
		fields = f.read().rsplit(")", 1)[1].split()
	return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def full_disk(world, log_file):
	"""Nothing can be written to the log; mail must go out all the same."""
	channel = world.channel("full " + log_file)
	world.stack.write_conf(**{"log.file": log_file, "log.level": "debug"})
	try:
		world.serve()
		with world.stack.sender() as sender:
			threads = world.write_many(questions(channel))
			finish(world, channel, sender, threads)
	finally:
		world.stack.write_conf(**{"log.file": world.stack.log, "log.level": "info"})
		world.serve()


def small_disk(world):
	"""A file system of 8 kB that is full after some lines; needs the right to mount."""
	folder = tempfile.mkdtemp(prefix="deskbell-full-", dir="/tmp")
	try:
		user = processes.plain_user()
		options = "size=8k" + (",uid=%d,gid=%d" % (user.pw_uid, user.pw_gid) if user else "")
		if (
			processes.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], root=True, check=False).returncode
			!= 0
		):
			return False
		try:
			full_disk(world, folder + "/deskbell.log")
			full = os.statvfs(folder).f_bavail == 0
		finally:
			processes.run(["umount", folder], root=True)
	finally:
		os.rmdir(folder)
	assert full, "the disk was not full in the end"
	return True


def body(tap, world):
	world.serve()
	tap.run("the database is shut down (fast) and started again", restarted, world, "fast", None)
	tap.run("the database is shut down (immediate) and started again", restarted, world, "immediate", signal.SIGQUIT)
	tap.run("the database is killed and started again", restarted, world, "killed", signal.SIGKILL)
	tap.run(
		"telegram: the database is killed and started again", restarted, world, "killed", signal.SIGKILL, "telegram"
	)
	tap.run("outcomes that cannot be stored wait quietly and are stored later", calm, world)
	tap.run("connections are cut at random", connections_cut, world)
	tap.run("telegram: connections are cut at random", connections_cut, world, "telegram")
	tap.run("the log is a device that is always full", full_disk, world, "/dev/full")
	if os.geteuid() == 0:
		tap.run("the log's disk runs full", small_disk, world)
	else:
		tap.skip("the log's disk runs full", "only root can mount a small one")
	tap.run("the database fails over to its standby", failed_over, world)
	tap.run("the database fails over to a standby at another address", failed_over_elsewhere, world)


sys.exit(faults.run(Tap(), body))
