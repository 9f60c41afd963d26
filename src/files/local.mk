# Where pictures, voice and documents are kept.
noinst_LIBRARIES += libfiles.a
libfiles_a_SOURCES = \
	src/files/file-collect.c src/files/file-collect.h \
	src/files/file-remote.c src/files/file-remote.h \
	src/files/file-store.c src/files/file-store.h \
	src/files/s3-sign.c src/files/s3-sign.h \
	src/files/media-type.c src/files/media-type.h \
	src/files/picture.c src/files/picture.h \
	src/files/picture-clean.c src/files/picture-clean.h \
	src/files/picture-head.c src/files/picture-head.h \
	src/files/picture-strip.c src/files/picture-strip.h \
	src/files/video-strip.c src/files/video-strip.h \
	src/files/voice-note.c src/files/voice-note.h
libfiles_a_CPPFLAGS = $(AM_CPPFLAGS) $(PATH_CPPFLAGS)
if GD
# Next to the desk, which starts it: nobody calls it by hand.
fcgi_PROGRAMS += deskbell-picture
deskbell_picture_SOURCES = src/files/deskbell-picture.c
deskbell_picture_CFLAGS = $(AM_CFLAGS) $(GD_CFLAGS)
deskbell_picture_LDADD = libfiles.a $(CORE_LIBS) $(GD_LIBS)
endif
FILES_LIBS = libfiles.a $(DB_LIBS)
