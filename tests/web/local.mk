# The desk request by request, behind each web server, and every route by everybody.
WEB_TESTS = \
	tests/web/words.t \
	tests/web/matrix.t \
	tests/web/memory.t \
	tests/web/arguments.t \
	tests/web/door.t \
	tests/web/files.t \
	tests/web/found.t \
	tests/web/desk-role.t \
	tests/web/units.t \
	tests/web/install.t \
	tests/web/quickstart.t \
	tests/web/channels.t \
	tests/web/bot.t \
	tests/web/contact.t \
	tests/web/details.t \
	tests/web/organisation.t \
	tests/web/start.t \
	tests/web/figures.t \
	tests/web/replies.t \
	tests/web/skills.t \
	tests/web/knowledge.t \
	tests/web/learn.t \
	tests/web/account.t \
	tests/web/second-factor.t \
	tests/web/leads.t \
	tests/web/mail.t \
	tests/web/queue.t \
	tests/web/quota.t \
	tests/web/status.t \
	tests/web/audit.t \
	tests/web/inbox.t \
	tests/web/lighttpd-fastcgi.t \
	tests/web/lighttpd-cgi.t \
	tests/web/apache-fcgid.t \
	tests/web/apache-proxy-fcgi.t \
	tests/web/apache-cgi.t \
	tests/web/apache-htaccess.t
TESTS += $(WEB_TESTS)
EXTRA_DIST += $(WEB_TESTS) tests/web/answering.py tests/web/desk.py tests/web/memory_requests.py tests/web/routes.py tests/web/work.py
