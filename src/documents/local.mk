# Readers of what owners upload: HTML, Markdown, PDF, plain text.
noinst_LIBRARIES += libdocuments.a
libdocuments_a_SOURCES = \
	src/documents/document.c src/documents/document.h \
	src/documents/document-charset.c \
	src/documents/document-chrome.c \
	src/documents/document-faq.c \
	src/documents/document-fetch.c src/documents/document-fetch.h \
	src/documents/document-html.c \
	src/documents/document-markdown.c \
	src/documents/document-parts.h \
	src/documents/document-pdf.c \
	src/documents/document-plain.c \
	src/documents/document-sheet.c \
	src/documents/document-word.c \
	src/documents/document-writer.c src/documents/document-writer.h \
	src/documents/office-xml.c src/documents/office-xml.h \
	src/documents/plain-text.c src/documents/plain-text.h \
	src/documents/sitemap.c src/documents/sitemap.h \
	src/documents/zip-file.c src/documents/zip-file.h
DOCUMENTS_LIBS = libdocuments.a $(XML_LIBS) $(ZIP_LIBS) $(MD4C_LIBS) $(DOMAIN_LIBS)
