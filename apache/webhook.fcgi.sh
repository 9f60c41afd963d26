#!/bin/sh
# Starts Deskbell's webhook receiver from a cgi-bin folder on shared hosting, where the web server's configuration cannot name the
# configuration file. Copy it to cgi-bin/webhook.fcgi (chmod 755); see htaccess next to it.
DESKBELL_CONF=@CONF@
export DESKBELL_CONF
exec @FCGIDIR@/webhook.fcgi
