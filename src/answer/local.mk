noinst_LIBRARIES += libanswer.a
libanswer_a_SOURCES = \
	src/answer/classifier.c src/answer/classifier.h \
	src/answer/common-terms.c src/answer/common-terms.h \
	src/answer/confidence.c src/answer/confidence.h \
	src/answer/document-charset.c \
	src/answer/document-fetch.c src/answer/document-fetch.h \
	src/answer/document-html.c \
	src/answer/document-markdown.c \
	src/answer/document-pdf.c \
	src/answer/document-plain.c \
	src/answer/document-writer.c src/answer/document-writer.h \
	src/answer/document.c src/answer/document.h src/answer/document-parts.h \
	src/answer/embeddings.c src/answer/embeddings.h \
	src/answer/endpoints.c src/answer/endpoints.h \
	src/answer/escalation.c src/answer/escalation.h \
	src/answer/fusion.c src/answer/fusion.h \
	src/answer/glyphs.c \
	src/answer/grams.c src/answer/grams.h \
	src/answer/guard.c src/answer/guard.h \
	src/answer/index-writer.c src/answer/index-writer.h \
	src/answer/knowledge-import.c src/answer/knowledge-import.h \
	src/answer/knowledge-quote.c \
	src/answer/knowledge-store.c src/answer/knowledge-store.h \
	src/answer/knowledge.c src/answer/knowledge.h \
	src/answer/left-out.c src/answer/left-out.h \
	src/answer/link-code.c src/answer/link-match.c src/answer/link-number.c src/answer/link-parts.h src/answer/link-scan.c \
	src/answer/links.c src/answer/links.h \
	src/answer/llm-answer.c src/answer/llm-conf.c src/answer/llm-endpoint.c src/answer/llm-endpoint.h src/answer/llm-lead.c \
	src/answer/llm-prompt.c src/answer/llm-prompt.h src/answer/llm-reply.c src/answer/llm-reply.h \
	src/answer/llm.c src/answer/llm.h \
	src/answer/negatives.c src/answer/negatives.h \
	src/answer/packed-vector.c src/answer/packed-vector.h \
	src/answer/passage-trial.c \
	src/answer/passages.c src/answer/passages.h \
	src/answer/phrase-trial.c \
	src/answer/phrases.c src/answer/phrases.h \
	src/answer/pipeline.c src/answer/pipeline.h src/answer/question.h \
	src/answer/plain-text.c src/answer/plain-text.h \
	src/answer/postings.c src/answer/postings.h \
	src/answer/promise.c src/answer/promise.h \
	src/answer/question-labels.c src/answer/question-labels.h \
	src/answer/reading.c src/answer/reading.h \
	src/answer/sentences.c src/answer/sentences.h \
	src/answer/skill-cache.c src/answer/skill-cache.h \
	src/answer/skill-edit.c src/answer/skill-edit.h \
	src/answer/skill-lint.c src/answer/skill-lint.h \
	src/answer/skill-model.c src/answer/skill-model.h \
	src/answer/skill-store.c src/answer/skill-store.h \
	src/answer/skill-trainer.c src/answer/skill-trainer.h \
	src/answer/skill-vectors.c src/answer/skill-vectors.h \
	src/answer/skills.c src/answer/skills.h \
	src/answer/stage-knowledge.c \
	src/answer/stage-skill.c src/answer/stage-vector.c src/answer/stage.h \
	src/answer/stems.c src/answer/stems.h \
	src/answer/terms.c src/answer/terms.h \
	src/answer/trial-parts.h src/answer/vector-trial.c src/answer/vector-trial.h \
	src/answer/vectors-state.c src/answer/vectors-state.h \
	src/answer/vectors.c src/answer/vectors.h \
	src/answer/wording.c src/answer/wording.h
ANSWER_LIBS = libanswer.a $(CHANNEL_LIBS) $(LINEAR_LIBS) $(STEMMER_LIBS) $(XML_LIBS) $(MD4C_LIBS) -lm
