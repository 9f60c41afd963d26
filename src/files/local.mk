# Where pictures, voice and documents are kept.
noinst_LIBRARIES += libfiles.a
libfiles_a_SOURCES = \
	src/files/file-collect.c src/files/file-collect.h \
	src/files/file-store.c src/files/file-store.h \
	src/files/media-type.c src/files/media-type.h
FILES_LIBS = libfiles.a $(DB_LIBS)
