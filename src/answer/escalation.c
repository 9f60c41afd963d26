/*
 * escalation.c - when a person has to take it from here.
 *
 * Reply, then handoff message, then lock; and one handoff message only. What a skill that demands a person says is the
 * handoff message itself: its author wrote it for that moment. Where only the fallback is left, the handoff message
 * stands in its place. After that the conversation is locked, so that no second handoff message follows. (A hot lead is
 * found later, by the lead's own job, and promises only if the bot still has the conversation.) Only a question without
 * an answer counts as a fallback; with the first one the conversation waits for a person, though the bot keeps it.
 */
#include "answer/escalation.h"

#include "answer/handoff-message.h"

#include <string.h>

static bool is_fallback(const struct answer *answer)
{
	return strcmp(answer->stage, "fallback") == 0;
}

static bool is_missed_too_often(const struct question *q, const struct answer *answer)
{
	int64_t most = q->settings.fallbacks_before_handover;
	return most > 0 && is_fallback(answer) && q->consecutive_fallbacks + 1 >= most;
}

static void escalation_hand_off(struct pool *pool, const struct question *q, const struct speaker *speaker,
	struct answer *answer, const char *attention)
{
	struct str words = handoff_message_text(pool, speaker, q->now_s);
	if (answer->act == ACT_COMPLAINT)
		words = pool_printf(pool, "%s %.*s", speaker->language->texts.sorry, (int)words.n, words.p);
	answer->hand_over = true;
	answer->attention = attention;
	answer->reply = is_fallback(answer) ? words : wording_join(pool, answer->reply, words);
}

/* What a skill says is the handoff message; that no operator is there it cannot know. */
static void add_away_message(
	struct pool *pool, const struct question *q, const struct speaker *speaker, struct answer *answer)
{
	answer->reply = wording_join(pool, answer->reply, handoff_message_away(pool, speaker, q->now_s));
}

void escalation_apply(struct pool *pool, const struct question *q, const struct speaker *speaker, struct answer *answer)
{
	if (answer->hand_over) {
		if (!answer->attention)
			answer->attention = CODE(skill_calls_person);
		add_away_message(pool, q, speaker, answer);
	} else if (answer->act == ACT_COMPLAINT) {
		escalation_hand_off(pool, q, speaker, answer, CODE(complaint));
	} else if (answer->act == ACT_PERSON) {
		escalation_hand_off(pool, q, speaker, answer, CODE(person_requested));
	} else if (is_missed_too_often(q, answer)) {
		escalation_hand_off(pool, q, speaker, answer, CODE(no_answer_repeatedly));
	} else if (is_fallback(answer)) {
		answer->attention = CODE(no_answer); /* a person is offered, and may answer unasked */
	}
}
