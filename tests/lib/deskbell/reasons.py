"""What a database keeps as a reason: codes of the table in src/core/text/reasons-*.h, and nowhere one of the
sentences that the catalogues translate.
"""

import glob
import json
import os
import re

from . import paths

# Members that hold a reason, wherever they stand: a code, or an object with one.
MEMBERS = ("reason", "status_reason", "attention_reason", "subject", "next")
# Columns of that name with codes of their own, and columns with what people and platforms write.
OTHERS = {("attachments", "reason")}
WRITTEN = {
	("messages", "body"),
	("passages", "text"),
	("documents", "text"),
	("skills", "response"),
	("training_phrases", "text"),
}
# Members with what platforms, libraries and people say.
WORDS_OF_OTHERS = ("details", "said", "error", "body", "text")
WORDS_MIN = 3


def codes():
	found = set()
	for path in glob.glob(os.path.join(paths.SOURCE, "src", "core", "text", "reasons-*.h")):
		with open(path, encoding="utf-8") as f:
			found |= set(re.findall(r"\bX\((\w+),", f.read()))
	assert "bot_off" in found and "send_window_closed" in found, "the table of reasons has moved"
	return found


def sentences():
	"""Those that are looked for: of at least three words, and without what is filled in."""
	with open(os.path.join(paths.SOURCE, "po", "deskbell.pot"), encoding="utf-8") as f:
		ids = re.findall(r'^msgid ((?:".*"\s*)+)^msgstr', f.read(), re.M)
	texts = (json.loads('"%s"' % "".join(re.findall(r'"(.*)"', i))) for i in ids)
	return {t.strip(" .").lower() for t in texts if len(t.split()) >= WORDS_MIN and "{" not in t and "%" not in t}


def members(name, value):
	"""Every member of a value, and the value itself: (name, value)."""
	yield name, value
	if isinstance(value, dict):
		for key, inner in value.items():
			yield from members(key, inner)
	elif isinstance(value, list):
		for inner in value:
			yield from members(name, inner)


def columns(sql):
	"""Per table its columns that can hold words."""
	found = {}
	for c in sql.rows(
		"select table_name as t, column_name as c from information_schema.columns where table_schema = 'public' and "
		"data_type in ('text', 'jsonb', 'ARRAY') "
		"and table_name in (select relname from pg_class where relkind in ('r', 'p') and not relispartition) order by 1, 2"
	):
		if (c["t"], c["c"]) not in WRITTEN:
			found.setdefault(c["t"], []).append(c["c"])
	return found


def strays(sql):
	"""What is stored and is no code of the table, and how many codes were seen."""
	known, said, found, seen = codes(), sentences(), [], 0
	for table, names in columns(sql).items():
		for row in sql.rows("select distinct %s from %s" % (", ".join('"%s"' % n for n in names), table)):
			for column in names:
				for name, value in members(column, row[column]):
					if not value or not isinstance(value, (str, dict)):
						continue
					if isinstance(value, str) and name not in WORDS_OF_OTHERS and value.strip(" .").lower() in said:
						found.append("%s.%s holds a sentence: %s" % (table, column, value))
					if name not in MEMBERS or (table, name) in OTHERS:
						continue
					code = value.get("code") if isinstance(value, dict) else value
					seen += 1
					if code not in known:
						found.append(
							"%s.%s, %s: no code of a reason: %s" % (table, column, name, json.dumps(value)[:200])
						)
	return found, seen


def check(tap, sql, least):
	"""A test that all reasons which a run has left are codes, of which it must have left some."""
	found, seen = strays(sql)
	tap.ok(
		not found and seen >= least,
		"what is stored as a reason is a code, and no sentence is stored",
		"\n".join(sorted(set(found))[:20]) or "%d reasons" % seen,
	)
