fcgi_PROGRAMS += webhook.fcgi
webhook_fcgi_SOURCES = cgi-bin/webhook.c
webhook_fcgi_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
webhook_fcgi_LDADD = $(WEBHOOK_LIBS)

fcgi_PROGRAMS += desk.fcgi
desk_fcgi_SOURCES = cgi-bin/desk.c
desk_fcgi_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
desk_fcgi_LDADD = $(DESK_LIBS)
