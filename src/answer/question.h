/*
 * question.h - what is to be answered and what was answered: the data that guards, stages and escalation work on.
 */
#ifndef DESKBELL_ANSWER_QUESTION_H
#define DESKBELL_ANSWER_QUESTION_H

#include "answer/conversation-memory.h"
#include "answer/skills/skills.h"
#include "answer/understanding/understand.h"
#include "core/text/reason.h"
#include "domain/bot-mode.h"
#include "domain/settings.h"

/* An earlier message of the conversation. */
struct turn {
	struct str from; /* contact, bot, operator, system */
	struct str text;
	double age_s;
};

/* What is known about the conversation when its job is claimed. Strings are borrowed. */
struct question {
	int64_t org_id, conversation_id;
	struct str organization; /* its name */
	enum bot_mode bot_mode;
	bool bot_mode_known;
	bool operator_has_it;
	bool noticed; /* the notice about content without text was sent within a day */
	bool has_text;
	int64_t now_s;        /* when it was claimed, UTC */
	bool has_window;      /* the platform has a 24-hour window */
	bool has_contents;    /* some reply of the organisation takes a file or a place along */
	double message_age_s; /* of the customer's last message, by the platform's clock */
	double window_age_s;
	int64_t consecutive_fallbacks; /* fallbacks in a row before this message */
	int64_t replies_last_hour;     /* of the bot in this conversation */
	struct str text;               /* what the customer wrote since the last answer, one message a line */
	struct turn *recent;           /* what was said before, oldest first */
	int n_recent;
	struct conversation_memory memory; /* of the conversation before this message */
	struct str language;               /* the organisation's */
	int64_t skills_revision;
	struct settings settings;
};

struct findings;

#define PASSAGES_MAX 20
#define BUTTONS_MAX 3

/* A piece of a document that may answer. */
struct answer_passage {
	int64_t document_id;
	struct str document, text;
	double score;
	double words, cosine; /* by words alone, and of the embeddings; -1 when they were not asked, or do not know */
};

#define WEIGHED_MAX 6

/* What was weighed for the message as a whole, for one that asks how near it came. */
struct weighed {
	int64_t document_id;  /* 0: a skill */
	double score, needed; /* how sure it is, and from where on it answers */
	struct str missing;   /* words of the question that a piece of a document does not have; absent: none */
};

struct answer {
	const char *stage;   /* act, clock, skill, knowledge, clarify, fallback, notice; NULL when a guard decided */
	const char *reason;  /* a code (core/text/reason.h) */
	double score;        /* of what answers; in a fallback that of the best skill */
	struct str skill;    /* title; absent unless stage is skill */
	int64_t skill_id;    /* of the skill whose response is in the reply; 0: none */
	struct str reply;    /* absent: none is needed, `reason` says why */
	enum act act;        /* what the customer did */
	struct str language; /* a tag: in which the texts of the product were written */
	struct conversation_memory memory; /* to be kept for the next message */
	struct str buttons[BUTTONS_MAX];   /* what the customer may press instead of writing it */
	int n_buttons;
	bool says_how;         /* the reply itself says how to reach a person */
	bool says_bot;         /* and that it is automatic */
	const char *attention; /* why a person should look at the conversation, a code; NULL: no need */
	bool hand_over;        /* a person has it from here on; `attention` says why */
	/* The best skills, whether one answers or not; of each its number and title. */
	struct skill_candidate candidates[SKILL_CANDIDATES_MAX];
	int n_candidates;
	struct answer_passage passages[PASSAGES_MAX]; /* the best first, whether they answer or not */
	int n_passages;
	struct weighed weighed[WEIGHED_MAX]; /* the best first */
	int n_weighed;
	const struct findings *findings; /* what the stages found on their way; for "why this answer" */
	bool db_unreachable;             /* the database could not be asked: there is no answer, try again later */
};

#endif
