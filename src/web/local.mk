noinst_LIBRARIES += libweb.a
libweb_a_SOURCES = \
	src/web/account-page.c \
	src/web/app.h \
	src/web/assets.c src/web/assets.h \
	src/web/attempts.c src/web/attempts.h \
	src/web/audit-page.c \
	src/web/bot-page.c \
	src/web/bot-save.c src/web/bot-page.h \
	src/web/bot-test.c \
	src/web/caller.c \
	src/web/channel-cache.c src/web/channel-cache.h \
	src/web/channel-page.c src/web/channel-page.h \
	src/web/channel-save.c \
	src/web/channels-page.c \
	src/web/confirm.c \
	src/web/conversation-actions.c \
	src/web/conversation-decision.c \
	src/web/conversation-page.c \
	src/web/conversation-say.c \
	src/web/conversation-thread.c \
	src/web/conversation.h \
	src/web/cookies.c \
	src/web/csv.c src/web/csv.h \
	src/web/desk-routes.c src/web/desk-routes.h \
	src/web/desk-serve.c \
	src/web/desk.h \
	src/web/document-input.c src/web/document-input.h \
	src/web/document-page.c \
	src/web/fcgi.c src/web/fcgi.h \
	src/web/form.c src/web/form.h \
	src/web/fragment.c \
	src/web/health.c \
	src/web/http.c src/web/http.h \
	src/web/inbox-list.c src/web/inbox-list.h \
	src/web/inbox-page.c \
	src/web/invitation-page.c \
	src/web/knowledge-page.c \
	src/web/lead-list.c src/web/lead-list.h \
	src/web/lead-page.c \
	src/web/leads-export.c \
	src/web/leads-page.c \
	src/web/locale.c src/web/locale.h \
	src/web/media.c src/web/media.h \
	src/web/metrics.c \
	src/web/page.c \
	src/web/pager.c src/web/pager.h \
	src/web/params.c src/web/params.h \
	src/web/passwords.c \
	src/web/organisation-page.c \
	src/web/people-page.c \
	src/web/person.c src/web/person.h \
	src/web/queue-page.c \
	src/web/receipt.c src/web/receipt.h \
	src/web/replies-page.c \
	src/web/router.c \
	src/web/said.c \
	src/web/setup-page.c \
	src/web/sign-in.c \
	src/web/skill-import-page.c \
	src/web/skill-page.c \
	src/web/skill-try-page.c \
	src/web/skills-page.c src/web/skills.h \
	src/web/start.c src/web/start.h \
	src/web/status-figures.c \
	src/web/status-findings.c \
	src/web/status-page.c \
	src/web/status-parts.h \
	src/web/stored-words.c src/web/stored-words.h \
	src/web/telegram-webhook.c \
	src/web/template-compile.c src/web/template-parts.h \
	src/web/template.c src/web/template.h \
	src/web/translation.c src/web/translation.h \
	src/web/visit.c \
	src/web/web-cron.c \
	src/web/whatsapp-webhook.c
nodist_libweb_a_SOURCES = src/web/template-files.c src/web/catalogue-files.c src/web/asset-files.c
# What desk pages ask of the answers takes more libraries than the receiver should load.
WEB_LIBS = libweb.a $(FCGI_LIBS) $(CHANNEL_LIBS)
DESK_LIBS = libweb.a $(FCGI_LIBS) $(ANSWER_LIBS)

# Templates, translations and assets inside the program.
EXTRA_DIST += build-aux/embed.sh
CLEANFILES += src/web/template-files.c src/web/catalogue-files.c src/web/asset-files.c
EMBED = $(top_srcdir)/build-aux/embed.sh
AM_V_EMBED = $(AM_V_EMBED_@AM_V@)
AM_V_EMBED_ = $(AM_V_EMBED_@AM_DEFAULT_V@)
AM_V_EMBED_0 = @echo "  EMBED   " $@;
src/web/template-files.c: $(TEMPLATES) $(EMBED) templates/local.mk
	$(AM_V_EMBED)$(MKDIR_P) src/web && $(EMBED) template_files .mustache $(filter %.mustache,$^) > $@.tmp && mv $@.tmp $@
src/web/catalogue-files.c: $(CATALOGUES:.po=.mo) $(EMBED)
	$(AM_V_EMBED)$(MKDIR_P) src/web && $(EMBED) catalogue_files .mo $(filter %.mo,$^) > $@.tmp && mv $@.tmp $@
src/web/asset-files.c: $(ASSETS) $(EMBED) htdocs/local.mk
	$(AM_V_EMBED)$(MKDIR_P) src/web && $(EMBED) asset_files '' $(filter-out %embed.sh %local.mk,$^) > $@.tmp && mv $@.tmp $@
