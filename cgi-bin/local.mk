fcgi_PROGRAMS += webhook.fcgi
webhook_fcgi_SOURCES = cgi-bin/webhook.c
webhook_fcgi_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
webhook_fcgi_LDADD = $(WEB_LIBS)
