# Where pictures, voice and documents are kept.
noinst_LIBRARIES += libfiles.a
libfiles_a_SOURCES = \
	src/files/file-store.c src/files/file-store.h
FILES_LIBS = libfiles.a $(CORE_LIBS)
