#!/bin/sh
# Makes ./configure from configure.ac. Needs autoconf, automake, autoconf-archive and pkg-config.
set -eu
cd "$(dirname "$0")"
mkdir -p m4
autoreconf --install --force >/dev/null 2>autogen.log || { cat autogen.log >&2; rm -f autogen.log; exit 1; }
rm -f autogen.log
