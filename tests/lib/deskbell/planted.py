"""Secrets with recognisable values that every test plants, and the search for them in everything the stack wrote.

Each value holds the word "zqsecret"; each customer's text holds "zq-body-". Neither may ever appear in a log.
"""

import os
import re

APP_SECRET = "zqsecret0app0f00d5e1a9b7c3d2e4f60817"
OTHER_APP_SECRET = "zqsecret0other0a1b2c3d4e5f60718293a4"
ACCESS_TOKEN = "EAAGzqsecret0token0ZBxyz0123456789abcdefgh"
BOT_TOKEN = "zqsecret0bot0AAHdqTcvCH1vGWJxfSeofSAs0K5"
VERIFY_TOKEN = "zqsecret0verify/+=&%"
LLM_KEY = "sk-zqsecret0llm0Qw3rTyUi0pAsDf"
PASSWORD = "zqsecret0password0Kappa7"
BODY_MARKER = "zq-body-"

PATTERN = re.compile(rb"zqsecret|zq-body-", re.IGNORECASE)

SANITIZER = re.compile(rb"ERROR: \w+Sanitizer|runtime error:|Assertion .* failed|event=page.missing_name")


def find_crashes(files):
	"""What sanitizers, broken assertions and pages without a value for one of their names wrote into the logs."""
	found = []
	for path in files:
		if os.path.isfile(path):
			with open(path, "rb") as f:
				found += [
					"%s: %s" % (os.path.basename(path), line.decode("utf-8", "replace")[:200].strip())
					for line in f
					if SANITIZER.search(line)
				]
	return found


def key_file_words(path):
	"""The parts of a key file that are long enough to be key material, for the search."""
	try:
		with open(path, "rb") as f:
			return [w for w in re.split(rb"[^0-9A-Za-z+/=_-]+", f.read()) if len(w) >= 32]
	except OSError:
		return []


def find_in_logs(files, key_files=()):
	"""What was found, as "file:line: first characters" with the find itself left out. An empty list is the good case."""
	found = []
	keys = [w for path in key_files for w in key_file_words(path)]
	for path in files:
		if not os.path.isfile(path):
			continue
		with open(path, "rb") as f:
			for number, line in enumerate(f, 1):
				hit = PATTERN.search(line)
				if hit:
					found.append(
						"%s:%d: %s of %d bytes" % (os.path.basename(path), number, hit.group().decode(), len(line))
					)
				elif any(k in line for k in keys):
					found.append("%s:%d: key material" % (os.path.basename(path), number))
	return found
