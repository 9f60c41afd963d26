noinst_LIBRARIES += libdomain.a
libdomain_a_SOURCES = \
	src/domain/account.c src/domain/account.h \
	src/domain/work/autostart.c src/domain/work/autostart.h \
	src/domain/work/backoff.c src/domain/work/backoff.h \
	src/domain/bot-mode.c src/domain/bot-mode.h \
	src/domain/contact/contact-copy.c src/domain/contact/contact-copy.h \
	src/domain/contact/contact-html.c src/domain/contact/contact-html.h \
	src/domain/contact/phone.c src/domain/contact/phone.h \
	src/domain/costs/costs.c src/domain/costs/costs.h src/domain/costs/markets.c \
	src/domain/hours/calendar.c src/domain/hours/calendar.h \
	src/domain/hours/closures.c src/domain/hours/closures.h \
	src/domain/embedding-inputs.c src/domain/embedding-inputs.h \
	src/domain/handoff-request.c src/domain/handoff-request.h \
	src/domain/push-key.c src/domain/push-key.h \
	src/domain/inbound/inbound.c src/domain/inbound/inbound.h \
	src/domain/inbound/intake.c src/domain/inbound/intake.h \
	src/domain/inbound/intake-share.c src/domain/inbound/intake-share.h \
	src/domain/work/histogram.c src/domain/work/histogram.h \
	src/domain/work/lately.c src/domain/work/lately.h \
	src/domain/work/queue-reason.c src/domain/work/queue-reason.h \
	src/domain/quota.c src/domain/quota.h \
	src/domain/contact/search.c src/domain/contact/search.h \
	src/domain/self-check.c src/domain/self-check.h \
	src/domain/settings.c src/domain/settings.h \
	src/domain/trades.c src/domain/trades.h \
	src/domain/text.c src/domain/text.h \
	src/domain/work/wake.c src/domain/work/wake.h \
	src/domain/hours/window.c src/domain/hours/window.h \
	src/domain/hours/working-hours.c src/domain/hours/working-hours.h \
	src/domain/hours/zone-rule.c src/domain/hours/zone-rule.h \
	src/domain/hours/zone.c src/domain/hours/zone.h \
	src/domain/leads/lead.c src/domain/leads/lead.h \
	src/domain/leads/lead-intent.c \
	src/domain/leads/lead-override.c src/domain/leads/lead-override.h \
	src/domain/leads/lead-rules.h \
	src/domain/leads/lead-rules-contact.c \
	src/domain/leads/lead-rules-money.c \
	src/domain/leads/lead-rules-place.c \
	src/domain/leads/lead-rules-service.c \
	src/domain/leads/lead-rules-time.c \
	src/domain/leads/lead-score.c \
	src/domain/leads/pattern.c src/domain/leads/pattern.h
libdomain_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
DOMAIN_LIBS = libdomain.a $(UTF8PROC_LIBS) $(ZXCVBN_LIBS) $(DB_LIBS)
