#!/bin/sh
# The desk's front end on its fixtures: templates, words, pages, script. TAP on stdout. `npm run tools` next to this
# file fetches what it needs.
here=${srcdir:-$(dirname "$0")/../..}/tests/browser
skip() {
	echo "1..0 # SKIP $1"
	exit 0
}
command -v node >/dev/null 2>&1 || skip "needs node"
[ -x "${CHROMIUM:-/usr/bin/chromium-headless-shell}" ] || [ -x "${CHROMIUM:-/usr/bin/chromium}" ] ||
	skip "needs chromium"
[ -d "$here/node_modules/playwright-core" ] || skip "needs its tools: cd tests/browser && npm run tools"
exec node "$here/check.mjs" "$@"
