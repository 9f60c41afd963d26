# Translations: one PO file a language, compiled into the programs that show or send words. `make update-po` collects the words from templates and sources.
CATALOGUES = \
	po/es.po \
	po/tr.po
EXTRA_DIST += $(CATALOGUES) po/deskbell.pot po/README.md build-aux/po-words.awk

AM_V_PO = $(AM_V_PO_@AM_V@)
AM_V_PO_ = $(AM_V_PO_@AM_DEFAULT_V@)
AM_V_PO_0 = @echo "  MSGFMT  " $@;
po/es.mo: po/es.po
	$(AM_V_PO)$(MKDIR_P) po && $(MSGFMT) --check-format --check-domain -o $@ $<
po/tr.mo: po/tr.po
	$(AM_V_PO)$(MKDIR_P) po && $(MSGFMT) --check-format --check-domain -o $@ $<
CLEANFILES += po/es.mo po/tr.mo

# Every source that may say something to a person at the desk: the pages, and what the layers below them tell.
update-po:
	cd $(srcdir) && $(AWK) -f build-aux/po-words.awk $(TEMPLATES) >po/words.c
	cd $(srcdir) && xgettext --language=C --keyword=T --from-code=UTF-8 --no-location --sort-output -o - po/words.c $$(find src -name "*.[ch]" | LC_ALL=C sort) | \
		sed -e '/^#/d' -e 's/charset=CHARSET/charset=UTF-8/' -e '/^"[A-Z].*\(Date\|Translator\|Team\|Bugs-To\|Version: PACKAGE\)/d' >po/deskbell.pot
	cd $(srcdir) && rm -f po/words.c
	cd $(srcdir) && for f in $(CATALOGUES); do msgmerge --quiet --update --backup=none --no-fuzzy-matching "$$f" po/deskbell.pot || exit 1; done
.PHONY: update-po
