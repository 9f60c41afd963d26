/*
 * core-mail.c - tests of composed e-mails: what is refused, what is encoded, and that no text adds a header.
 */
#include "check.h"
#include "core.h"

#include "core/clock.h"
#include "core/net/mail-smtp.h"
#include "core/net/mail.h"

static struct str composed(struct pool *pool, const char *from, const char *to, const char *subject, const char *body)
{
	struct buf out;
	struct str text = STR_NONE;
	buf_init(&out, 1 << 20);
	if (mail_compose(pool, str_of(from),
		    &(struct mail){ .to = str_of(to), .subject = str_of(subject), .body = str_of(body) }, &out)
		== ERR_OK)
		text = pool_str(pool, buf_str(&out));
	buf_fini(&out);
	return text;
}

static bool mail_holds(struct str text, const char *part)
{
	return text.p && memmem(text.p, text.n, part, strlen(part)) != NULL;
}

static void addresses_are_plain_or_refused(void)
{
	static const char *const good[] = { "a@b", "ana.ruiz+x@shop.example", "o'neill@x-y.example",
		"a_b%c@d.example" };
	static const char *const bad[] = { "", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a,b@c", "a@b,c", "<a@b>",
		"a@b>", "\"a\"@b", "a(x)@b", "a;b@c", "a:b@c", "-f@b", "a@b\n", "a\r\n@b", "a@b\r\nBcc: x@y",
		"\xc3\xbc@b", "a@\xc3\xbc", "a@[1.2.3.4]", "a\\@b" };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK_ROW(mail_address_is_plain(str_of(good[i])), good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_ROW(!mail_address_is_plain(str_of(bad[i])), bad[i]);
	CHECK_STR(mail_address_of(STR("Desk <a@b.example>")), "a@b.example");
	CHECK_STR(mail_address_of(STR(" a@b.example ")), "a@b.example");
	CU_ASSERT_PTR_NULL(mail_address_of(STR("Desk <a@b.example> x")).p);
	CU_ASSERT_PTR_NULL(mail_address_of(STR("Desk")).p);
}

static void headers_are_ascii_and_one(void)
{
	struct pool *pool = pool_new();
	clock_freeze(1764489600000LL + 1000 * 3661);
	struct str m = composed(pool, "\"Desk\" <desk@b.example>", "ana@c.example", "Hello there", "x\ny\r\n");
	clock_thaw();
	CU_ASSERT_TRUE(
		str_has_prefix(m, STR("From: Desk <desk@b.example>\r\nTo: <ana@c.example>\r\nSubject: Hello there\r\n"
				      "Date: Sun, 30 Nov 2025 09:01:01 +0000\r\nMessage-ID: <")));
	CU_ASSERT_TRUE(mail_holds(m, "@b.example>\r\nMIME-Version: 1.0\r\n"));
	CU_ASSERT_TRUE(mail_holds(m, "\r\n\r\neA0KeQ0K\r\n"));
	m = composed(pool, "desk@b.example", "ana@c.example", "a\r\nBcc: x@y.example\r\n\r\nbody", "x");
	CU_ASSERT_FALSE(mail_holds(m, "\r\nBcc") || mail_holds(m, "\nBcc"));
	m = composed(pool, "D\xc3\xa9sk <desk@b.example>", "ana@c.example", "\xc3\xa9 =?x?=", "x");
	CU_ASSERT_TRUE(mail_holds(m, "From: =?UTF-8?B?RMOpc2s=?= <desk@b.example>\r\n"));
	CU_ASSERT_TRUE(mail_holds(m, "Subject: =?UTF-8?B?w6kgPT94Pz0=?=\r\n"));
	CU_ASSERT_PTR_NULL(composed(pool, "desk", "ana@c.example", "s", "b").p);
	CU_ASSERT_PTR_NULL(composed(pool, "desk@b", "ana@c.example, bob@c.example", "s", "b").p);
	pool_free(pool);
}

/* No line is longer than a mail server takes, and no character is cut in two. */
static void long_texts_are_folded(void)
{
	struct pool *pool = pool_new();
	char subject[2000], body[5000];
	for (size_t i = 0; i + 2 < sizeof(subject); i += 2)
		memcpy(subject + i, "\xc3\xa9", 3);
	memset(body, 'x', sizeof(body) - 1);
	body[sizeof(body) - 1] = '\0';
	struct str left = composed(pool, "desk@b.example", "ana@c.example", subject, body);
	CU_ASSERT_TRUE(left.n > 6000 && left.n < 9000);
	while (left.p) {
		struct str line = str_take_until(&left, '\n');
		CU_ASSERT_TRUE(line.n <= 77 && (line.n == 0 || line.p[line.n - 1] == '\r'));
	}
	pool_free(pool);
}

static void servers_are_named(void)
{
	static const char *const good[] = { "smtp://a.example", "smtp://a.example:587", "smtps://a.example:465",
		"smtp://[::1]:25" };
	static const char *const bad[] = { "", "a.example", "http://a.example", "smtp://", "smtp://u:p@a.example",
		"smtp://a/b", "smtp://a b", "smtp://:25", "smtp://a\r\nb", "smtp://[::1" };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK_ROW(smtp_url_is_valid(str_of(good[i])), good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_ROW(!smtp_url_is_valid(str_of(bad[i])), bad[i]);
	CU_ASSERT_FALSE(smtp_needs_tls(STR("smtp://127.0.0.1:25")) || smtp_needs_tls(STR("smtp://localhost"))
			|| smtp_needs_tls(STR("smtp://[::1]:25")));
	CU_ASSERT_TRUE(smtp_needs_tls(STR("smtp://127.0.0.1.example:25")) && smtp_needs_tls(STR("smtp://mail.example"))
		       && smtp_needs_tls(STR("smtp://localhost.example")) && smtp_needs_tls(STR("smtp://10.0.0.1")));
}

CU_TestInfo core_mail_tests[] = {
	{ "an address that is not plain is refused", addresses_are_plain_or_refused },
	{ "headers are ASCII, and no text adds one", headers_are_ascii_and_one },
	{ "long texts are folded", long_texts_are_folded },
	{ "a server is named without a user, and needs TLS unless it is this host", servers_are_named },
	CU_TEST_INFO_NULL,
};
