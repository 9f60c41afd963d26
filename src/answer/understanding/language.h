/*
 * language.h - what the bot knows of each language that it speaks: one file a language, one struct.
 *
 * To add a language: copy en.c, translate every member, add the struct to the table in language.c and the file to
 * local.mk; tests/unit/answer-understanding.c says what is missing. All words are written as text_fold leaves them
 * (small letters, no accents, no apostrophes; dotless i is i). Patterns are those of domain/leads/pattern.h. Texts that
 * customers read are written as they are read.
 */
#ifndef DESKBELL_ANSWER_UNDERSTANDING_LANGUAGE_H
#define DESKBELL_ANSWER_UNDERSTANDING_LANGUAGE_H

#include "answer/understanding/concepts.h"
#include "core/str.h"

/* Days that fall on the same date everywhere, or with Easter. */
enum holiday {
	HOLIDAY_NEW_YEAR,
	HOLIDAY_EPIPHANY,
	HOLIDAY_LABOUR_DAY,
	HOLIDAY_ASSUMPTION,
	HOLIDAY_ALL_SAINTS,
	HOLIDAY_CHRISTMAS_EVE,
	HOLIDAY_CHRISTMAS,
	HOLIDAY_BOXING_DAY,
	HOLIDAY_NEW_YEAR_EVE,
	HOLIDAY_GOOD_FRIDAY,
	HOLIDAY_EASTER,
	HOLIDAY_EASTER_MONDAY,
	HOLIDAY_ASCENSION,
	HOLIDAY_WHIT_MONDAY,
	HOLIDAY_VALENTINE,
	HOLIDAY_BETWEEN_YEARS, /* 27 to 30 December */
	HOLIDAYS
};

/* Lists of patterns, each ended by NULL. */
struct act_patterns {
	const char *const *greeting, *const *thanks, *const *farewell, *const *agreement;
	const char *const *identity;  /* "are you a bot" */
	const char *const *complaint; /* anger and complaints: a person is called */
	const char *const *callback;  /* "call me" */
	const char *const *emergency; /* a person is in danger or hurt */
};

/* A question's words that say what kind of answer is wanted, "how much", or that it is one (CONCEPT_NONE). */
struct ask_phrase {
	const char *pattern; /* NULL ends the list */
	enum concept concept;
};

struct clock_words {
	const char *weekdays[7]; /* Monday first; alternatives as in a pattern's element */
	const char *months[12];
	const char *today, *tomorrow, *day_after, *now, *weekend; /* patterns */
	const char *const *open; /* patterns of being open or closed, or there: without one the clock is not asked */
	const char *const *come; /* of coming there: with a time of the day it asks whether it is open then */
	const char *half;        /* "halb acht" is 7:30; NULL where the language has none */
	const char *at;          /* before a time of the day: "at", "um" */
	const char *hour;        /* behind it: "uhr", "h" */
	const char *am, *pm;     /* behind it, what makes 8 into 8:00 or 20:00 */
	const char *holidays[HOLIDAYS]; /* patterns */
};

/* Texts with {business}, {day}, {hours}, {time}, {reason} in braces, where they have such. */
struct texts {
	const char *greeting;
	const char *kind; /* after thanks, ok, goodbye */
	const char *identity;
	const char *disclosure; /* one line: that this is automatic, and how to reach a person */
	const char *automatic;  /* the same where the reply itself says how to reach a person */
	const char *fallback;   /* nothing answers; offers a person */
	const char *topics;     /* goes before the topics that the bot knows */
	const char *handover, *away;
	const char *sorry;         /* goes before the handover after a complaint */
	const char *detail;        /* a number or an address without a question */
	const char *noted;         /* the same when the bot asked for it: a person sees to it */
	const char *unclear;       /* "??" */
	const char *did_you_mean;  /* goes before two or three possibilities */
	const char *or_person;     /* goes behind them */
	const char *total;         /* {sum}: what several things cost together */
	const char *person_button; /* at most 20 characters, and understood as a request for a person */
	const char *as_written;    /* goes before facts that are in another language than the customer's */
	const char *perhaps;       /* goes before an answer that is likely and no more */
	const char *if_not;        /* goes behind it */
	const char *open_day, *open_day_special, *closed_day, *closed_day_reason;
	const char *open_now, *closed_now, *closed_now_reason, *next_open;
	const char *open_at, *closed_at, *closed_at_reason;
	const char *closed_range; /* {reason}, {from}, {to} */
	const char *weekdays[7], *months[12];
	const char *date;       /* {weekday}, {day}, {month} */
	const char *week_hours; /* goes before the hours of a week */
	const char *and;
};

#define NUMBERS 11
#define FIRST_NUMBER 2 /* "one" is an article in most languages */

struct language {
	const char *tag;
	const char *letters; /* letters that hardly another of them has, as they are written */
	/* Of chats: the short form, a space, the words written out; the next one behind a bar. */
	const char *short_forms;
	bool compounds;             /* writes several nouns as one word */
	const char *function_words; /* between single spaces */
	struct act_patterns acts;
	const struct ask_phrase *asking;
	const char *const *follow_up; /* "and", "what about": what comes belongs to what was asked before */
	const char *requests;         /* "send", "tell us": a reply with such a word waits for details; alternatives */
	const char *yes;              /* alternatives */
	const char *concepts[CONCEPTS]; /* words, alternatives as in a pattern's element; NULL: none */
	const char *numbers[NUMBERS];   /* the words for 2 to 12, alternatives; NULL: none that is nothing else */
	struct clock_words clock;
	struct texts texts;
};

#define LANGUAGES 10

/* The table; English first. */
extern const struct language *const languages[LANGUAGES];
/* By tag, its first part alone counting ("pt-BR"); NULL for one that the bot does not speak. */
const struct language *language_find(struct str tag);
/* The same, English instead of NULL. */
const struct language *language_or_english(struct str tag);
/* Its place in the table. */
int language_index(const struct language *language);

/* Whether a folded word is a function word of the language. Thread-safe; the first call makes the tables. */
bool language_is_function_word(const struct language *language, struct str folded);
/* The concept of a folded word, CONCEPT_NONE when the language lists none. Weekdays, months and the numbers from 2 to
 * 12, in words or digits, are concepts of their own, with numbers above CONCEPTS. */
enum concept language_concept(const struct language *language, struct str folded);
/* The month, from 1, or weekday, from 1 for Monday, that a concept stands for; 0 for any other. */
int language_month_of(enum concept concept);
/* Whether a word speaks of when a business is open. */
bool language_is_about_hours(enum concept concept);
/* The month, from 1, that a word names in a language although it may be another word as well ("may"); 0: none. */
int language_month_named(const struct language *language, struct str folded);
/* The concept of a month, from 1. */
enum concept language_month(int month);
int language_weekday_of(enum concept concept);
/* Whether a word as it is written is the name of a month in any of the languages. */
bool language_is_month(struct str word);
/* Whether the language lists the word at all, as any kind of word. */
bool language_knows(const struct language *language, struct str folded);

extern const struct language language_en, language_tr, language_es, language_de, language_fr, language_pt, language_it,
	language_ar, language_ru, language_id;

#endif
