# What browsers fetch; compiled into desk.fcgi and served under names with a hash of the content.
ASSETS = \
	htdocs/desk-bulk.js \
	htdocs/desk-forms.js \
	htdocs/desk-list.js \
	htdocs/desk-tabs.js \
	htdocs/desk-thread.js \
	htdocs/desk.css \
	htdocs/desk.js \
	htdocs/desk-files.js \
	htdocs/desk-viewer.js \
	htdocs/desk-voice.js \
	htdocs/icon-180.png \
	htdocs/icon-192.png \
	htdocs/icon-512.png \
	htdocs/icon-maskable.png \
	htdocs/icons.svg \
	htdocs/logo.svg \
	htdocs/push.js \
	htdocs/sw.js
EXTRA_DIST += $(ASSETS)
