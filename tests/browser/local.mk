# The desk in Chromium: its pages on fixtures, without server and database; and one walk through the whole stack.
TESTS += tests/browser/desk.t tests/browser/install.t tests/browser/story.t tests/browser/pages.t tests/browser/kept.t tests/browser/day.t \
	tests/browser/counts.t tests/browser/app.t \
	tests/browser/act.t tests/browser/composer.t tests/browser/visit.t
EXTRA_DIST += \
	tests/browser/act.mjs \
	tests/browser/act.t \
	tests/browser/app.mjs \
	tests/browser/app.t \
	tests/browser/counts.mjs \
	tests/browser/counts.t \
	tests/browser/desk.t \
	tests/browser/install.t \
	tests/browser/install.mjs \
	tests/browser/story.t \
	tests/browser/day.t \
	tests/browser/composer.t \
	tests/browser/composer.mjs \
	tests/browser/visit.t \
	tests/browser/visit.mjs \
	tests/browser/kept.t \
	tests/browser/kept.mjs \
	tests/browser/day.mjs \
	tests/browser/calls.mjs \
	tests/browser/files.mjs \
	tests/browser/icons.mjs \
	tests/browser/story.mjs \
	tests/browser/furnish.py \
	tests/browser/node.py \
	tests/browser/pages.mjs \
	tests/browser/pages.t \
	tests/browser/check.mjs \
	tests/browser/chromium.mjs \
	tests/browser/package.json \
	tests/browser/preview.mjs \
	tests/browser/render.mjs \
	tests/browser/models/_common.json \
	tests/browser/models/_manifest.json \
	tests/browser/models/account.json \
	tests/browser/models/account.operator.json \
	tests/browser/models/audit.empty.json \
	tests/browser/models/audit.filtered.json \
	tests/browser/models/audit.json \
	tests/browser/models/bot-expert.errors.json \
	tests/browser/models/bot-expert.json \
	tests/browser/models/bot-hours.errors.json \
	tests/browser/models/bot-hours.json \
	tests/browser/models/bot.errors.json \
	tests/browser/models/bot.json \
	tests/browser/models/channel-telegram.json \
	tests/browser/models/channel-updates.json \
	tests/browser/models/channel-whatsapp.subscribes.json \
	tests/browser/models/channel-whatsapp.waits.json \
	tests/browser/models/channel-whatsapp.json \
	tests/browser/models/channel-whatsapp.new.json \
	tests/browser/models/channel-whatsapp.verified.json \
	tests/browser/models/channels.empty.json \
	tests/browser/models/channels.json \
	tests/browser/models/confirm.json \
	tests/browser/models/confirm.simple.json \
	tests/browser/models/conversation-updates.json \
	tests/browser/models/conversation.closed.json \
	tests/browser/models/conversation.json \
	tests/browser/models/conversation.shadow.json \
	tests/browser/models/document.failed.json \
	tests/browser/models/document.json \
	tests/browser/models/error.json \
	tests/browser/models/error.kept.json \
	tests/browser/models/error.unavailable.json \
	tests/browser/models/figures.empty.json \
	tests/browser/models/figures.json \
	tests/browser/models/forgotten.json \
	tests/browser/models/forgotten.sent.json \
	tests/browser/models/inbox-updates.json \
	tests/browser/models/inbox.empty.json \
	tests/browser/models/inbox.json \
	tests/browser/models/inbox.files.json \
	tests/browser/models/inbox.search.json \
	tests/browser/models/inbox.waiting.json \
	tests/browser/models/install.json \
	tests/browser/models/install.done.json \
	tests/browser/models/install.form.json \
	tests/browser/models/invitation.json \
	tests/browser/models/invitation.known.json \
	tests/browser/models/knowledge-new.errors.json \
	tests/browser/models/knowledge-new.json \
	tests/browser/models/knowledge-site.json \
	tests/browser/models/knowledge.empty.json \
	tests/browser/models/knowledge.json \
	tests/browser/models/lead.json \
	tests/browser/models/leads.empty.json \
	tests/browser/models/leads.filtered.json \
	tests/browser/models/leads.json \
	tests/browser/models/offline.json \
	tests/browser/models/organisation.json \
	tests/browser/models/people.admin.json \
	tests/browser/models/people.json \
	tests/browser/models/proposals.empty.json \
	tests/browser/models/proposals.json \
	tests/browser/models/queue.empty.json \
	tests/browser/models/rail-updates.json \
	tests/browser/models/queue.json \
	tests/browser/models/replies.empty.json \
	tests/browser/models/replies.json \
	tests/browser/models/second-factor.json \
	tests/browser/models/second-factor.on.json \
	tests/browser/models/second-factor.pending.json \
	tests/browser/models/security.json \
	tests/browser/models/setup.errors.json \
	tests/browser/models/reset.json \
	tests/browser/models/setup.json \
	tests/browser/models/sign-in-second.errors.json \
	tests/browser/models/sign-in-second.json \
	tests/browser/models/sign-in.errors.json \
	tests/browser/models/sign-in.json \
	tests/browser/models/skill-import.errors.json \
	tests/browser/models/skill-import.json \
	tests/browser/models/skill-try.empty.json \
	tests/browser/models/skill-try.json \
	tests/browser/models/skill.json \
	tests/browser/models/skill.new.json \
	tests/browser/models/skills.empty.json \
	tests/browser/models/skills.json \
	tests/browser/models/start-skills.json \
	tests/browser/models/start-updates.json \
	tests/browser/models/start.done.json \
	tests/browser/models/start.hidden.json \
	tests/browser/models/start.json \
	tests/browser/models/start.last.json \
	tests/browser/models/status.json \
	tests/browser/models/status.quiet.json \
	tests/browser/models/today-updates.json \
	tests/browser/models/update.json \
	tests/browser/models/unanswered.empty.json \
	tests/browser/models/unanswered.json

# Pictures of every page in three widths, light and dark, in three languages, and a sheet of each kind: in screenshots/ of the build.
screenshots:
	node $(srcdir)/tests/browser/preview.mjs screenshots --sheet --widths=390,1024,1440 --lang=en,es,tr
.PHONY: screenshots

# The whole day of 200 customers; `make check` plays a shorter one.
day: all
	DESKBELL_BUILD='$(abs_builddir)' srcdir='$(abs_srcdir)' /usr/bin/python3 $(srcdir)/tests/browser/day.t 200
.PHONY: day

# The pictures of README.md and the contact sheet, from the fixtures; to be committed after the desk has changed its looks. One name has an emoji: fonts-noto-color-emoji draws it.
pictures:
	node $(srcdir)/tests/browser/preview.mjs pictures --only=conversation,channel-whatsapp,figures --widths=1280 --schemes=light
	node $(srcdir)/tests/browser/preview.mjs pictures --only=conversation --widths=390 --schemes=dark
	node $(srcdir)/tests/browser/preview.mjs pictures --contact --widths=390,1440
	cp pictures/contact-sheet.jpg $(srcdir)/doc/contact-sheet.jpg
	cp pictures/conversation-1280-light.png $(srcdir)/doc/desk-inbox.png
	cp pictures/figures-1280-light.png $(srcdir)/doc/desk-figures.png
	cp pictures/channel-whatsapp-1280-light.png $(srcdir)/doc/desk-channel.png
	cp pictures/conversation-390-dark.png $(srcdir)/doc/desk-thread.png
.PHONY: pictures
