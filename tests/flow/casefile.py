"""Reads a case: a text file of steps.

    # What is tested and why. This comment is the case's description.
    === verb arguments
    body lines, up to the next step
    === expect status 200

Everything may hold ${...}:
    ${n}              a word that is unique to this run of this case; for ids
    ${phone} ${waba} ${org} ${channel} ${token}   of the case's own channel; ${other.phone} of the channel named `other`
    ${now} ${now-90000}                  Unix seconds; `now` is when the case began, the same in each of its steps
    ${hex:c328}       raw bytes       ${repeat:100:[}   a text many times (a brace is \x7d)
    ${fill:4194304}   as many spaces as make the whole body that long
    ${name}           what an earlier `let name` found
"""

import re


class Step:
	def __init__(self, verb, args, body, line):
		self.verb, self.args, self.body, self.line = verb, args, body, line


class CaseError(Exception):
	"""The case file itself is wrong."""


def parse(path):
	"""The description and the steps of a case file."""
	description, steps, current = [], [], None
	with open(path, "rb") as f:
		for number, line in enumerate(f.read().split(b"\n"), 1):
			if line.startswith(b"=== "):
				words = line[4:].decode().split(" ", 1)
				current = Step(words[0], words[1].strip() if len(words) > 1 else "", [], number)
				steps.append(current)
			elif current is not None:
				current.body.append(line)
			elif line.startswith(b"#"):
				description.append(line[1:].strip().decode())
			elif line.strip():
				raise CaseError("%s:%d: text before the first step" % (path, number))
	for step in steps:
		step.body = b"\n".join(step.body).strip(b"\n")
	if not steps:
		raise CaseError("%s: no step" % path)
	return " ".join(description), steps


def _value(name, values):
	kind, _, rest = name.partition(":")
	if kind == "hex":
		return bytes.fromhex(rest)
	if kind == "repeat":
		count, _, text = rest.partition(":")
		return text.encode().decode("unicode_escape").encode() * int(count)
	match = re.fullmatch(r"now([+-]\d+)?", name)
	if match:
		return b"%d" % (values["now"] + int(match.group(1) or 0))
	if name not in values:
		raise CaseError("nothing is known of ${%s}" % name)
	return str(values[name]).encode()


def expand(body, values):
	"""The body with every ${...} put in."""

	def one(match):
		name = match.group(1).decode()
		return match.group(0) if name.startswith("fill:") else _value(name, values)

	body = re.sub(rb"\$\{([^}]+)\}", one, body)
	match = re.search(rb"\$\{fill:(\d+)\}", body)
	if match:
		missing = int(match.group(1)) - (len(body) - len(match.group(0)))
		body = body.replace(match.group(0), b" " * missing)
	return body
