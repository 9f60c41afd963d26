# The desk's pages; compiled into desk.fcgi.
TEMPLATES = \
	templates/account.mustache \
	templates/error.mustache \
	templates/invitation.mustache \
	templates/layout.mustache \
	templates/people.mustache \
	templates/setup.mustache \
	templates/sign-in.mustache
EXTRA_DIST += $(TEMPLATES)
