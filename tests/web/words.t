#!/usr/bin/python3
# The translations: the template of words is what the sources say now, nothing is left untranslated, and a translation
# keeps the names and tags of its words.
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))
from deskbell import paths
from deskbell.tap import Tap

# How a user is not addressed: Spanish says tú, Turkish says siz.
STRANGE = {
	"es.po": re.compile(
		r"\b([Uu]sted(es)?|[Ss]us? (equipo|clientes|documentos|habilidades|navegador))\b"
		r"|\b(Dé|Elija|Escriba|Escríbal[ao]s?|Pulse|Compruebe|Obtenga|Obténgal[ao]s?|Guarde|Marque|Inténtelo|Ejecute|Pida"
		r"|Vuelva|Avise|Quite|Haga|Abra|Ábralo|Busque|Libere|Añada|Envíe|Introduzca|Use|Cree|Conecte|Espere|Revise)\b"
	),
	"tr.po": re.compile(
		r"\b([Ss]ana|[Ss]enin|[Ss]eni|[Ss]enden)\b|\b(dene|denetle|gönder|ekle|seç|yaz|bak|aç|ver|sor|bekle|gir)\.(\s|$)"
	),
}
FORMAL = {"What is stored about you"}  # a page for the contact
STRINGS = re.compile(r'"((?:[^"\\]|\\.)*)"')


def entries(text):
	"""Message id to translation."""
	found = {}
	for block in re.split(r"\n\n+", text):
		lines = "\n".join(line for line in block.splitlines() if not line.startswith("#"))
		parts = re.match(r"msgid (.*?)\nmsgstr (.*)", lines, re.S)
		if parts:
			msgid, msgstr = ("".join(STRINGS.findall(p)) for p in parts.groups())
			if msgid:
				found[msgid] = msgstr
	return found


def words_now():
	"""What the sources and templates say, collected as `make update-po` does it."""
	with tempfile.TemporaryDirectory() as folder:
		templates = [f for f in sorted(os.listdir(paths.SOURCE + "/templates")) if f.endswith(".mustache")]
		code = subprocess.run(
			["awk", "-f", paths.SOURCE + "/build-aux/po-words.awk"]
			+ [paths.SOURCE + "/templates/" + t for t in templates],
			stdout=subprocess.PIPE,
			check=True,
		).stdout
		with open(folder + "/words.c", "wb") as f:
			f.write(code)
		sources = sorted(glob.glob(paths.SOURCE + "/src/**/*.[ch]", recursive=True))
		subprocess.run(
			[
				paths.system_program("xgettext"),
				"--language=C",
				"--keyword=T",
				"--from-code=UTF-8",
				"--no-location",
				"-o",
				folder + "/now.pot",
				folder + "/words.c",
			]
			+ sources,
			check=True,
			stderr=subprocess.DEVNULL,
		)
		with open(folder + "/now.pot", encoding="utf-8") as f:
			return entries(f.read())


def parts_of(text):
	"""Names, tags, and what a format prints, whatever place it says (%2$s)."""
	return sorted(
		re.findall(r"\{\{.*?\}\}|<[^>]*>|&\w+;", text) + re.findall(r"%[.*0-9]*[a-z]+", re.sub(r"%[0-9]\$", "%", text))
	)


def main():
	tap = Tap()
	if not shutil.which("xgettext"):
		return tap.skip_all("xgettext is not installed")
	with open(paths.SOURCE + "/po/deskbell.pot", encoding="utf-8") as f:
		known = entries(f.read())
	now = words_now()
	tap.ok(
		set(known) == set(now),
		"po/deskbell.pot is up to date (%d words; make update-po)" % len(now),
		"\n".join(sorted(set(known) ^ set(now))),
	)
	for name in sorted(os.listdir(paths.SOURCE + "/po")):
		if not name.endswith(".po"):
			continue
		with open(paths.SOURCE + "/po/" + name, encoding="utf-8") as f:
			text = f.read()
		translated = entries(text)
		missing = [w for w in now if not translated.get(w)]
		tap.ok(not missing and "#, fuzzy" not in text, "%s: everything is translated" % name, "\n".join(missing))
		other = [w for w, t in translated.items() if t and parts_of(w) != parts_of(t)]
		tap.ok(not other, "%s: names and tags are kept" % name, "\n".join(other))
		strange = [t for w, t in translated.items() if STRANGE[name].search(t) and w not in FORMAL]
		tap.ok(not strange, "%s: addresses users in one way" % name, "\n".join(strange))
		quotes = [w for w, t in translated.items() if "\"" in t.replace("\\\"", "\"") and "\"" not in w]
		tap.ok(not quotes, "%s: no quote that could end an attribute" % name, "\n".join(quotes))
	return tap.done()


sys.exit(main())
