# The portable release: every program in one, linked without shared libraries (build-aux/portable says with what).
EXTRA_DIST += build-aux/portable build-aux/portable-iconv.h portable/program.sh tests/portable/portable.t src/portable/programs.h
if PORTABLE
noinst_LIBRARIES += libwebhookmain.a libdeskmain.a liboutboxmain.a libctlmain.a
libwebhookmain_a_SOURCES = cgi-bin/webhook.c
libdeskmain_a_SOURCES = cgi-bin/desk.c
liboutboxmain_a_SOURCES = src/outbox/deskbell-outbox.c
libctlmain_a_SOURCES = src/ctl/deskbellctl.c
libwebhookmain_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS) -include portable/programs.h -Dmain=webhook_main
libdeskmain_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS) -include portable/programs.h -Dmain=desk_main
liboutboxmain_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS) -include portable/programs.h -Dmain=outbox_main
libctlmain_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS) -include portable/programs.h -Dmain=ctl_program_main
noinst_PROGRAMS += deskbell
deskbell_SOURCES = src/portable/deskbell.c src/portable/programs.h
nodist_deskbell_SOURCES = src/portable/libraries.c
deskbell_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
deskbell_LDADD = libwebhookmain.a libdeskmain.a liboutboxmain.a libctlmain.a \
	libwebhook.a libdesk.a liboutbox.a libctl.a libfiles.a $(HTTP_LIBS) $(ANSWER_LIBS) $(PORTABLE_LIBS)
CLEANFILES += src/portable/libraries.c
src/portable/libraries.c: $(PORTABLE_MANIFEST)
	$(AM_V_GEN)$(MKDIR_P) src/portable && { \
		echo '#include "portable/programs.h"'; \
		echo 'const char portable_libraries[] ='; \
		$(SED) 's/.*/	"&\\n"/' $(PORTABLE_MANIFEST); \
		echo ';'; } > $@.tmp && mv $@.tmp $@
portable-program: $(BUILT_SOURCES)
	$(MAKE) $(AM_MAKEFLAGS) deskbell
endif

# In a folder of its own, with its own libraries; what the first run has built stays there. PORTABLE_ARCH=aarch64 builds for another machine.
portable:
	$(top_srcdir)/build-aux/portable "$(abs_top_srcdir)" "$(abs_builddir)" $(PORTABLE_ARCH)
# Built twice, with the same bytes; then where there is nothing else, and installed with a browser alone on a host without a compiler.
check-portable: portable
	cd portable && cp "../$$(cat name)" first.tar.gz && rm -rf program
	$(MAKE) $(AM_MAKEFLAGS) portable
	cmp portable/first.tar.gz "$$(cat portable/name)"
	DESKBELL_BUILD="$(abs_builddir)" DESKBELL_TARBALL="$(abs_builddir)/$$(cat portable/name)" $(PYTHON) $(top_srcdir)/tests/portable/portable.t
	rm -rf portable/installed && mkdir portable/installed && tar xf "$$(cat portable/name)" -C portable/installed
	DESKBELL_BUILD="$(abs_builddir)" DESKBELL_PORTABLE="$(abs_builddir)/portable/installed/deskbell" $(PYTHON) $(top_srcdir)/tests/web/install.t
	$(top_srcdir)/build-aux/host-root "$(abs_top_srcdir)" "$(abs_builddir)/portable/host"
	DESKBELL_BUILD="$(abs_builddir)" DESKBELL_PORTABLE="$(abs_builddir)/portable/installed/deskbell" DESKBELL_HOST_ROOT="$(abs_builddir)/portable/host/root" \
		$(PYTHON) $(top_srcdir)/tests/browser/install.t
# The container image, made of the portable release; what it takes of Debian is fetched once.
image: portable
	$(top_srcdir)/build-aux/image "$(abs_top_srcdir)" "$(abs_builddir)" $(PORTABLE_ARCH)
# Made twice, with the same bytes; then unpacked and started as a container is.
check-image: image
	cp "$$(cat image/name)" image/first.tar
	$(top_srcdir)/build-aux/image "$(abs_top_srcdir)" "$(abs_builddir)"
	cmp image/first.tar "$$(cat image/name)"
	DESKBELL_BUILD="$(abs_builddir)" DESKBELL_IMAGE="$(abs_builddir)/$$(cat image/name)" $(PYTHON) $(top_srcdir)/tests/portable/image.t
EXTRA_DIST += build-aux/apt-apart.sh build-aux/host-root build-aux/image container/start container/lighttpd.conf container/compose.yaml tests/portable/image.t
.PHONY: portable check-portable image check-image

# What ./check does not already do on one machine; doc/portability.md is the table.
check-matrix: all
	$(top_srcdir)/build-aux/matrix "$(abs_top_srcdir)" "$(abs_builddir)"
EXTRA_DIST += build-aux/matrix
.PHONY: check-matrix

# The Debian package, built, installed, set up and purged in a system of its own.
check-deb:
	$(top_srcdir)/build-aux/check-deb "$(abs_top_srcdir)" "$(abs_builddir)"
EXTRA_DIST += build-aux/check-deb build-aux/other-debian.sh debian/changelog debian/control debian/copyright debian/deskbell.logrotate debian/deskbell.postrm debian/deskbell.sysusers \
	debian/deskbell.tmpfiles debian/rules debian/source/format debian/tests/control debian/tests/installed
.PHONY: check-deb
