noinst_LIBRARIES += libanswer.a
libanswer_a_SOURCES = \
	src/answer/classifier.c src/answer/classifier.h \
	src/answer/confidence.c src/answer/confidence.h \
	src/answer/escalation.c src/answer/escalation.h \
	src/answer/grams.c src/answer/grams.h \
	src/answer/guard.c src/answer/guard.h \
	src/answer/index-writer.c src/answer/index-writer.h \
	src/answer/knowledge-quote.c \
	src/answer/knowledge-store.c src/answer/knowledge-store.h \
	src/answer/knowledge.c src/answer/knowledge.h \
	src/answer/negatives.c src/answer/negatives.h \
	src/answer/passages.c src/answer/passages.h \
	src/answer/phrases.c src/answer/phrases.h \
	src/answer/pipeline.c src/answer/pipeline.h src/answer/question.h \
	src/answer/postings.c src/answer/postings.h \
	src/answer/sentences.c src/answer/sentences.h \
	src/answer/skill-cache.c src/answer/skill-cache.h \
	src/answer/skill-lint.c src/answer/skill-lint.h \
	src/answer/skill-model.c src/answer/skill-model.h \
	src/answer/skill-store.c src/answer/skill-store.h \
	src/answer/skill-trainer.c src/answer/skill-trainer.h \
	src/answer/skills.c src/answer/skills.h \
	src/answer/stage-knowledge.c \
	src/answer/stage-skill.c src/answer/stage.h \
	src/answer/stems.c src/answer/stems.h \
	src/answer/terms.c src/answer/terms.h \
	src/answer/wording.c src/answer/wording.h
ANSWER_LIBS = libanswer.a $(CHANNEL_LIBS) $(LINEAR_LIBS) $(STEMMER_LIBS) -lm
