#!/usr/bin/python3
# What the pages for developers name is there: files, folders, functions, targets of make; and so are the files that
# comments of the sources name, of which each begins with its own.
#
# A name in backquotes is one of them by its form, and drawings name files without backquotes. A file may be named by
# the end of its path, from any folder on: `answer/guard.c`, `guard.c`. NAME and NNNN stand for any name. A function,
# table or constant has to stand in the sources as a word of its own, in the very file where one follows in brackets.
import fnmatch
import glob
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "lib"))
from deskbell import paths
from deskbell.tap import program

PAGES = ["src/README.md", "sql/README.md", "templates/README.md", "CONTRIBUTING.md", "SECURITY.md"]
SOURCES = ["src", "sql", "tests", "templates", "build-aux", "htdocs", "doc", "po", "apache", "lighttpd", "cgi-bin"]
LEFT_OUT = {"node_modules", "__pycache__", "models", "cases", "corpus"}
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"(?<![\w/.:{-])([\w*-][\w*./-]*\.(?:c|h|sql|t|py|m?js|css|mustache|awk|md|mk))(?![\w./-])")
FOLDER = re.compile(r"([\w-]+/)+")
NAME = re.compile(r"(?:(?:struct|enum) )?([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)(?:\(.*\))?")
# `deskbell_audit` (`sql/functions/audit.sql`)
NAME_IN_FILE = re.compile(r"`(?:struct )?([A-Za-z]\w*)(?:\([^`]*\))?`\s\(`([\w./-]+\.(?:c|h|sql))`")
TARGET = re.compile(r"\bmake ((?:check|update|print|quality)-[a-z]+|pictures|screenshots)\b")
# What a reader is to write, what is generated, and what others call theirs.
MADE_UP = {"my_statement", "some_name", "sql_my_statement", "sql_my_statement_row", "sql_my_statement_each"}
GENERATED = {"db/statements.h"}
FOREIGN = {"log_min_duration_statement", "fcgiapp.h", "sysexits.h", "lib/transfer.c"}
COMMENT = {".c": re.compile(r"/\*.*?\*/", re.S), ".h": re.compile(r"/\*.*?\*/", re.S), ".sql": re.compile(r"--.*")}


def read(name):
	with open(os.path.join(paths.SOURCE, name), encoding="utf-8", errors="replace") as f:
		return f.read()


def all_files():
	"""Paths of all files, from the top."""
	found = [name for name in os.listdir(paths.SOURCE) if os.path.isfile(os.path.join(paths.SOURCE, name))]
	for source in SOURCES:
		for folder, below, names in os.walk(os.path.join(paths.SOURCE, source)):
			below[:] = [name for name in below if name not in LEFT_OUT]
			found += [os.path.relpath(os.path.join(folder, name), paths.SOURCE) for name in names]
	return found


class Tree:
	def __init__(self):
		self.files = all_files()
		self.folders = ["/%s/" % folder for folder in {os.path.dirname(name) for name in self.files}]
		# The pages themselves prove nothing.
		code = [name for name in self.files if not name.endswith((".md", ".png", ".jpg", ".ico"))]
		self.words = set().union(*(re.findall(r"\w+", read(name)) for name in code))
		makefiles = "\n".join(read(name) for name in self.files if name.endswith((".mk", "Makefile.am")))
		self.targets = set(re.findall(r"^([a-z-]+):", makefiles, re.M)) | set(re.findall(r"\bcheck-[a-z]+", makefiles))

	def found(self, named):
		"""The files of this name."""
		pattern = re.sub(r"NAME|NNNN(_what)?|STATE", "*", named)
		return [f for f in self.files if fnmatch.fnmatch(f, pattern) or fnmatch.fnmatch(f, "*/" + pattern)]

	def has_folder(self, named):
		return any("/" + named in folder for folder in self.folders)


def missing_files(tree, text):
	return [name for name in FILE.findall(text) if name not in GENERATED | FOREIGN and not tree.found(name)]


def missing(tree, page):
	"""What a page names that is not there."""
	text = read(page)
	found = missing_files(tree, text)
	found += ["make " + name for name in TARGET.findall(text) if name not in tree.targets]
	for quoted in QUOTED.findall(text):
		name = NAME.fullmatch(quoted)
		if FOLDER.fullmatch(quoted) and "NAME" not in quoted and not tree.has_folder(quoted):
			found.append(quoted)
		elif name and "NAME" not in name[1] and name[1] not in tree.words | MADE_UP | FOREIGN:
			found.append(quoted)
	for name, file in NAME_IN_FILE.findall(text):
		if not any(re.search(r"\b%s\b" % name, read(f)) for f in tree.found(file)):
			found.append("%s in %s" % (name, file))
	return sorted(set(found))


def comments(tree):
	"""(path, comment) of all sources; migrations are history."""
	for path in tree.files:
		pattern = COMMENT.get(os.path.splitext(path)[1])
		if pattern and path.startswith(("src/", "sql/functions/", "sql/queries/")):
			for comment in pattern.findall(read(path)):
				yield path, comment


def of_another_name(tree):
	"""C files that begin with another name than their own."""
	sources = [f for f in tree.files if f.startswith("src/") and f.endswith((".c", ".h"))]
	return [f for f in sources if not read(f).startswith("/*\n * %s - " % os.path.basename(f))]


def run(tap):
	tree = Tree()
	internals = sorted(glob.glob(os.path.join(paths.SOURCE, "doc/internals/*.md")))
	for page in PAGES + [os.path.relpath(path, paths.SOURCE) for path in internals]:
		tap.equal(missing(tree, page), [], "what %s names is there" % page)
	stale = {"%s: %s" % (path, name) for path, comment in comments(tree) for name in missing_files(tree, comment)}
	tap.equal(sorted(stale), [], "what comments of the sources name is there")
	tap.equal(of_another_name(tree), [], "every source begins with its name")


sys.exit(program(run))
