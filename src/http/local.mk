# What both web programs share: the FastCGI door, a request and its parts.
noinst_LIBRARIES += libhttp.a
libhttp_a_SOURCES = \
	src/http/compress.c src/http/compress.h \
	src/http/fcgi.c src/http/fcgi.h \
	src/http/health.c src/http/health.h \
	src/http/multipart.c src/http/multipart.h \
	src/http/params.c src/http/params.h \
	src/http/request.c src/http/request.h \
	src/http/start.c src/http/start.h
HTTP_LIBS = libhttp.a $(FCGI_LIBS) $(ZLIB_LIBS)
