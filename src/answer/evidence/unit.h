/*
 * unit.h - the smallest pieces of documents that answer a question by themselves: a row of a table, the answer below a
 * question, an item, a sentence, a short section.
 */
#ifndef DESKBELL_ANSWER_EVIDENCE_UNIT_H
#define DESKBELL_ANSWER_EVIDENCE_UNIT_H

#include "answer/retrieval/knowledge.h"
#include "answer/understanding/language.h"

struct unit_word {
	struct str folded, stem;
	enum concept concept;
	bool function_word;
	bool joins; /* "and" */
	bool part;  /* of a hyphenated word, which comes behind it as a whole */
};

struct unit_words {
	struct unit_word *all;
	int n;
};

enum unit_kind { UNIT_ROW, UNIT_ANSWER, UNIT_SECTION, UNIT_SENTENCE };

#define CELLS_MAX 12

struct unit {
	enum unit_kind kind;
	int hit;            /* the passage, by its place among the hits */
	struct str label;   /* what it is about: a row's first cell, the question, the heading; empty: nothing says */
	struct str text;    /* what it says */
	struct str context; /* headings and title above it */
	struct str cells[CELLS_MAX], columns[CELLS_MAX]; /* of a row; columns are absent in a table without a head */
	int n_cells;
	int table; /* rows of one table have the same */
	struct unit_words label_words, text_words, context_words, column_words[CELLS_MAX];
	bool has_money, has_time, has_duration, has_number;
};

struct units {
	struct unit *all;
	int n, room;
	int tables;
};

/* The words of a text; stems and concepts are those of its language (a tag). In `pool`. */
struct unit_words unit_words_of(struct pool *pool, struct str text, struct str language);
/* Whether a text names an amount of money; a time of day, a weekday or a date; how long something takes; a number. */
bool unit_has_money(struct pool *pool, struct str text);
bool unit_has_duration(const struct unit_words *words);
bool unit_has_time(struct pool *pool, struct str text, struct str language);
/* Whether a text names a day, by its date or within two dates: "29 to 31 December". */
bool unit_words_name_day(const struct unit_words *words, int month, int day);
/* What stands right above a piece: the question it answers, the last heading, else the title of its document. */
struct str unit_heading(const struct unit *unit, const struct passage_hit *hit);
/* Adds the pieces of a passage; everything in `pool`. */
void units_add(struct units *units, struct pool *pool, const struct passage_hit *hit, int place);

#endif
