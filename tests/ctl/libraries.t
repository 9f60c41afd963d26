#!/usr/bin/python3
"""What happens on a host whose libraries do something else: one function of each is replaced by another, as a wrong
version would.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lib"))

from deskbell import paths
from deskbell.tap import program

CONFIG_STATUS = 78

# What is replaced, and what the doctor says: level, words, remedy. The first three are essential: no program starts.
ESSENTIAL = {
	"json-c refuses everything": ("void *json_tokener_parse_ex(void *t, const char *s, int n) { return 0; }", "json-c"),
	"OpenSSL does not encrypt": (
		"int EVP_EncryptUpdate(void *c, unsigned char *o, int *n, const unsigned char *i, int l) { return 0; }",
		"OpenSSL",
	),
	"libcurl has no TLS": (
		"#include <curl/curl.h>\nstatic const char *const none[] = { 0 };\n"
		"curl_version_info_data *curl_version_info(CURLversion v) { static curl_version_info_data d;"
		" d.version = \"7.0\"; d.protocols = none; return &d; }",
		"libcurl 7.0 cannot speak https",
	),
}
OTHER = {
	"libcrypt has no yescrypt": (
		"char *crypt_gensalt_rn(const char *p, unsigned long c, const char *r, int n, char *o, int s) { return 0; }",
		"FAIL",
		"yescrypt",
		"libxcrypt",
	),
	"utf8proc folds nothing": (
		"long utf8proc_decompose(const void *s, long n, void *b, long m, int o) { return 0; }\n"
		"long utf8proc_decompose_char(int c, int *d, long n, int o, int *l) { *d = c; return 1; }",
		"FAIL",
		"utf8proc",
		"libutf8proc",
	),
	"iconv knows no charset": (
		"#include <errno.h>\nvoid *iconv_open(const char *t, const char *f) { errno = EINVAL; return (void *)-1; }",
		"warn",
		"charsets",
		"C library",
	),
	"libxml2 reads no page": ("int htmlParseDocument(void *c) { return -1; }", "warn", "libxml2", "libxml2"),
	"md4c reads nothing": (
		"int md_parse(const char *s, unsigned n, const void *p, void *d) { return -1; }",
		"warn",
		"md4c",
		"libmd4c",
	),
	"libstemmer has no language": (
		"void *sb_stemmer_new(const char *a, const char *c) { return 0; }",
		"warn",
		"libstemmer",
		"libstemmer",
	),
}


class Host:
	def __init__(self, folder):
		self.folder = folder
		self.conf = os.path.join(folder, "deskbell.conf")
		with open(self.conf, "w") as f:
			f.write("database.url = host=%s\n" % folder)
		self.n = 0

	def with_library(self, source):
		"""The environment of a program that finds this function before the library's."""
		self.n += 1
		path = os.path.join(self.folder, "wrong%d" % self.n)
		with open(path + ".c", "w") as f:
			f.write(source + "\n")
		subprocess.run(
			[
				paths.system_program("cc", "gcc", "clang"),
				"-shared",
				"-fPIC",
				"-w",
				"-fno-builtin",
				"-o",
				path + ".so",
				path + ".c",
			],
			check=True,
		)
		return {"LD_PRELOAD": path + ".so"}

	def run(self, name, *args, **env):
		env = dict({"PATH": os.environ["PATH"], "DESKBELL_CONF": self.conf}, **env)
		return subprocess.run(
			[paths.built(name)] + list(args),
			env=env,
			stdin=subprocess.DEVNULL,
			stdout=subprocess.PIPE,
			stderr=subprocess.PIPE,
			timeout=120,
		)

	def findings(self, check, **env):
		return [f for f in json.loads(self.run("deskbellctl", "doctor", "--json", **env).stdout) if f["check"] == check]


def right(host):
	assert [f["level"] for f in host.findings("libraries")] == ["ok"], host.findings("libraries")
	assert [f["level"] for f in host.findings("documents")] == ["ok"], host.findings("documents")


def essential(host, source, words):
	wrong = host.with_library(source)
	found = host.findings("libraries", **wrong) if "json" not in words else []
	assert not found or (found[0]["level"] == "FAIL" and words in found[0]["words"] and found[0]["next"]), found
	as_cgi = {"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET"}
	for name, env in (("webhook.fcgi", as_cgi), ("desk.fcgi", as_cgi), ("deskbell-outbox", {})):
		done = host.run(name, *(["--once"] if name == "deskbell-outbox" else []), **dict(env, **wrong))
		assert done.returncode == CONFIG_STATUS and words.encode() in done.stderr, (name, done.returncode, done.stderr)


def other(host, source, level, words, remedy):
	found = host.findings("libraries", **host.with_library(source))
	assert [f["level"] for f in found] == [level] and words in found[0]["words"] and remedy in found[0]["next"], found


def no_pdftotext(host):
	found = host.findings(
		"documents", **host.with_library("int execve(const char *p, void *a, void *e) { return -1; }")
	)
	assert [f["level"] for f in found] == ["warn"] and "poppler-utils" in found[0]["next"], found


def no_picture_reader(host):
	"""Where libgd is absent, as in the portable release."""
	assert [f["level"] for f in host.findings("pictures")] == [
		"ok" if os.access(paths.built("deskbell-picture"), os.X_OK) else "warn"
	], host.findings("pictures")
	found = host.findings(
		"pictures",
		**host.with_library(
			"#include <string.h>\n#include <unistd.h>\n"
			"int access(const char *p, int m) { return strstr(p, \"deskbell-picture\") ? -1 : faccessat(-100, p, m, 0); }"
		),
	)
	assert (
		[f["level"] for f in found] == ["warn"]
		and "no previews" in found[0]["words"]
		and "libgd-dev" in found[0]["next"]
	), found


def run(tap):
	with tempfile.TemporaryDirectory(prefix="deskbell-") as folder:
		host = Host(folder)
		tap.run("every library does what is relied on", right, host)
		for name, how in ESSENTIAL.items():
			tap.run("%s: no program starts" % name, essential, host, *how)
		for name, how in OTHER.items():
			tap.run("%s: the doctor says so" % name, other, host, *how)
		tap.run("pdftotext does not start: the doctor says so", no_pdftotext, host)
		tap.run("deskbell-picture is not installed: the doctor says so", no_picture_reader, host)


sys.exit(program(run))
