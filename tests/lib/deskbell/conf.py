"""Writes deskbell.conf. Values are those of a host that answers at once and writes one log for all its programs."""

from . import processes


def write(path, values):
	with open(path, "w", encoding="utf-8") as f:
		f.write("# written by a test\n")
		for key, value in values.items():
			f.write("%s = %s\n" % (key, value))
	processes.give(path)


def defaults(folder, database_url, graph_url, log_level="info"):
	return {
		"database.url": database_url,
		"key.file": folder + "/deskbell.key",
		"public.base_url": "https://desk.example.com",
		"graph.base_url": graph_url,
		"telegram.base_url": graph_url,
		"log.level": log_level,
		"log.file": folder + "/deskbell.log",
		"run.dir": folder + "/run",
		"files.dir": folder + "/files",
		"outbox.program": folder + "/bin/deskbell-outbox",
		"outbox.kick": "off",
		"answer.debounce_ms": "0",
	}
