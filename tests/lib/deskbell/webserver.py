"""The web servers, each started from the sample files that are shipped, with this stack's paths put in.

A flavour is a class; FLAVOURS names them. All are context managers with a `port`. `threads` tells whether one process
serves several requests at once there.
"""

import os
import signal
import socket

from . import net, paths, processes
from .authority import Authority


def sample(name, stack):
	"""The text of a shipped sample with the placeholders put in."""
	with open(os.path.join(paths.SOURCE, name), encoding="utf-8") as f:
		text = f.read()
	for key, value in {
		"@FCGIDIR@": stack.bin,
		"@BINDIR@": stack.bin,
		"@CONF@": stack.conf,
		"@RUNDIR@": stack.run_dir,
		"@LOGDIR@": stack.folder,
	}.items():
		text = text.replace(key, value)
	assert "DIR@" not in text and "@CONF@" not in text, name
	return text


def certificate(folder):
	"""A certificate for localhost that signs itself, and its key, in one file."""
	own = Authority(folder, "localhost")
	path = os.path.join(folder, "tls.pem")
	with open(path, "w", encoding="utf-8") as target:
		for part in ("crt", "key"):
			with open(own.path(part), encoding="utf-8") as source:
				target.write(source.read())
	return path


class Server:
	env = None
	tls = False  # set it before the start

	def __init__(self, stack, port=None):
		self.stack = stack
		self.port = port or net.free_port()
		self.folder = os.path.join(stack.folder, "www")
		self.log = os.path.join(stack.folder, "server.log")
		self.process = None

	def write(self, name, text, mode=0o644):
		path = os.path.join(self.folder, name)
		os.makedirs(os.path.dirname(path), exist_ok=True)
		with open(path, "w", encoding="utf-8") as f:
			f.write(text)
		os.chmod(path, mode)
		return path

	def prepare(self):
		"""Writes the configuration and returns the command."""
		raise NotImplementedError

	def start(self):
		for folder in (self.folder, os.path.join(self.folder, "htdocs"), os.path.join(self.folder, "tmp")):
			os.makedirs(folder, exist_ok=True)
			processes.give(folder)
		self.process = self.begin(self.prepare())
		processes.wait_until(lambda: net.port_answers(self.port), "the web server", process=self.process)

	def begin(self, argv):
		return processes.Process(argv, self.log, env=self.env, stop_signal=self.stop_signal, vital=True)

	def stop(self):
		if self.process:
			self.process.stop()
			self.process = None

	def __enter__(self):
		if not self.process:
			self.start()
		return self

	def __exit__(self, *exc):
		self.stop()


class Lighttpd(Server):
	stop_signal = signal.SIGTERM

	def prepare(self):
		text = """
server.document-root = "%(folder)s/htdocs"
server.port = %(port)d
server.bind = "127.0.0.1"
server.errorlog = "%(log)s"
server.upload-dirs = ( "%(folder)s/tmp" )
server.modules = ()
""" % {"folder": self.folder, "port": self.port, "log": os.path.join(self.stack.folder, "lighttpd-error.log")}
		conf = self.write("lighttpd.conf", text + sample(self.sample, self.stack))
		return [paths.system_program("lighttpd"), "-D", "-f", conf]


class LighttpdFastcgi(Lighttpd):
	sample = "lighttpd/deskbell.conf"
	threads = True


class LighttpdCgi(Lighttpd):
	sample = "lighttpd/deskbell-cgi.conf"
	threads = False


class Apache(Server):
	stop_signal = signal.SIGTERM
	threads = False
	modules = "mpm_event authz_core alias reqtimeout"
	main = ""

	def module_folder(self):
		for folder in ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2"):
			if os.path.isdir(folder):
				return folder
		raise paths.Missing("the folder of Apache's modules was not found")

	def prepare(self):
		folder = self.module_folder()
		lines = [
			"ServerRoot \"%s\"" % self.folder,
			"ServerName localhost",
			"Listen 127.0.0.1:%d" % self.port,
			"PidFile \"%s/apache.pid\"" % self.folder,
			"ErrorLog \"%s\"" % os.path.join(self.stack.folder, "apache-error.log"),
			"DefaultRuntimeDir \"%s\"" % self.folder,
			"Mutex file:%s default" % self.folder,
		]
		for name in self.modules.split():
			path = "%s/mod_%s.so" % (folder, name)
			if not os.path.exists(path):
				raise paths.Missing("Apache's mod_%s is not installed" % name)
			lines.append("LoadModule %s_module %s" % (name, path))
		if self.tls:
			lines += [
				"LoadModule ssl_module %s/mod_ssl.so" % folder,
				"SSLSessionCache none",
				"SSLEngine on",
				"SSLCertificateFile \"%s\"" % certificate(os.path.join(self.folder, "tmp")),
			]
		lines += [
			"DocumentRoot \"%s/htdocs\"" % self.folder,
			"<Directory \"/\">",
			"\tRequire all granted",
			"</Directory>",
		]
		if self.sample:
			self.write("deskbell.conf", sample(self.sample, self.stack))
			self.main += "Include \"%s/deskbell.conf\"\n" % self.folder
		conf = self.write("apache.conf", "\n".join(lines) + "\n" + self.main % {"folder": self.folder})
		return [paths.system_program("apache2", "httpd"), "-f", conf, "-d", self.folder, "-DFOREGROUND"]


class ApacheFcgid(Apache):
	sample = "apache/deskbell-fcgid.conf"
	modules = Apache.modules + " fcgid"
	main = "FcgidIPCDir \"%(folder)s/tmp\"\nFcgidProcessTableFile \"%(folder)s/fcgid_shm\"\n"


class ApacheFcgidPrefork(ApacheFcgid):
	modules = ApacheFcgid.modules.replace("mpm_event", "mpm_prefork")


class ApacheCgi(Apache):
	sample = "apache/deskbell-cgi.conf"
	modules = Apache.modules + " cgid env"
	main = "ScriptSock \"%(folder)s/tmp/cgisock\"\n"


class ApacheModCgi(ApacheCgi):
	"""The processes of mpm_prefork start programs themselves, without mod_cgid's daemon."""

	modules = Apache.modules.replace("mpm_event", "mpm_prefork") + " cgi env"
	main = ""


class ApacheHtaccess(Apache):
	"""Shared hosting: nothing but .htaccess and a cgi-bin folder inside the document root."""

	sample = None
	modules = Apache.modules + " fcgid rewrite"
	main = (
		ApacheFcgid.main
		+ """
<Directory "%(folder)s/htdocs">
	AllowOverride All
	Options +ExecCGI +FollowSymLinks
</Directory>
# The host's own business; .htaccess cannot set it, and the default is 128 kB.
FcgidMaxRequestLen 16777216
"""
	)

	def wrapper(self, name):
		return sample("apache/%s.sh" % name, self.stack)

	def prepare(self):
		self.write("htdocs/.htaccess", sample("apache/htaccess", self.stack))
		for name in ("webhook.fcgi", "desk.fcgi"):
			self.write("htdocs/cgi-bin/" + name, self.wrapper(name), 0o755)
		return super().prepare()


class ApacheHtaccessCgi(ApacheHtaccess):
	"""The same without mod_fcgid, with wrappers that pass their arguments on, and with every program of the stack in
	a folder for CGI.
	"""

	modules = Apache.modules.replace("mpm_event", "mpm_prefork") + " cgi rewrite"
	main = (
		ApacheHtaccess.main.split(ApacheFcgid.main)[1].split("#")[0]
		+ "ScriptAlias \"/tools/\" \"%(folder)s/../bin/\"\n"
	)

	def wrapper(self, name):
		text = super().wrapper(name)
		assert text.endswith(name + "\n"), text
		return text[:-1] + " \"$@\"\n"


class Spawned:
	"""The programs are started by another program with the listening socket as their standard input, as systemd and
	spawn-fcgi do.
	"""

	threads = True
	spawned = ()

	def spawn(self, name):
		path = os.path.join(self.stack.run_dir, name + ".sock")
		with socket.socket(socket.AF_UNIX) as listening:
			if os.path.exists(path):
				os.unlink(path)
			listening.bind(path)
			processes.give(path)
			os.chmod(path, 0o660)
			listening.listen(1024)
			return processes.Process(
				[self.stack.program(name + ".fcgi")],
				os.path.join(self.stack.folder, name + "-stderr.log"),
				env={"DESKBELL_CONF": self.stack.conf},
				stdin=listening,
			)

	def start(self):
		self.spawned = [self.spawn(name) for name in ("webhook", "desk")]
		super().start()

	def stop(self):
		super().stop()
		for process in self.spawned:
			process.stop()
		self.spawned = ()


class ApacheProxyFcgi(Spawned, Apache):
	sample = "apache/deskbell-proxy-fcgi.conf"
	modules = Apache.modules + " proxy proxy_fcgi env"


class ApacheProxyFcgiPrefork(ApacheProxyFcgi):
	modules = ApacheProxyFcgi.modules.replace("mpm_event", "mpm_prefork")


class Nginx(Spawned, Server):
	stop_signal = signal.SIGTERM
	main = """
daemon off;
worker_processes 2;
pid %(folder)s/nginx.pid;
error_log %(log)s;
events { worker_connections 512; }
http {
	access_log off;
	client_body_temp_path %(folder)s/tmp/body;
	fastcgi_temp_path %(folder)s/tmp/fastcgi;
	proxy_temp_path %(folder)s/tmp/proxy;
	uwsgi_temp_path %(folder)s/tmp/uwsgi;
	scgi_temp_path %(folder)s/tmp/scgi;
	server {
		listen 127.0.0.1:%(port)d%(ssl)s;
		server_name localhost;
		root %(folder)s/htdocs;
		include %(folder)s/deskbell.conf;
	}
}
"""

	def prepare(self):
		self.write("deskbell.conf", sample("nginx/deskbell.conf", self.stack))
		ssl = ""
		if self.tls:
			path = certificate(os.path.join(self.folder, "tmp"))
			ssl = " ssl;\n\t\tssl_certificate %s;\n\t\tssl_certificate_key %s" % (path, path)
		log = os.path.join(self.stack.folder, "nginx-error.log")
		conf = self.write("nginx.conf", self.main % {"folder": self.folder, "port": self.port, "log": log, "ssl": ssl})
		return [paths.system_program("nginx"), "-p", self.folder, "-c", conf, "-e", log]


FLAVOURS = {
	"lighttpd-fastcgi": LighttpdFastcgi,
	"lighttpd-cgi": LighttpdCgi,
	"apache-fcgid": ApacheFcgid,
	"apache-fcgid-prefork": ApacheFcgidPrefork,
	"apache-proxy-fcgi": ApacheProxyFcgi,
	"apache-proxy-fcgi-prefork": ApacheProxyFcgiPrefork,
	"nginx": Nginx,
	"apache-cgi": ApacheCgi,
	"apache-mod-cgi": ApacheModCgi,
	"apache-htaccess": ApacheHtaccess,
	"apache-htaccess-cgi": ApacheHtaccessCgi,
}
