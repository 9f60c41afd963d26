"""Certificates of servers that tests play, signed by authorities of their own."""

import os

from . import paths, processes


class Authority:
	"""A CA with a certificate of its own."""

	def __init__(self, folder, name):
		self.folder, self.name = folder, name
		self.openssl(
			"req",
			"-x509",
			"-newkey",
			"ec",
			"-pkeyopt",
			"ec_paramgen_curve:prime256v1",
			"-nodes",
			"-days",
			"2",
			"-subj",
			"/CN=" + name,
			"-keyout",
			self.path("key"),
			"-out",
			self.path("crt"),
		)

	def path(self, ending):
		return os.path.join(self.folder, "%s.%s" % (self.name, ending))

	def openssl(self, *arguments):
		processes.run([paths.system_program("openssl")] + list(arguments))

	def certify(self, host):
		"""Key and certificate of a server of this name."""
		key, request, certificate, names = (self.path(host + "." + end) for end in ("key", "csr", "crt", "ext"))
		with open(names, "w") as f:
			f.write("subjectAltName = DNS:%s\n" % host)
		self.openssl(
			"req",
			"-newkey",
			"ec",
			"-pkeyopt",
			"ec_paramgen_curve:prime256v1",
			"-nodes",
			"-subj",
			"/CN=" + host,
			"-keyout",
			key,
			"-out",
			request,
		)
		self.openssl(
			"x509",
			"-req",
			"-in",
			request,
			"-CA",
			self.path("crt"),
			"-CAkey",
			self.path("key"),
			"-CAcreateserial",
			"-days",
			"2",
			"-extfile",
			names,
			"-out",
			certificate,
		)
		return key, certificate
