#!/bin/sh
# Starts Deskbell from a cgi-bin folder: as the program that this file is named after, webhook.fcgi or desk.fcgi. Deskbell's folder is the one above
# the document root, or lies beside the document root under the name deskbell, or is $HOME/deskbell. Nothing of it needs to be
# reachable from the web.
DESKBELL_PROGRAM=${0##*/}
here=$(cd "$(dirname "$0")" && pwd)
export DESKBELL_PROGRAM
for folder in "$here/../.." "$here/../../deskbell" "$here/../../../deskbell" "$HOME/deskbell"; do
	[ ! -x "$folder/deskbell" ] || [ -d "$folder/deskbell" ] || exec "$folder/deskbell" "$@"
done
for folder in "$here/../.." "$here/../../deskbell" "$here/../../../deskbell" "$HOME/deskbell"; do
	[ ! -f "$folder/deskbell" ] || reason="The file deskbell in Deskbell's folder is not executable. Give it the permissions 755."
done
printf 'Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\n\r\n%s\n' \
	"${reason-The folder deskbell was not found beside the document root. Upload it there.}"
