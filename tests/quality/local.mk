# How good the skill match and the knowledge base are on data that nobody here wrote; never part of `make check`. QUALITYFLAGS="xsid-tr" for one set (KNOWLEDGEFLAGS for documents); --help tells more. CONVERSATIONFLAGS=-v shows each reply that is not good.
EXTRA_PROGRAMS += tests/quality/skill-evidence
CLEANFILES += tests/quality/skill-evidence
tests_quality_skill_evidence_SOURCES = tests/quality/skill-evidence.c
tests_quality_skill_evidence_LDADD = $(ANSWER_LIBS)
EXTRA_DIST += tests/quality/skill-quality tests/quality/knowledge-quality tests/quality/conversation-quality tests/quality/learning-quality tests/quality/calibrate tests/quality/businesses

quality: quality-skills quality-knowledge quality-conversations quality-learning
quality-skills: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/quality/skill-quality $(QUALITYFLAGS)
quality-knowledge: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/quality/knowledge-quality $(KNOWLEDGEFLAGS)
quality-conversations: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/quality/conversation-quality $(CONVERSATIONFLAGS)
# What approved proposals are worth, on a business of our own.
quality-learning: all
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/quality/learning-quality
# The numbers of src/answer/skills/training/confidence.c.
calibrate: tests/quality/skill-evidence
	DESKBELL_BUILD='$(abs_builddir)' /usr/bin/python3 $(srcdir)/tests/quality/calibrate
.PHONY: quality-learning quality quality-skills quality-knowledge quality-conversations calibrate
