/*
 * question-labels.h - the letters before questions and answers in a list of frequent questions: "Q: ...", "A: ...".
 */
#ifndef DESKBELL_ANSWER_QUESTION_LABELS_H
#define DESKBELL_ANSWER_QUESTION_LABELS_H

#include "core/str.h"

/* What stands before the answer when `line` is a labelled question and `next` begins with the label that belongs to it;
 * else absent. `*line` loses its label then. */
struct str question_label_take(struct str *line, struct str next);
/* Takes the label of an answer off the line, if it is there. */
bool answer_label_take(struct str *line, struct str label);

#endif
