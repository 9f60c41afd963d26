noinst_LIBRARIES += libanswer.a
libanswer_a_SOURCES = \
	src/answer/escalation.c src/answer/escalation.h \
	src/answer/findings.c src/answer/findings.h \
	src/answer/guard.c src/answer/guard.h \
	src/answer/handoff-message.c src/answer/handoff-message.h \
	src/answer/conversation-memory.c src/answer/conversation-memory.h \
	src/answer/pipeline.c src/answer/pipeline.h \
	src/answer/question.h \
	src/answer/question-groups.c src/answer/question-groups.h \
	src/answer/question-labels.c src/answer/question-labels.h \
	src/answer/question-words.c src/answer/question-words.h \
	src/answer/reply-proposals.c src/answer/reply-proposals.h \
	src/answer/skills/counter-examples.c src/answer/skills/counter-examples.h \
	src/answer/stages/stage.h \
	src/answer/stages/stage-act.c \
	src/answer/stages/choice.h \
	src/answer/stages/stage-choose.c \
	src/answer/stages/stage-reply.c \
	src/answer/stages/stage-embedding.c \
	src/answer/stages/stage-knowledge.c \
	src/answer/stages/stage-model.c \
	src/answer/stages/stage-skill.c \
	src/answer/wording.c src/answer/wording.h \
	src/answer/clock/clock-answer.c src/answer/clock/clock-answer.h \
	src/answer/clock/closure-proposals.c src/answer/clock/closure-proposals.h \
	src/answer/clock/moment.c src/answer/clock/moment.h \
	src/answer/embeddings/embedding-cache.c src/answer/embeddings/embedding-cache.h \
	src/answer/embeddings/embedding-state.c src/answer/embeddings/embedding-state.h \
	src/answer/embeddings/embeddings.c src/answer/embeddings/embeddings.h \
	src/answer/embeddings/fusion.c src/answer/embeddings/fusion.h \
	src/answer/embeddings/language-trial.c \
	src/answer/embeddings/parallel-questions.c src/answer/embeddings/parallel-questions.h \
	src/answer/embeddings/packed-embedding.c src/answer/embeddings/packed-embedding.h \
	src/answer/embeddings/passage-trial.c \
	src/answer/embeddings/phrase-trial.c \
	src/answer/embeddings/trial.c src/answer/embeddings/trial.h \
	src/answer/embeddings/trial-parts.h \
	src/answer/evidence/candidates.c src/answer/evidence/candidates.h \
	src/answer/evidence/content.c src/answer/evidence/content.h \
	src/answer/evidence/skill-words.c src/answer/evidence/skill-words.h \
	src/answer/evidence/speak.c src/answer/evidence/speak.h \
	src/answer/evidence/support.c src/answer/evidence/support.h \
	src/answer/evidence/together.c src/answer/evidence/together.h \
	src/answer/evidence/unit.c src/answer/evidence/unit.h \
	src/answer/llm/breaker.c src/answer/llm/breaker.h \
	src/answer/llm/endpoints.c src/answer/llm/endpoints.h \
	src/answer/llm/link-code.c \
	src/answer/llm/link-match.c \
	src/answer/llm/link-number.c \
	src/answer/llm/link-parts.h \
	src/answer/llm/link-scan.c \
	src/answer/llm/links.c src/answer/llm/links.h \
	src/answer/llm/llm.c src/answer/llm/llm.h \
	src/answer/llm/llm-answer.c \
	src/answer/llm/llm-conf.c \
	src/answer/llm/llm-endpoint.c src/answer/llm/llm-endpoint.h \
	src/answer/llm/llm-lead.c \
	src/answer/llm/llm-media.c src/answer/llm/llm-media.h \
	src/answer/llm/llm-prompt.c src/answer/llm/llm-prompt.h \
	src/answer/llm/llm-reply.c src/answer/llm/llm-reply.h \
	src/answer/terms/common-terms.c src/answer/terms/common-terms.h \
	src/answer/terms/confusables.c \
	src/answer/retrieval/index-writer.c src/answer/retrieval/index-writer.h \
	src/answer/retrieval/knowledge.c src/answer/retrieval/knowledge.h \
	src/answer/retrieval/knowledge-import.c src/answer/retrieval/knowledge-import.h \
	src/answer/retrieval/knowledge-quote.c \
	src/answer/retrieval/knowledge-store.c src/answer/retrieval/knowledge-store.h \
	src/answer/terms/ngrams.c src/answer/terms/ngrams.h \
	src/answer/retrieval/passages.c src/answer/retrieval/passages.h \
	src/answer/retrieval/postings.c src/answer/retrieval/postings.h \
	src/answer/retrieval/sentences.c src/answer/retrieval/sentences.h \
	src/answer/retrieval/site-import.c src/answer/retrieval/site-import.h \
	src/answer/terms/stems.c src/answer/terms/stems.h \
	src/answer/terms/term-coverage.c src/answer/terms/term-coverage.h \
	src/answer/terms/terms.c src/answer/terms/terms.h \
	src/answer/skills/training/classifier.c src/answer/skills/training/classifier.h \
	src/answer/skills/training/confidence.c src/answer/skills/training/confidence.h \
	src/answer/skills/training/leave-one-out.c src/answer/skills/training/leave-one-out.h \
	src/answer/skills/training/off-topic.c src/answer/skills/training/off-topic.h \
	src/answer/skills/skill-cache.c src/answer/skills/skill-cache.h \
	src/answer/skills/skill-edit.c src/answer/skills/skill-edit.h \
	src/answer/skills/skill-embeddings.c src/answer/skills/skill-embeddings.h \
	src/answer/skills/skill-lint.c src/answer/skills/skill-lint.h \
	src/answer/skills/skill-model.c src/answer/skills/skill-model.h \
	src/answer/skills/skill-store.c src/answer/skills/skill-store.h \
	src/answer/skills/training/skill-trainer.c src/answer/skills/training/skill-trainer.h \
	src/answer/skills/skills.c src/answer/skills/skills.h \
	src/answer/skills/training/training-phrases.c src/answer/skills/training/training-phrases.h \
	src/answer/understanding/ar.c \
	src/answer/understanding/concepts.h \
	src/answer/understanding/de.c \
	src/answer/understanding/en.c \
	src/answer/understanding/es.c \
	src/answer/understanding/fr.c \
	src/answer/understanding/holidays.c src/answer/understanding/holidays.h \
	src/answer/understanding/id.c \
	src/answer/understanding/it.c \
	src/answer/understanding/language.c src/answer/understanding/language.h \
	src/answer/understanding/language-guess.c src/answer/understanding/language-guess.h \
	src/answer/understanding/pt.c \
	src/answer/understanding/ru.c \
	src/answer/understanding/tr.c \
	src/answer/understanding/understand.c src/answer/understanding/understand.h
ANSWER_LIBS = libanswer.a libdocuments.a libchannel.a $(LINEAR_LIBS) $(STEMMER_LIBS) $(XML_LIBS) $(ZIP_LIBS) $(MD4C_LIBS) $(DOMAIN_LIBS) -lm
