# What browsers fetch; compiled into desk.fcgi and served under names with a hash of the content.
ASSETS = \
	htdocs/desk.css \
	htdocs/desk.js \
	htdocs/desk-files.js \
	htdocs/desk-viewer.js \
	htdocs/icons.svg \
	htdocs/logo.svg
EXTRA_DIST += $(ASSETS)
