# What the user's web server, cron and systemd need, with the paths of this installation put in. Tests start the very same files.
APACHE_SAMPLES = \
	apache/deskbell-fcgid.conf \
	apache/deskbell-proxy-fcgi.conf \
	apache/deskbell-cgi.conf \
	apache/htaccess \
	apache/webhook.fcgi.sh \
	apache/desk.fcgi.sh \
	apache/cron.sample \
	apache/logrotate.sample \
	apache/deskbell-outbox.service \
	apache/deskbell-desk.service \
	apache/deskbell-desk.socket \
	apache/deskbell-webhook.service \
	apache/deskbell-webhook.socket
LIGHTTPD_SAMPLES = \
	lighttpd/deskbell.conf \
	lighttpd/deskbell-cgi.conf
NGINX_SAMPLES = nginx/deskbell.conf
SAMPLES = $(APACHE_SAMPLES) $(LIGHTTPD_SAMPLES) $(NGINX_SAMPLES)
EXTRA_DIST += $(SAMPLES)

SAMPLE_PATHS = \
	-e 's|@FCGIDIR[@]|$(fcgidir)|g' \
	-e 's|@BINDIR[@]|$(bindir)|g' \
	-e 's|@CONF[@]|$(sysconfdir)/deskbell/deskbell.conf|g' \
	-e 's|@LOGDIR[@]|$(localstatedir)/log/deskbell|g' \
	-e 's|@RUNDIR[@]|$(runstatedir)/deskbell|g'

install-data-local: install-samples install-folders
install-samples:
	$(MKDIR_P) "$(DESTDIR)$(pkgdatadir)/apache" "$(DESTDIR)$(pkgdatadir)/lighttpd" "$(DESTDIR)$(pkgdatadir)/nginx"
	@for f in $(SAMPLES); do \
		echo "  INSTALL  $$f"; \
		$(SED) $(SAMPLE_PATHS) "$(srcdir)/$$f" >"$(DESTDIR)$(pkgdatadir)/$$f" && chmod 644 "$(DESTDIR)$(pkgdatadir)/$$f" || exit 1; \
	done
# Where sockets and the log go by the samples. In a home directory they are the right user's at once.
STATE_FOLDERS = "$(DESTDIR)$(runstatedir)/deskbell" "$(DESTDIR)$(localstatedir)/log/deskbell"
install-folders:
	$(MKDIR_P) $(STATE_FOLDERS)
uninstall-local: uninstall-samples
uninstall-samples:
	@for f in $(SAMPLES); do rm -f "$(DESTDIR)$(pkgdatadir)/$$f"; done
	-@rmdir "$(DESTDIR)$(pkgdatadir)/apache" "$(DESTDIR)$(pkgdatadir)/lighttpd" "$(DESTDIR)$(pkgdatadir)/nginx" "$(DESTDIR)$(pkgdatadir)" $(STATE_FOLDERS) 2>/dev/null || :
.PHONY: install-samples install-folders uninstall-samples
