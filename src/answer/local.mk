noinst_LIBRARIES += libanswer.a
libanswer_a_SOURCES = \
	src/answer/fallback.c src/answer/fallback.h \
	src/answer/guard.c \
	src/answer/pipeline.c src/answer/pipeline.h \
	src/answer/skill-cache.c src/answer/skill-cache.h \
	src/answer/skills.c src/answer/skills.h
ANSWER_LIBS = libanswer.a $(CHANNEL_LIBS) -lm
