/*
 * flash.c - what a page says after something was done. Only the code travels, in a short-lived cookie, so no link can
 * make a page say something else.
 */
#include "desk/desk.h"

static const struct {
	const char *code;
	bool good;
	const char *words;
} table[] = {
	{ "answer-wrong", true,
		T("The answer is marked as wrong. The bot does not give it to this question again; you can take that "
		  "back on the page of the skill or document.") },
	{ "answer-right", true, T("The question may be answered from here again.") },
	{ "account-saved", true, T("Your account was saved.") },
	{ "content-removed", true, T("The file or place was removed.") },
	{ "content-saved", true, T("It goes along with this reply from now on.") },
	{ "document-added", true, T("The document was added. Questions are answered from it from now on.") },
	{ "document-deleted", true, T("The document was deleted.") },
	{ "document-saved", true, T("The document was saved.") },
	{ "browser-removed", true, T("The browser is not notified any more.") },
	{ "calls-saved", true, T("Your choices were saved.") },
	{ "push-tested", true, T("A test notification was sent. It arrives within a few seconds.") },
	{ "push-none", false, T("None of your browsers is notified yet. Turn on notifications first.") },
	{ "said-meanwhile", false,
		T("Another user has replied meanwhile. Read that reply, then send yours again if it still fits.") },
	{ "channel-disconnected", true, T("The channel is disconnected. Its conversations were kept.") },
	{ "channel-disconnected-alone", true,
		T("The channel is disconnected. The platform could not be informed and may try to deliver for a "
		  "while.") },
	{ "channel-fails", false, T("The test found a problem. See its result below.") },
	{ "channel-saved", true, T("The channel was saved. The receiver knows it within five seconds.") },
	{ "channel-works", true, T("The connection works.") },
	{ "channel-gone", false, T("The channel is disconnected. Ask an administrator to connect it again.") },
	{ "contact-merged", true, T("Both contacts are one now. You can separate them again.") },
	{ "contact-separated", true, T("The contacts are separated again.") },
	{ "contact-erased", true, T("The contact was erased. The audit log keeps the receipt.") },
	{ "contact-saved", true, T("The contact was saved.") },
	{ "contact-blocked", true, T("The contact is blocked. What it sends is stored, and nothing rings.") },
	{ "contact-unblocked", true, T("The contact is not blocked any more.") },
	{ "away", true, T("You are away. What waits for you waits for all now.") },
	{ "back", true, T("You are back. Conversations can be assigned to you.") },
	{ "filter-saved", true, T("The filter was saved.") },
	{ "filter-removed", true, T("The filter was removed.") },
	{ "field-added", true, T("The field was added. Every contact has it.") },
	{ "field-removed", true, T("The field was removed.") },
	{ "conversation-assigned", true, T("The conversation was assigned.") },
	{ "conversation-closed", true, T("The conversation is closed. It opens again when the customer writes.") },
	{ "conversation-unassigned", true, T("Nobody has the conversation now.") },
	{ "conversation-snoozed", true,
		T("The conversation is snoozed. It comes back earlier when the customer writes.") },
	{ "marked-unread", true, T("The conversation is marked as unread.") },
	{ "undone", true, T("That was taken back.") },
	{ "conversation-reopened", true, T("The conversation is open again.") },
	{ "draft-answered", false,
		T("The suggestion was not sent: another user has answered. Read the conversation first.") },
	{ "delivery-discarded", true, T("The message was discarded.") },
	{ "delivery-gone", false, T("The message is being sent or was sent: it cannot be changed any more.") },
	{ "delivery-retried", true, T("The message is sent again.") },
	{ "first-answers", true, T("The answers are stored. Try what a customer would write.") },
	{ "first-steps-dismissed", true, T("The first steps are hidden. All of them are in the settings.") },
	{ "invitation-removed", true, T("The invitation was taken back.") },
	{ "last-owner", false, T("This is the last owner. Make another user an owner first.") },
	{ "later-cancelled", true, T("The message was cancelled.") },
	{ "later-late", false, T("That time is over, or more than a year away. Choose another.") },
	{ "later-saved", true, T("The message goes out at its time.") },
	{ "later-sent", true, T("The message goes out now.") },
	{ "later-window", false,
		T("The 24-hour window is closed by then, so nothing was sent. Choose an earlier time.") },
	{ "lead-saved", true, T("The lead was saved.") },
	{ "logo-removed", true, T("The logo was removed.") },
	{ "logo-saved", true, T("The logo was saved. Everybody on the team sees it.") },
	{ "member-gone", false, T("This person does not belong to the organisation any more.") },
	{ "note-saved", true, T("The note was saved.") },
	{ "note-removed", true, T("The note was removed.") },
	{ "password-changed", true, T("Your password was changed. All other sessions were ended.") },
	{ "password-replaced", true, T("Your password was changed. Sign in with the new one.") },
	{ "person-removed", true, T("The person was removed.") },
	{ "reply-deleted", true, T("The canned reply was deleted.") },
	{ "reply-saved", true, T("The canned reply was saved.") },
	{ "returned-to-bot", true, T("The bot answers this conversation again.") },
	{ "role-changed", true, T("The role was changed.") },
	{ "second-factor-elsewhere", false,
		T("This person belongs to other organisations, too, so the second factor cannot be reset from here.") },
	{ "second-factor-none", false, T("This person has no second factor.") },
	{ "second-factor-removed", true, T("The second factor was removed. The password is enough from now on.") },
	{ "second-factor-reset", true,
		T("The second factor was removed and all sessions of this person were ended. The password is enough "
		  "to sign in now.") },
	{ "session-ended", true, T("The session was ended.") },
	{ "proposal-gone", false, T("The proposal is not there any more. Nothing was changed.") },
	{ "proposal-rejected", true, T("The proposal was rejected. It does not come again.") },
	{ "question-put-away", true, T("The question was put away.") },
	{ "skill-deleted", true, T("The skill was deleted.") },
	{ "skill-off", true, T("The skill is off.") },
	{ "skill-on", true, T("The skill is on.") },
	{ "skill-saved", true, T("The skill was saved.") },
	{ "skills-checked", true, T("The skills are good. Nothing was changed.") },
	{ "skills-imported", true, T("The skills were imported.") },
	{ "settings-saved", true, T("The settings were saved.") },
	{ "sign-in-again", false, T("Signing in took too long. Enter your address and password again.") },
	{ "signed-out", true, T("You are signed out.") },
	{ "taken-over", true, T("You answer this conversation now. The bot stays silent in it.") },
	{ "number-changed", false,
		T("The channel has another number or bot now: nothing was sent. You can reply when the customer writes "
		  "to it.") },
	{ "window-closed", false,
		T("The 24-hour window is closed: nothing was sent. It opens again when the customer writes.") },
	{ "token-revoked", true, T("The token was revoked. It works no more.") },
};

const char *flash_find(struct str code, bool *good)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (str_equal(code, str_of(table[i].code))) {
			*good = table[i].good;
			return table[i].words;
		}
	return NULL;
}
