/*
 * ctl.h - what the commands of deskbellctl share: their table, their arguments, a transaction, and how things are
 * printed.
 */
#ifndef DESKBELL_CTL_CTL_H
#define DESKBELL_CTL_CTL_H

#include "core/conf.h"
#include "core/crypto/crypt.h"
#include "core/json/json.h"
#include "core/pool.h"
#include "db/db.h"
#include "db/statements.h"

#include <stdio.h>

/* ---- arguments ---- */

#define CTL_ARGS_MAX 8

enum arg_kind { ARG_END, ARG_FLAG, ARG_OPTION, ARG_WORD, ARG_WORDS /* one or more; the last of its command */ };
enum arg_shape { SHAPE_ANY, SHAPE_ID, SHAPE_COUNT };

/* One argument of a command, parsed and explained by the same row. */
struct arg_spec {
	enum arg_kind kind;
	const char *name;  /* "org" of --org; "NAME" of a word that stands alone */
	const char *value; /* what an option takes, as shown: "ID"; NULL for others */
	bool required;
	enum arg_shape shape;
	const char *choices; /* "active|shadow|off"; NULL: anything of that shape */
	const char *words;   /* what it is, for --help and for "is missing" */
};

#define ARG_THE_ORG \
	{ \
		ARG_OPTION, "org", "ID", true, SHAPE_ID, NULL, "the organisation ('deskbellctl org list' shows all)" \
	}
#define ARG_SOME_ORG \
	{ \
		ARG_OPTION, "org", "ID", false, SHAPE_ID, NULL, "only this organisation" \
	}
#define ARG_JSON \
	{ \
		ARG_FLAG, "json", NULL, false, SHAPE_ANY, NULL, "print JSON" \
	}
#define ARG_LAST \
	{ \
		ARG_END, NULL, NULL, false, SHAPE_ANY, NULL, NULL \
	}

struct args {
	const struct arg_spec *spec;
	const char *text[CTL_ARGS_MAX]; /* by position in spec; NULL when not given */
	int64_t number[CTL_ARGS_MAX];
	char **words; /* of ARG_WORDS, borrowed from the command line */
	int n_words;
};

struct ctl_globals {
	const char *conf_path; /* --config */
	bool help, version;
};

/* Takes the global options at the front of `argv`; returns how many elements they are, or -1 with words. */
int args_take_globals(struct ctl_globals *globals, int argc, char **argv, struct explain *why);
/* The arguments behind a command. Stops early when --help is among them. ERR_USAGE with words. */
enum err args_parse(struct args *out, const struct arg_spec *spec, struct ctl_globals *globals, int argc, char **argv,
	struct explain *why) MUST_CHECK;

/* ---- commands ---- */

struct ctl;

enum ctl_needs {
	NEEDS_NOTHING, /* not even a configuration: the command loads what it wants */
	NEEDS_DATABASE /* the configuration is loaded and the database answers before the command runs */
};

/* name, words for the overview, handler (ctl_NAME, with its arguments in ctl_NAME_args), needs, more words for --help
 */
#define CTL_COMMANDS(X) \
	X("init", "set Deskbell up on this server", init, NEEDS_NOTHING, \
		"As root: makes the account, the database roles and the database where they are missing, then " \
		"configuration, key and schema, and reports what is left. Nothing that is there is replaced; run it " \
		"again " \
		"when a step has failed.") \
	X("migrate", "bring the database to this program's version", migrate, NEEDS_DATABASE, \
		"Works from any old version, is safe to run twice and simultaneously, and leaves the old version if " \
		"anything fails.") \
	X("org add", "make an organisation, print its id", org_add, NEEDS_DATABASE, \
		"The bot of a new organisation is off until a mode is chosen: 'active' replies, 'shadow' keeps the " \
		"reply as a draft, 'off' does neither.") \
	X("org list", "list the organisations", org_list, NEEDS_DATABASE, "") \
	X("org remove", "remove an organisation with everything of it", org_remove, NEEDS_DATABASE, \
		"Asks for the organisation's name. Its channels are disconnected first; then everything goes piece " \
		"by " \
		"piece next to the running programs, and people who belong to no other organisation go with it. Can " \
		"be " \
		"stopped at any point and run again. Cannot be undone: 'export' or 'backup' first.") \
	X("user add", "give a person access to an organisation", user_add, NEEDS_DATABASE, \
		"The password (at least 10 characters) is read from standard input. When nothing is piped in, one is " \
		"generated and printed once. " \
		"A person who has an account already gets the role; the password stays as it is.") \
	X("user list", "list the users with access to an organisation", user_list, NEEDS_DATABASE, "") \
	X("user password", "give an account a new password", user_password, NEEDS_DATABASE, \
		"The password (at least 10 characters) is read from standard input. When nothing is piped in, one is " \
		"generated and printed once. All sessions of the account end.") \
	X("user sessions", "list or end the sessions of an account", user_sessions, NEEDS_DATABASE, "") \
	X("user disable", "switch an account off", user_disable, NEEDS_DATABASE, \
		"Sessions and the API tokens that the account has made end, and its conversations are free. Nothing " \
		"is deleted.") \
	X("user enable", "switch an account on again", user_enable, NEEDS_DATABASE, "") \
	X("user second-factor", "show whether an account has a second factor, or take it away", user_second_factor, \
		NEEDS_DATABASE, \
		"With --reset the password is enough to sign in, until the user sets a second factor up again; all " \
		"sessions end. For users who have lost their telephone and their recovery codes.") \
	X("user remove", "take an account out of an organisation, or away", user_remove, NEEDS_DATABASE, \
		"API tokens that the account has made end, its conversations become unassigned, and those it had " \
		"taken " \
		"over answer again. What it wrote stays.") \
	X("setup-code", "print a one-time code for the desk's first set-up", setup_code, NEEDS_DATABASE, \
		"Open /setup of the desk within 30 minutes and enter it: there the first organisation and its owner " \
		"are made.") \
	X("token add", "make an API token, print it once", token_add, NEEDS_DATABASE, \
		"Programs send it as 'Authorization: Bearer TOKEN' and ask for application/json.") \
	X("token list", "list an organisation's API tokens", token_list, NEEDS_DATABASE, "") \
	X("token revoke", "end an API token", token_revoke, NEEDS_DATABASE, "") \
	X("channel connect", "connect a platform, or edit the connection", channel_connect, NEEDS_DATABASE, \
		"Reads the channel's config as a JSON object from standard input. For whatsapp: phone_number_id, " \
		"business_account_id, permanent_access_token, app_secret, " \
		"verify_token (generated when left out), display_phone_number (optional). For telegram: bot_token; " \
		"Deskbell asks Telegram for the bot's name and sets its webhook. Secrets that are left out " \
		"when a channel is edited keep their value. " \
		"Connecting again keeps the channel's id and its conversations.") \
	X("channel list", "list channels", channel_list, NEEDS_DATABASE, "") \
	X("channel show", "show a channel, secrets redacted", channel_show, NEEDS_DATABASE, \
		"Name the channel, its organisation, or both.") \
	X("channel check", "ask the platform whether a channel works", channel_check, NEEDS_DATABASE, \
		"Exits with 69 when something is wrong.") \
	X("channel disconnect", "forget a channel's credentials", channel_disconnect, NEEDS_DATABASE, \
		"Conversations are kept, and come back to life when the channel is connected again.") \
	X("skill import", "add or replace skills", skill_import, NEEDS_DATABASE, \
		"Reads a JSON array from standard input; each element has \"title\", \"triggers\" (array of " \
		"phrases), \"response\", \"enabled\" (default true) and " \
		"\"requires_human_handover\" (default false). A skill of the same title is replaced. All or nothing.") \
	X("reply attach", "let a reply take a file or a place along", reply_attach, NEEDS_DATABASE, \
		"A price list, a menu, a map: sent together with the text of the skill, the canned reply or the " \
		"fallback as one message. Name one of the three, and FILE (a picture, video, PDF or office document " \
		"that " \
		"every platform takes) or --place. What was there is replaced.") \
	X("reply detach", "let a reply take nothing along", reply_detach, NEEDS_DATABASE, "") \
	X("skill list", "list an organisation's skills", skill_list, NEEDS_DATABASE, "") \
	X("skill export", "print the skills as 'skill import' reads them", skill_export, NEEDS_DATABASE, "") \
	X("knowledge import", "add or replace documents", knowledge_import, NEEDS_DATABASE, \
		"Each FILE (text, Markdown, HTML, PDF; - is standard input) is a document whose title is --title, " \
		"else its own, else the file's name. --url fetches a page or file once. With " \
		"--jsonl each line of that file (- is standard input) is a document as JSON: \"title\", \"text\", " \
		"and " \
		"\"language\" and \"url\" if there are any. A document of the same title is replaced, whatever the " \
		"title's case. All or nothing of each file.") \
	X("knowledge list", "list an organisation's documents", knowledge_list, NEEDS_DATABASE, "") \
	X("knowledge show", "show a document and its passages", knowledge_show, NEEDS_DATABASE, "") \
	X("knowledge delete", "delete documents", knowledge_delete, NEEDS_DATABASE, "All or nothing.") \
	X("knowledge search", "show what the documents say to a question", knowledge_search, NEEDS_DATABASE, \
		"Reads one question a line from standard input and prints one JSON object a line: stage, score, the " \
		"best passages, reply. Stage is knowledge when the documents answer, else fallback.") \
	X("ask", "show what the bot would answer", ask, NEEDS_DATABASE, \
		"Reads one message a line from standard input and prints one JSON object a line: stage, skill, " \
		"score, the best candidates, passages, reply, and why a person would take over. Models are asked " \
		"as the organisation uses them, and count in its budget. Nothing else is stored, nothing is sent.") \
	X("learn", "train an organisation's skills now", learn, NEEDS_DATABASE, \
		"The sender does this by itself when skills have changed. Reports which skills are easily mistaken " \
		"for " \
		"each other.") \
	X("bot-mode", "show or set what the bot may do", bot_mode, NEEDS_DATABASE, \
		"active: replies. shadow: works out the reply and keeps it as a draft. off: stores and shows " \
		"messages only.") \
	X("setting list", "show what an organisation can choose about its answers", setting_list, NEEDS_DATABASE, \
		"Secrets are shown redacted. What was never chosen has its default.") \
	X("setting set", "choose a setting", setting_set, NEEDS_DATABASE, \
		"Without VALUE it is read from standard input; a key always is, so that it is not seen in a list of " \
		"processes.") \
	X("setting unset", "go back to a setting's default", setting_unset, NEEDS_DATABASE, "") \
	X("conversation list", "list the latest conversations", conversation_list, NEEDS_DATABASE, \
		"--search finds words of the customer's name, username, number and tags, and of messages. All of " \
		"them must stand in the conversation; case and accents do not matter, and the last may be the " \
		"beginning of a word. A running sender makes what arrives findable within seconds.") \
	X("conversation show", "show the messages of a conversation", conversation_show, NEEDS_DATABASE, "") \
	X("decisions", "show what the bot decided, and why", decisions, NEEDS_DATABASE, \
		"With --json also scores, candidates, passages, lock state, timings and the draft of a reply that " \
		"was not sent.") \
	X("leads", "list what customers want, the best first", leads, NEEDS_DATABASE, "") \
	X("lead", "show what a customer wants, or set a field of it", lead, NEEDS_DATABASE, \
		"Fields: service, date, date_iso (2026-11-27), location, budget, intent (buy, book, price, info, " \
		"support, complaint, other), name, phone, email, non_business (true, false). What is set manually " \
		"wins " \
		"over what is found in messages, then and later.") \
	X("queue list", "show what waits to be sent or answered, and why", queue_list, NEEDS_DATABASE, "") \
	X("queue retry", "send a message that waits or has failed now", queue_retry, NEEDS_DATABASE, \
		"Of a message whose outcome is unknown the customer may get a second copy.") \
	X("queue discard", "give up a message that waits or has failed", queue_discard, NEEDS_DATABASE, "") \
	X("export", "print everything of an organisation", export, NEEDS_DATABASE, \
		"One JSON object a line, each with \"type\"; the last has the type \"end\" and the counts. All of " \
		"one " \
		"moment, however long it takes. Secrets and password hashes are left out.") \
	X("import", "bring what 'export' printed into an empty organisation", import, NEEDS_DATABASE, \
		"Everything comes back under new ids, all or nothing. People are known by their e-mail address; " \
		"nobody " \
		"gets a password. Channels must be connected again, secret settings set again: an export has no " \
		"secrets. What waited to be sent is cancelled: the other installation sends it.") \
	X("backup", "make a backup of the whole database", backup, NEEDS_DATABASE, \
		"All organisations, of one moment, next to the running programs. FILE appears when it is whole, mode " \
		"0600; it holds personal data, and the files of the store. The key file is not part of it. On " \
		"another host: restore.") \
	X("restore", "bring a backup into an empty database", restore, NEEDS_DATABASE, \
		"Checks the file and its key first, then restores it, compares every table with the backup, and " \
		"brings it to this program's version. One that was interrupted can be run again.") \
	X("files move", "bring all files into the S3-compatible service, or back", files_move, NEEDS_DATABASE, \
		"Set files.s3.* and start the programs again before '--to s3', and take files.s3.url away after " \
		"'--to " \
		"folder'. Nothing is moved away; can be stopped at any point and run again.") \
	X("contact list", "list contacts", contact_list, NEEDS_DATABASE, "") \
	X("contact export", "print everything that is stored about a contact", contact_export, NEEDS_DATABASE, \
		"For the person it is about: one JSON object, or with --html a page to read. The audit log records " \
		"it.") \
	X("contact merge", "make two contacts one", contact_merge, NEEDS_DATABASE, \
		"CONTACT has the conversations and messages of OTHER from then on. 'contact separate' takes it back.") \
	X("contact separate", "separate what was merged last into a contact", contact_separate, NEEDS_DATABASE, \
		"What was written since stays with CONTACT, and so do notes, tags and the lead.") \
	X("contact erase", "erase a contact and everything that is stored about it", contact_erase, NEEDS_DATABASE, \
		"Messages, conversations, leads, decisions, what waits to be sent, search words, quarantine. What a " \
		"program is working on is not stored any more. Prints a receipt without personal data, which the " \
		"audit " \
		"log keeps. A later message belongs to a new contact. Backups from before are not changed.") \
	X("purge", "take out what is old", purge, NEEDS_DATABASE, \
		"Messages with their deliveries, decisions, events, refused webhooks, quarantine, audit log; then " \
		"closed conversations in which nothing is left, with their leads and contacts. What waits to be " \
		"sent, open conversations and leads that were edited manually stay. Works in small pieces next to " \
		"the " \
		"running programs; can be stopped at any point and run again.") \
	X("doctor", "check this installation", doctor, NEEDS_NOTHING, \
		"One line a check: ok, warn or FAIL, and what to do. Exits with 1 if anything failed. Run it as the " \
		"user under which the programs run.") \
	X("key new", "make the key file that seals credentials", key_new, NEEDS_NOTHING, \
		"Keep a copy apart from the database: without the key file the channels' credentials cannot be read.") \
	X("key rotate", "seal everything under a fresh key", key_rotate, NEEDS_DATABASE, \
		"Adds a key to key.file and seals credentials and secret settings again under it. Programs go on " \
		"meanwhile; none has to be started again. Can be stopped at any point and run again. Where several " \
		"hosts have copies of the key file, copy it to them immediately.") \
	X("conf", "print a sample configuration, or check this one", conf, NEEDS_NOTHING, "")

struct command {
	const char *name;
	const char *words;
	enum err (*run)(struct ctl *ctl);
	enum ctl_needs needs;
	const struct arg_spec *args;
	const char *more;
};

#define X(name, words, handler, needs, more) \
	enum err ctl_##handler(struct ctl *ctl); \
	extern const struct arg_spec ctl_##handler##_args[];
CTL_COMMANDS(X)
#undef X

/* One run of the program. */
struct ctl {
	struct pool *pool;
	const struct command *command;
	struct ctl_globals globals;
	const char *sysconf_path; /* where an installed configuration lies */
	struct args args;
	struct conf conf;
	struct db *db;
	struct explain why; /* words for the error that the command returns */
	int exit_status;    /* of a command that succeeded, when it is not 0 */
};

/* The whole program: returns the exit status. `sysconf_path` is the configuration's installed place. */
int ctl_main(int argc, char **argv, const char *sysconf_path);
/* Overview of all commands, of one command. */
void help_overview(FILE *to);
void help_command(FILE *to, const struct command *command);
/* The command at the front of `argv`, and how many words its name has. NULL with words when there is none. */
const struct command *command_find(int argc, char **argv, int *words, struct explain *why);

/* The value of an argument that the command's spec names (anything else is a bug): NULL, 0, false when not given. */
const char *arg_text(const struct ctl *ctl, const char *name);
int64_t arg_number(const struct ctl *ctl, const char *name);
bool arg_flag(const struct ctl *ctl, const char *name);

/* ---- what commands stand on ---- */

/* Loads the configuration into ctl->conf. */
enum err ctl_load_conf(struct ctl *ctl) MUST_CHECK;
/* The configuration's name for messages, also when there is none. */
const char *ctl_conf_name(struct ctl *ctl);
/* The keys of key.file, freed with the pool. */
enum err ctl_load_keys(struct ctl *ctl, const struct crypt_keys **out) MUST_CHECK;
/* Says that `what` is read from the terminal, where standard input is one. */
void ctl_invite(const char *what);
/* All of standard input; ERR_TOO_LARGE past `max`. Invites. The memory is wiped
 * with the pool. */
enum err ctl_read_stdin(struct ctl *ctl, size_t max, const char *what, struct str *out) MUST_CHECK;

/* Runs `body` in a transaction: of `org` (which must exist), or of the system when `org` is 0. Again from the start
 * when a race was lost, so `body` must not print. What the database says becomes words when `body` set none. */
enum err ctl_transaction(
	struct ctl *ctl, int64_t org, enum err (*body)(struct ctl *ctl, void *arg), void *arg) MUST_CHECK;
/* The same for one statement: CTL_QUERY(ctl, org, sql_NAME, its arguments, &rows). */
#define CTL_QUERY(ctl, org, statement, ...) \
	({ \
		enum err e_ = ERR_DB_RACE; \
		for (int try_ = 0; ctl_query_begin(ctl, org, try_, &e_); try_++) \
			e_ = ctl_query_end(ctl, statement((ctl)->db, (ctl)->pool, ##__VA_ARGS__)); \
		ctl_query_done(ctl, e_); \
	})
/* The steps of CTL_QUERY. `e` is how the try before ended; begin answers whether to run the statement now. */
bool ctl_query_begin(struct ctl *ctl, int64_t org, int attempt, enum err *e) MUST_CHECK;
enum err ctl_query_end(struct ctl *ctl, enum err e) MUST_CHECK;
enum err ctl_query_done(struct ctl *ctl, enum err e) MUST_CHECK;
/* ERR_NOT_FOUND, in words. */
enum err ctl_no_conversation(struct ctl *ctl, int64_t org, int64_t conversation) MUST_CHECK;
/* Who changed what; `detail` is JSON text, absent for none. Inside a transaction. */
enum err ctl_audit(struct ctl *ctl, int64_t org, const char *action, struct str detail) MUST_CHECK;

#endif
