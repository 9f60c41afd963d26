noinst_LIBRARIES += libanswer.a
libanswer_a_SOURCES = \
	src/answer/classifier.c src/answer/classifier.h \
	src/answer/confidence.c src/answer/confidence.h \
	src/answer/document.c src/answer/document.h src/answer/document-parts.h \
	src/answer/document-charset.c \
	src/answer/document-fetch.c src/answer/document-fetch.h \
	src/answer/document-html.c \
	src/answer/document-markdown.c \
	src/answer/document-pdf.c \
	src/answer/document-plain.c \
	src/answer/document-writer.c src/answer/document-writer.h \
	src/answer/fallback.c src/answer/fallback.h \
	src/answer/grams.c src/answer/grams.h \
	src/answer/guard.c \
	src/answer/negatives.c src/answer/negatives.h \
	src/answer/phrases.c src/answer/phrases.h \
	src/answer/pipeline.c src/answer/pipeline.h \
	src/answer/skill-cache.c src/answer/skill-cache.h \
	src/answer/skill-lint.c src/answer/skill-lint.h \
	src/answer/skill-model.c src/answer/skill-model.h \
	src/answer/skill-store.c src/answer/skill-store.h \
	src/answer/skill-trainer.c src/answer/skill-trainer.h \
	src/answer/skills.c src/answer/skills.h
ANSWER_LIBS = libanswer.a $(CHANNEL_LIBS) $(LINEAR_LIBS) $(XML_LIBS) $(MD4C_LIBS) -lm
