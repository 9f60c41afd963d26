/*
 * off-topic.h - short messages that hardly any skill is about: greetings, thanks, chit-chat, off-topic questions.
 * Examples for "none of the skills".
 */
#ifndef DESKBELL_ANSWER_SKILLS_OFF_TOPIC_H
#define DESKBELL_ANSWER_SKILLS_OFF_TOPIC_H

extern const char *const off_topic_examples[];
int off_topic_examples_count(void);

#endif
