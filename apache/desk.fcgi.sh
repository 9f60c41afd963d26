#!/bin/sh
# Starts Deskbell's desk from a cgi-bin folder on shared hosting, where the web server's configuration cannot name the configuration file.
# Copy it to cgi-bin/desk.fcgi (chmod 755); see htaccess next to it.
DESKBELL_CONF=@CONF@
export DESKBELL_CONF
exec @FCGIDIR@/desk.fcgi
