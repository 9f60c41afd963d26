# The pages for operators, and what they are made with.
noinst_LIBRARIES += libdesk.a
libdesk_a_SOURCES = \
	src/desk/app.c \
	src/desk/assets.c src/desk/assets.h \
	src/desk/format/avatar.c src/desk/format/avatar.h \
	src/desk/access/caller.c \
	src/desk/confirm.c \
	src/desk/access/cookies.c \
	src/desk/format/csv.c src/desk/format/csv.h \
	src/desk/format/rich-text.c src/desk/format/rich-text.h \
	src/desk/desk.h \
	src/desk/desk-routes.c src/desk/desk-routes.h \
	src/desk/desk-serve.c \
	src/desk/flash.c \
	src/desk/form.c src/desk/form.h \
	src/desk/fragment.c \
	src/desk/kept.c \
	src/desk/access/forgotten.c \
	src/desk/access/gate.c src/desk/access/gate.h \
	src/desk/access/picture-turn.c src/desk/access/picture-turn.h \
	src/desk/install/install.h \
	src/desk/install/install-checks.c \
	src/desk/install/install-database.c \
	src/desk/install/install-files.c \
	src/desk/install/install-serve.c \
	src/desk/install/install-trials.c \
	src/desk/install/install-tries.c src/desk/install/install-word.c \
	src/desk/install/update.c src/desk/install/update.h \
	src/desk/format/locale.c src/desk/format/locale.h \
	src/desk/format/zones.c src/desk/format/zones.h \
	src/desk/media.c src/desk/media.h \
	src/desk/page.c \
	src/desk/format/pager.c src/desk/format/pager.h \
	src/desk/access/passwords.c \
	src/desk/access/second-factor.c src/desk/access/second-factor.h \
	src/desk/access/sign-in.c \
	src/desk/access/sign-in-second.c \
	src/desk/upload.c src/desk/upload.h \
	src/desk/desk-request.c \
	src/desk/pages/bot/bot-page.c src/desk/pages/bot/bot-page.h \
	src/desk/pages/bot/bot-save.c \
	src/desk/pages/bot/bot-test.c \
	src/desk/pages/bot/content-form.c src/desk/pages/bot/content-form.h \
	src/desk/pages/bot/counter-examples-page.c src/desk/pages/bot/counter-examples-page.h \
	src/desk/pages/bot/document-input.c src/desk/pages/bot/document-input.h \
	src/desk/pages/bot/document-page.c \
	src/desk/pages/bot/document-questions.c src/desk/pages/bot/document-questions.h \
	src/desk/pages/bot/knowledge-page.c \
	src/desk/pages/bot/proposals-page.c \
	src/desk/pages/bot/replies-page.c \
	src/desk/pages/bot/site-page.c \
	src/desk/pages/bot/skill-effects.c src/desk/pages/bot/skill-effects.h \
	src/desk/pages/bot/skill-import-page.c \
	src/desk/pages/bot/skill-page.c \
	src/desk/pages/bot/skill-pages.h \
	src/desk/pages/bot/skill-try-page.c \
	src/desk/pages/bot/skills-page.c \
	src/desk/pages/bot/unanswered-page.c \
	src/desk/pages/inbox/conversation.h \
	src/desk/pages/inbox/contact-about.c src/desk/pages/inbox/contact-about.h \
	src/desk/pages/inbox/contact-actions.c \
	src/desk/pages/inbox/contact-edit.c \
	src/desk/pages/inbox/conversation-attach.c \
	src/desk/pages/inbox/file-preview.c src/desk/pages/inbox/file-preview.h \
	src/desk/pages/inbox/conversation-actions.c \
	src/desk/pages/inbox/conversation-decision.c \
	src/desk/pages/inbox/conversation-files.c \
	src/desk/pages/inbox/conversation-later.c \
	src/desk/pages/inbox/conversation-page.c \
	src/desk/pages/inbox/conversation-canned.c \
	src/desk/pages/inbox/conversation-topics.c \
	src/desk/pages/inbox/conversation-say.c \
	src/desk/pages/inbox/conversation-thread.c \
	src/desk/pages/inbox/inbox-filters.c \
	src/desk/pages/inbox/inbox-found.c \
	src/desk/pages/inbox/inbox-list.c src/desk/pages/inbox/inbox-list.h \
	src/desk/pages/inbox/inbox-page.c \
	src/desk/pages/leads/lead-list.c src/desk/pages/leads/lead-list.h \
	src/desk/pages/leads/lead-page.c \
	src/desk/pages/leads/leads-export.c \
	src/desk/pages/leads/leads-page.c \
	src/desk/pages/settings/account-page.c \
	src/desk/pages/settings/audit-page.c \
	src/desk/pages/settings/channel-page.c src/desk/pages/settings/channel-page.h \
	src/desk/pages/settings/channel-save.c \
	src/desk/pages/settings/channels-page.c \
	src/desk/pages/settings/figures-page.c \
	src/desk/pages/settings/figures-export.c \
	src/desk/pages/settings/figures.h \
	src/desk/pages/settings/invitation-page.c \
	src/desk/logo.c src/desk/logo.h \
	src/desk/pages/settings/organisation-page.c \
	src/desk/pages/settings/people-page.c \
	src/desk/pages/settings/queue-page.c \
	src/desk/pages/settings/reset-page.c \
	src/desk/pages/settings/ring-page.c src/desk/pages/settings/ring-page.h \
	src/desk/pages/settings/second-factor-page.c \
	src/desk/pages/settings/security-page.c \
	src/desk/pages/settings/status-figures.c \
	src/desk/pages/settings/status-answers.c \
	src/desk/pages/settings/status-costs.c \
	src/desk/pages/settings/status-findings.c \
	src/desk/pages/settings/status-page.c \
	src/desk/pages/settings/status-parts.h \
	src/desk/pages/start/first-steps.c src/desk/pages/start/first-steps.h \
	src/desk/pages/start/setup-page.c \
	src/desk/pages/start/trade-page.c \
	src/desk/template/template.c src/desk/template/template.h \
	src/desk/template/template-compile.c \
	src/desk/template/template-parts.h
nodist_libdesk_a_SOURCES = src/desk/template-files.c src/desk/asset-files.c
DESK_LIBS = libdesk.a libfiles.a $(HTTP_LIBS) $(ANSWER_LIBS)

# Templates and assets inside the program.
CLEANFILES += src/desk/template-files.c src/desk/asset-files.c
src/desk/template-files.c: $(TEMPLATES) $(EMBED) templates/local.mk
	$(AM_V_EMBED)$(MKDIR_P) src/desk && $(EMBED) desk/assets.h template_files .mustache $(filter %.mustache,$^) > $@.tmp && mv $@.tmp $@
src/desk/asset-files.c: $(ASSETS) $(EMBED) htdocs/local.mk
	$(AM_V_EMBED)$(MKDIR_P) src/desk && $(EMBED) desk/assets.h asset_files '' $(filter-out %embed.sh %local.mk,$^) > $@.tmp && mv $@.tmp $@
