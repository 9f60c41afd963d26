/*
 * conf.h - deskbell.conf and its environment overrides.
 *
 * One table declares every key: field, name, type, bounds, default, help. It generates the struct, the parser, the
 * defaults, the sample (`deskbellctl conf --sample`) and the documentation. File: `key = value` lines, `#` starts a
 * comment line, values are trimmed, may be empty. Each key can be overridden by the environment: graph.base_url by
 * DESKBELL_GRAPH_BASE_URL.
 */
#ifndef DESKBELL_CORE_CONF_H
#define DESKBELL_CORE_CONF_H

#include "core/err.h"
#include "core/buf.h"
#include "core/log.h"
#include "core/pool.h"
#include "core/str.h"

enum conf_kick { CONF_KICK_AUTO, CONF_KICK_OFF };
enum conf_switch { CONF_OFF, CONF_ON };
enum conf_private { CONF_PRIVATE_DENY, CONF_PRIVATE_ALLOW };
enum conf_forwarded { CONF_FORWARDED_IGNORE, CONF_FORWARDED_TRUST };
enum conf_pooler { CONF_POOLER_NONE, CONF_POOLER_TRANSACTION };

/*
 * TEXT(field, key, default, help)                  const char *, never NULL
 * PLACE(field, key, default, help)                 const char *, "" or the absolute path of a file or folder
 * URL(field, key, default, help)                   const char *, "" or http(s)://host..., without trailing slash
 * INT(field, key, default, min, max, help)         int64_t
 * CHOICE(field, key, enum type, default name, names..., help) see below
 */
#define CONF_LIST(TEXT, PLACE, URL, INT, CHOICE) \
	TEXT(database_url, "database.url", "", \
		"PostgreSQL connection: a postgresql:// address or key=value words (libpq). A password belongs into " \
		"~/.pgpass or a service file.") \
	CHOICE(database_pooler, "database.pooler", enum conf_pooler, "none", "none|transaction", \
		"transaction: the address is a pooler in transaction mode (PgBouncer); no prepared statements and no " \
		"session state are used.") \
	INT(database_lock_timeout_s, "database.lock_timeout_s", 5, 0, 3600, \
		"How long a statement of the receiver, the desk or the sender waits for a lock; 0: for ever. " \
		"deskbellctl waits as long as it takes.") \
	INT(database_idle_timeout_s, "database.idle_timeout_s", 60, 0, 86400, \
		"A transaction of theirs in which nothing happens for this long is rolled back by the server, so " \
		"that " \
		"a program that hangs holds no locks; 0: never.") \
	PLACE(key_file, "key.file", "", \
		"File with the keys that seal channel credentials, mode 0600; made by 'deskbellctl key new'.") \
	URL(public_base_url, "public.base_url", "", \
		"The address under which customers' platforms reach this host, such as https://desk.example.com; " \
		"used to print callback addresses and links; with https the desk's cookies are always secure.") \
	PLACE(tls_ca_file, "tls.ca_file", "", \
		"Certificates of the authorities that platforms and models are checked against; empty: those of the " \
		"system.") \
	URL(graph_base_url, "graph.base_url", "https://graph.facebook.com", "Meta's Graph API.") \
	TEXT(graph_version, "graph.version", "v25.0", "Version of the Graph API, as vN.N.") \
	URL(telegram_base_url, "telegram.base_url", "https://api.telegram.org", "Telegram's Bot API.") \
	PLACE(costs_rates_file, "costs.rates_file", "", \
		"Rate card for what WhatsApp messages cost: a CSV file with " \
		"effective_from,currency,market,category,rate; " \
		"empty: messages are counted, and nothing is estimated.") \
	TEXT(costs_currency, "costs.currency", "USD", "Currency of the rows of costs.rates_file that count.") \
	CHOICE(log_level, "log.level", enum log_level, "info", "debug|info|warn|error", "Least level that is logged.") \
	PLACE(log_file, "log.file", "", \
		"File the log is appended to; empty: standard error, which web servers put into their own error log.") \
	PLACE(run_dir, "run.dir", "", \
		"Folder for the sockets by which programs on one host wake each other, and for what they count " \
		"together; empty: a folder 'run' next to the configuration file.") \
	INT(webhook_threads, "webhook.threads", 32, 1, 256, \
		"Requests that one webhook process serves simultaneously; threads are started as they are needed " \
		"(one under " \
		"mod_fcgid and CGI).") \
	INT(webhook_connections, "webhook.connections", 2, 1, 16, "Database connections of one webhook process.") \
	INT(webhook_share_percent, "webhook.share_percent", 25, 1, 100, \
		"For how much of the time one webhook process stores deliveries of an organization that needs " \
		"more than twice as much as all others together, while there are others. It also has at most half of " \
		"the threads then; " \
		"what comes beyond is answered with 503, and the platform delivers it again. 100: no limit.") \
	INT(webhook_max_body_bytes, "webhook.max_body_bytes", 4194304, 65536, 67108864, \
		"Largest webhook delivery that is accepted; Meta sends up to 3 MB.") \
	INT(webhook_read_timeout_s, "webhook.read_timeout_s", 20, 1, 300, \
		"A delivery is refused whose body has not arrived after this time, and one second more for each " \
		"20 kB of it that have.") \
	INT(webhook_statement_timeout_s, "webhook.statement_timeout_s", 10, 0, 3600, \
		"A statement of the receiver that takes longer is cancelled by the server, and the delivery comes " \
		"again; 0: never.") \
	TEXT(desk_database_url, "desk.database_url", "", \
		"PostgreSQL connection of desk.fcgi, as a role that sees one organisation at a time (see " \
		"doc/installing); " \
		"empty: database.url.") \
	INT(desk_threads, "desk.threads", 16, 1, 256, \
		"Requests that one desk process serves simultaneously (one under mod_fcgid and CGI).") \
	INT(desk_connections, "desk.connections", 4, 1, 64, "Database connections of one desk process.") \
	INT(desk_read_timeout_s, "desk.read_timeout_s", 30, 1, 3600, \
		"A form or document is refused that has not arrived after this time, and one second more for each " \
		"20 kB of it that have.") \
	CHOICE(desk_forwarded_proto, "desk.forwarded_proto", enum conf_forwarded, "ignore", "ignore|trust", \
		"trust: the header X-Forwarded-Proto says whether the browser speaks https; only where a proxy sets " \
		"it on every request. What the web server itself knows (HTTPS) always counts.") \
	INT(desk_statement_timeout_s, "desk.statement_timeout_s", 30, 0, 3600, \
		"A statement of the desk that takes longer is cancelled by the server; 0: never.") \
	INT(desk_session_idle_s, "desk.session_idle_s", 604800, 300, 31536000, \
		"A session that is not used for this long is over.") \
	INT(desk_session_max_s, "desk.session_max_s", 2592000, 300, 31536000, \
		"A session is over after this long, used or not.") \
	PLACE(outbox_program, "outbox.program", "", \
		"Path of deskbell-outbox for the autostart; empty: next to the calling program, then the installed " \
		"one.") \
	CHOICE(outbox_kick, "outbox.kick", enum conf_kick, "auto", "auto|off", \
		"auto: a program that stored work starts the sender when none is running.") \
	INT(outbox_statement_timeout_s, "outbox.statement_timeout_s", 60, 0, 86400, \
		"A statement of the sender that takes longer is cancelled by the server; 0: never.") \
	INT(outbox_kick_linger_s, "outbox.kick_linger_s", 20, 1, 600, \
		"How long a sender that was started waits for more work.") \
	PLACE(webcron_key_file, "webcron.key_file", "", \
		"File with a secret of at least 16 characters; then GET /api/webhooks/cron?key=SECRET starts the " \
		"sender, for hosts without cron. Empty: off.") \
	PLACE(metrics_token_file, "metrics.token_file", "", \
		"File with a secret of at least 16 characters; then GET /metrics answers callers that send it as " \
		"bearer " \
		"token, in the text format of Prometheus. Empty: off.") \
	CHOICE(metrics_organizations, "metrics.organizations", enum conf_switch, "off", "off|on", \
		"Whether /metrics shows messages, decisions and the queue by organisation (its id).") \
	INT(outbox_concurrency, "outbox.concurrency", 64, 1, 2000, \
		"Deliveries under way simultaneously in one sender.") \
	INT(outbox_timeout_ms, "outbox.timeout_ms", 20000, 1000, 120000, "Time limit for one delivery to a platform.") \
	INT(outbox_lease_s, "outbox.lease_s", 60, 5, 600, \
		"How long a sender owns what it claimed; longer than outbox.timeout_ms.") \
	INT(answer_debounce_ms, "answer.debounce_ms", 3000, 0, 60000, \
		"Pause after a customer's message before the answer is worked out, so that a burst gets one answer; " \
		"0 answers at once.") \
	INT(answer_stale_after_s, "answer.stale_after_s", 43200, 60, 86100, \
		"A message older than this is not answered automatically.") \
	CHOICE(answer_typing, "answer.typing", enum conf_switch, "on", "off|on", \
		"Mark the customer's message as read and show that an answer is being written.") \
	PLACE(files_dir, "files.dir", "", \
		"Folder for the pictures, voice notes and documents of conversations, outside of the web server's " \
		"document " \
		"root; empty: a folder 'files' next to the configuration file.") \
	URL(files_s3_url, "files.s3.url", "", \
		"Bucket of an S3-compatible service in which files are kept, as https://HOST/BUCKET; files.dir holds " \
		"copies of what was used lately then. Empty: they are kept in files.dir.") \
	TEXT(files_s3_region, "files.s3.region", "us-east-1", "Region of the bucket, as its provider names it.") \
	TEXT(files_s3_access_key, "files.s3.access_key", "", "Access key (its id) for the bucket.") \
	PLACE(files_s3_secret_key_file, "files.s3.secret_key_file", "", "File with the secret key for the bucket.") \
	INT(files_max_bytes, "files.max_bytes", 104857600, 65536, 2147483648, \
		"Largest file of a customer that is kept; WhatsApp lets them send up to 100 MB.") \
	INT(files_timeout_s, "files.timeout_s", 300, 10, 3600, "Time limit for fetching one file.") \
	CHOICE(net_private_addresses, "net.private_addresses", enum conf_private, "deny", "deny|allow", \
		"Whether addresses that an organisation's administrator typed, such as a page for the knowledge " \
		"base, " \
		"may point into private networks.") \
	INT(quota_skills, "quota.skills", 2000, 1, 100000, \
		"Skills of one organisation. An organisation can be given more: 'deskbellctl setting set --org ID " \
		"quota_skills N'.") \
	INT(quota_training_phrases, "quota.training_phrases", 50000, 10, 200000, \
		"Titles and triggers of one organisation's skills.") \
	INT(quota_training_bytes, "quota.training_bytes", 1500000, 1000, 2000000, \
		"Bytes of them together; what the training of the largest organisation takes depends on it.") \
	INT(quota_documents, "quota.documents", 1000, 1, 100000, "Documents of one organisation.") \
	INT(quota_document_bytes, "quota.document_bytes", 104857600, 1000, 10737418240, \
		"Bytes of their text together.") \
	INT(quota_passages, "quota.passages", 100000, 10, 10000000, "Passages that they are cut into together.") \
	INT(quota_people, "quota.people", 200, 1, 10000, "People and open invitations of one organisation.") \
	INT(quota_tags, "quota.tags", 200, 1, 2000, "Different tags of one organisation.") \
	INT(quota_canned_replies, "quota.canned_replies", 100, 1, 100, "Canned replies of one organisation.") \
	INT(quota_file_megabytes, "quota.file_megabytes", 1000000, 1, 100000000, \
		"Megabytes of pictures, recordings and documents of one organisation.") \
	INT(quota_file_megabytes_day, "quota.file_megabytes_day", 100000, 1, 100000000, \
		"Megabytes of them within 24 hours.") \
	TEXT(mail_from, "mail.from", "", \
		"Sender of e-mails (new passwords, invitations), such as Deskbell <desk@example.com>; empty: no " \
		"e-mail " \
		"is sent.") \
	PLACE(mail_sendmail, "mail.sendmail", "", \
		"Program that takes e-mails, with the arguments of sendmail, such as /usr/sbin/sendmail.") \
	TEXT(mail_smtp_url, "mail.smtp_url", "", \
		"Server that takes e-mails instead of mail.sendmail: smtps://HOST:PORT, or smtp://HOST:PORT, which " \
		"has to " \
		"offer STARTTLS unless it is this host.") \
	TEXT(mail_smtp_user, "mail.smtp_user", "", "User name at mail.smtp_url; empty: none is asked for.") \
	PLACE(mail_smtp_password_file, "mail.smtp_password_file", "", "File with the password of mail.smtp_user.") \
	URL(llm_base_url, "llm.base_url", "", "OpenAI-compatible endpoint; empty: no model is used.") \
	TEXT(llm_model, "llm.model", "", "Model name for llm.base_url.") \
	PLACE(llm_api_key_file, "llm.api_key_file", "", "File with the key for llm.base_url; empty: it takes none.") \
	INT(llm_timeout_ms, "llm.timeout_ms", 12000, 1000, 60000, \
		"Time limit for one question to the model, a repetition included.") \
	INT(llm_daily_calls, "llm.daily_calls", 1000, 0, 1000000000, \
		"Calls of the model for one organisation and day (UTC); beyond that it is answered without. " \
		"0: unlimited.") \
	URL(embeddings_base_url, "embeddings.base_url", "", "OpenAI-compatible embeddings endpoint; empty: none.") \
	TEXT(embeddings_model, "embeddings.model", "", "Model name for embeddings.base_url.") \
	TEXT(embeddings_inputs, "embeddings.inputs", "", \
		"How that model takes questions and passages, where it takes them differently: e5 (the prefixes " \
		"'query:' and 'passage:'), input_type (a member of the request), model NAME (questions go to the " \
		"model NAME), prefix QUESTION | PASSAGE.") \
	PLACE(embeddings_api_key_file, "embeddings.api_key_file", "", \
		"File with the key for embeddings.base_url; empty: it takes none.") \
	INT(embeddings_timeout_ms, "embeddings.timeout_ms", 1500, 100, 60000, \
		"Time limit for the embedding of one message; beyond that words alone decide.") \
	URL(transcription_base_url, "transcription.base_url", "", \
		"OpenAI-compatible endpoint that writes voice notes down; empty: none.") \
	TEXT(transcription_model, "transcription.model", "", "Model name for transcription.base_url.") \
	PLACE(transcription_api_key_file, "transcription.api_key_file", "", \
		"File with the key for transcription.base_url; empty: it takes none.") \
	INT(transcription_timeout_ms, "transcription.timeout_ms", 60000, 1000, 300000, \
		"Time limit for one voice note, a repetition included.") \
	INT(transcription_daily_calls, "transcription.daily_calls", 500, 0, 1000000000, \
		"Voice notes of one organisation that are written down on one day (UTC). 0: unlimited.") \
	URL(vision_base_url, "vision.base_url", "", \
		"OpenAI-compatible endpoint of a model that describes pictures; empty: none.") \
	TEXT(vision_model, "vision.model", "", "Model name for vision.base_url.") \
	PLACE(vision_api_key_file, "vision.api_key_file", "", \
		"File with the key for vision.base_url; empty: it takes none.") \
	INT(vision_timeout_ms, "vision.timeout_ms", 60000, 1000, 300000, \
		"Time limit for one picture, a repetition included.") \
	INT(vision_daily_calls, "vision.daily_calls", 500, 0, 1000000000, \
		"Pictures of one organisation that are described on one day (UTC). 0: unlimited.")

struct conf {
	const char *path; /* the file that was read, "" when only the environment was */
#define TEXT(field, key, def, help) const char *field;
#define PLACE(field, key, def, help) const char *field;
#define URL(field, key, def, help) const char *field;
#define INT(field, key, def, min, max, help) int64_t field;
#define CHOICE(field, key, type, def, names, help) type field;
	CONF_LIST(TEXT, PLACE, URL, INT, CHOICE)
#undef TEXT
#undef PLACE
#undef URL
#undef INT
#undef CHOICE
};

/* Reads `path`, or when NULL $DESKBELL_CONF, or else `default_path`; then the environment. A default path that does not
 * exist counts as empty; one that was named must exist. An unknown key, a bad value or a key given twice is ERR_CONFIG
 * and `why` names file and line (or the variable) and what is allowed. An unknown DESKBELL_* variable is no error.
 * A path that does not begin with / is taken from the file's folder, because the programs are started in different
 * folders; one that begins with ~ is refused, because no shell expands it. An empty `run_dir` becomes 'run' there.
 * Strings live in `pool`. */
enum err conf_load(struct pool *pool, const char *path, const char *default_path, struct conf *out,
	struct explain *why) MUST_CHECK;
/* The sample file: every key with its help, bounds and default, commented out. */
void conf_sample(struct buf *out);

#endif
