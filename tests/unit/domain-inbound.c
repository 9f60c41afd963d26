/*
 * domain-inbound.c - tests of the bounds of everything that a platform delivers, and of names as pages show them.
 */
#include "domain.h"

#include "check.h"

#include "domain/inbound/inbound.h"
#include "domain/inbound/intake-share.h"
#include "domain/text.h"

/* ---- names ---- */

static void check_label(const char *text, size_t max, const char *expected)
{
	struct buf b;
	buf_init(&b, 4 * (max + 2));
	text_add_label(&b, str_of(text), max);
	CHECK_STR(buf_str(&b), expected);
	CHECK_INT(b.err, ERR_OK);
	buf_fini(&b);
}

static void names_are_one_line(void)
{
	check_label("Ada Lovelace", 200, "Ada Lovelace");
	check_label("  Ada \t\r\n Lovelace\x01\x7f\xc2\x85 ", 200, "Ada Lovelace");
	check_label("A\xe2\x80\xa8"
		    "B\xe3\x80\x80"
		    "C",
		200, "A B C");
	check_label("caf\xff\xc3", 200, "caf\xef\xbf\xbd\xef\xbf\xbd");
	check_label("مريم", 200, "مريم");
	check_label("", 200, "");
}

/* "evil" that reads backwards, an isolate that is never closed, a byte order mark. */
static void directions_are_left_out(void)
{
	check_label("a\xe2\x80\xae"
		    "live\xe2\x80\xac",
		200, "alive");
	check_label("\xe2\x81\xa6x\xe2\x81\xa9\xef\xbb\xbf", 200, "x");
	check_label("\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xad", 200, "");
	check_label("\xe2\x80\x8b\xcc\x81\xe2\x80\x8d", 200, ""); /* nothing visible */
}

static void directions_are_taken_out_of_a_text(void)
{
	static const struct {
		const char *text, *without;
	} table[] = { { "", "" }, { " a  b ", " a  b " }, { "مريم", "مريم" },
		{ "\xe2\x80\xae"
		  "a\xe2\x80\xac b",
			"a b" },
		{ "a\xff\xe2\x81\xa6\xff", "a\xff\xff" }, { "\xe2\x80\xaa\xe2\x81\xa9", "" } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pool *pool = pool_new();
		CHECK_STR(text_without_direction(pool, str_of(table[i].text)), table[i].without);
		pool_free(pool);
	}
	CU_ASSERT_PTR_NULL(text_label(NULL, STR_NONE, 10).p);
}

static void characters_stay_whole(void)
{
	check_label("abcdef", 6, "abcdef");
	check_label("abcdef", 5, "abcde");
	check_label("ab cd", 3, "ab");
	check_label("abe\xcc\x81", 3, "ab");
	check_label("abe\xcc\x81", 4, "abe\xcc\x81");
	check_label("a👩\xe2\x80\x8d💻", 3, "a");
	check_label("🇩🇪🇪🇸", 3, "🇩🇪");
	check_label(
		"e\xcc\x81\xcc\x82\xcc\x83\xcc\x84", 3, "e\xcc\x81\xcc\x82"); /* more marks than there is room for */
}

/* ---- bounds ---- */

static struct str long_text(struct pool *pool, size_t n)
{
	char *text = pool_alloc(pool, n);
	memset(text, 'x', n);
	return (struct str){ text, n };
}

static const struct json *written(struct pool *pool, const struct inbound_list *list)
{
	const struct json *items = NULL;
	struct buf b;
	struct json_writer w;
	buf_init(&b, 64 << 20);
	json_writer_init(&w, &b);
	json_begin_array(&w);
	inbound_write(&w, list, 0);
	json_end_array(&w);
	CHECK_INT(json_parse(pool, pool_str(pool, buf_str(&b)), &items, NULL), ERR_OK);
	buf_fini(&b);
	return items;
}

/* Each member of the table, one byte longer than its bound. */
static void no_text_is_longer_than_its_bound(void)
{
	static const struct {
		const char *member, *key;
		size_t max;
		bool cut;
	} bounds[] = {
#define CUT(member, max) { #member, NULL, (max), true },
#define DROP(member, max) { #member, NULL, (max), false },
		INBOUND_BOUNDS(CUT, CUT, DROP)
#undef CUT
#undef DROP
	};
	struct pool *pool = pool_new();
	struct inbound_list list;
	inbound_list_init(&list);
	struct inbound *item = inbound_add(&list, pool, INBOUND_MESSAGE);
#define LONG(member, max) item->member = long_text(pool, (max) + 1);
	INBOUND_BOUNDS(LONG, LONG, LONG)
#undef LONG
	item->provider_id = pool_printf(pool, "%.*s\xc3\xa9", (int)INBOUND_MAX_provider_id - 1, item->provider_id.p);
	const struct json *out = json_at(written(pool, &list), 0);
	for (size_t i = 0; i < COUNT(bounds); i++) {
		const char *key = bounds[i].member;
		struct str text = json_str(json_get(out, key));
		size_t want = !strcmp(key, "provider_id") ? bounds[i].max - 1 : bounds[i].cut ? bounds[i].max : 0;
		if (!strcmp(key, "payload")) /* as bytea: a prefix and two digits a byte */
			want = 2 + 2 * bounds[i].max;
		CHECK_ROW(text.n == want && str_is_utf8(text), bounds[i].member);
	}
	pool_free(pool);
}

/* Bytes that are no text become longer when they are written. */
static void what_is_no_text_is_bounded_as_it_is_written(void)
{
	struct pool *pool = pool_new();
	struct inbound_list list;
	inbound_list_init(&list);
	struct inbound *item = inbound_add(&list, pool, INBOUND_MESSAGE);
	char *bytes = pool_alloc(pool, INBOUND_MAX_body);
	memset(bytes, 0xff, INBOUND_MAX_body);
	item->body = (struct str){ bytes, INBOUND_MAX_body };
	item->kind = (struct str){ bytes, INBOUND_MAX_kind };
	item->reply_to = (struct str){ bytes, INBOUND_MAX_reply_to / 2 };
	const struct json *out = json_at(written(pool, &list), 0);
	CHECK_INT(json_str(json_get(out, "body")).n, INBOUND_MAX_body / 3 * 3);
	CHECK_INT(json_str(json_get(out, "kind")).n, INBOUND_MAX_kind / 3 * 3);
	CHECK_INT(json_kind(json_get(out, "reply_to")), JSON_ABSENT);
	pool_free(pool);
}

static void what_is_within_its_bound_stays(void)
{
	struct pool *pool = pool_new();
	struct inbound_list list;
	inbound_list_init(&list);
	struct inbound *item = inbound_add(&list, pool, INBOUND_STATUS);
	item->provider_id = long_text(pool, INBOUND_MAX_provider_id);
	item->tag = long_text(pool, INBOUND_MAX_tag);
	item->error = pool_printf(pool, "[\"%.*s\"]", INBOUND_MAX_error - 4, long_text(pool, INBOUND_MAX_error).p);
	const struct json *out = json_at(written(pool, &list), 0);
	CHECK_INT(json_str(json_get(out, "provider_id")).n, INBOUND_MAX_provider_id);
	CHECK_INT(json_str(json_get(out, "tag")).n, INBOUND_MAX_tag);
	CHECK_INT(json_str(json_at(json_get(out, "error"), 0)).n, INBOUND_MAX_error - 4);
	CHECK_INT(json_kind(json_get(out, "body")), JSON_ABSENT);
	pool_free(pool);
}

static void a_list_is_full_at_last(void)
{
	struct pool *pool = pool_new();
	struct inbound_list list;
	inbound_list_init(&list);
	for (int i = 0; i < INBOUND_ITEMS_MAX; i++)
		(void)inbound_add(&list, pool, INBOUND_STATUS);
	CU_ASSERT_FALSE(list.is_full);
	size_t bytes = pool_bytes(pool);
	for (int i = 0; i < 10000; i++) {
		struct inbound *spare = inbound_add(&list, pool, INBOUND_MESSAGE);
		CHECK_INT(spare->n_identities, 0);
		inbound_identify(spare, "wa_id", STR("1"));
	}
	CU_ASSERT_TRUE(list.is_full);
	CHECK_INT(list.n, INBOUND_ITEMS_MAX);
	CU_ASSERT_TRUE(pool_bytes(pool) < bytes + 20000);
	CHECK_INT(json_length(written(pool, &list)), INBOUND_ITEMS_MAX);
	pool_free(pool);
}

/* ---- shares ---- */

/* A group of the organization is stored within `took_us`, up to `now_us`. */
static void stored(struct intake_shares *s, int64_t org_id, int64_t took_us, int64_t now_us)
{
	intake_shares_begin(s, org_id, now_us - took_us);
	intake_shares_end(s, org_id, took_us, now_us);
}

/* A quarter of the time for the one that needs most, while there are others. */
static void who_needs_most_is_held_back(void)
{
	struct intake_shares s = { .percent = 25, .inside_max = 3 };
	CU_ASSERT_TRUE(intake_shares_enter(&s, 1, 1000000));
	stored(&s, 1, 200000, 1000000);
	CHECK_INT(intake_shares_free_us(&s, 1, 1000000), 1000000); /* alone */
	CU_ASSERT_TRUE(intake_shares_enter(&s, 2, 1000000));
	stored(&s, 2, 90000, 1000000);
	CHECK_INT(intake_shares_free_us(&s, 1, 1000000), 1600000);
	CHECK_INT(intake_shares_free_us(&s, 2, 1000000), 1000000); /* one that needs less */
	CHECK_INT(intake_shares_free_us(&s, 3, 1000000), 1000000);
	intake_shares_begin(&s, 1, 1500000);
	CHECK_INT(intake_shares_free_us(&s, 1, 1500000), INT64_MAX); /* one group at a time */
	intake_shares_end(&s, 1, 400000, 1900000);
	CHECK_INT(intake_shares_free_us(&s, 1, 1900000), 2900000); /* a second at most */
	stored(&s, 2, 500000, 1900000);
	CHECK_INT(intake_shares_free_us(&s, 1, 1900000), 1900000); /* another one needs more */
	intake_shares_fini(&s);
}

/* One that needs most of little has what it needs. */
static void one_below_its_share_is_not_held_back(void)
{
	struct intake_shares s = { .percent = 40, .inside_max = 3 };
	CU_ASSERT_TRUE(intake_shares_enter(&s, 2, 1000000));
	CU_ASSERT_TRUE(intake_shares_enter(&s, 1, 1000000));
	stored(&s, 1, 200000, 1000000);
	CHECK_INT(intake_shares_free_us(&s, 1, 1000000), 1000000);
	stored(&s, 1, 1000, 1000000);
	CHECK_INT(intake_shares_free_us(&s, 1, 1000000), 1001500);
	CHECK_INT(intake_shares_free_us(&s, 1, 1005000), 1005000); /* a fifth again */
	intake_shares_fini(&s);
}

/* Until ten seconds after the last delivery of another one. */
static void alone_none_is_held_back(void)
{
	struct intake_shares s = { .percent = 25, .inside_max = 2 }, all = { .percent = 100, .inside_max = 2 };
	CU_ASSERT_TRUE(intake_shares_enter(&s, 2, 1000000));
	for (int n = 0; n < 2; n++)
		CU_ASSERT_TRUE(intake_shares_enter(&s, 1, 10900000));
	stored(&s, 1, 300000, 10900000);
	CHECK_INT(intake_shares_free_us(&s, 1, 10900000), 11800000);
	CU_ASSERT_FALSE(intake_shares_enter(&s, 1, 10990000)); /* too many of them are inside */
	CU_ASSERT_TRUE(intake_shares_enter(&s, 1, 11000000));
	CHECK_INT(intake_shares_free_us(&s, 1, 11000000), 11000000);
	for (int n = 0; n < 3; n++)
		intake_shares_leave(&s, 1);
	CU_ASSERT_TRUE(intake_shares_enter(&s, 2, 11000000));
	CHECK_INT(intake_shares_free_us(&s, 1, 11000000), 11800000);
	CU_ASSERT_TRUE(intake_shares_enter(&s, 1, 11000000));
	intake_shares_fini(&s);
	for (int n = 0; n < 3; n++)
		CU_ASSERT_TRUE(intake_shares_enter(&all, 1 + n % 2, 1000000));
	stored(&all, 1, 900000, 1000000); /* where no limit is wanted */
	CHECK_INT(intake_shares_free_us(&all, 1, 1000000), 1000000);
	intake_shares_fini(&all);
}

static int entries(const struct intake_shares *s)
{
	int n = 0;
	for (int i = 0; i < INTAKE_SHARE_BUCKETS; i++)
		for (const struct intake_share *share = s->buckets[i]; share; share = share->next)
			n++;
	return n;
}

/* What has nothing inside and was stored some time ago goes when another of its bucket comes. */
static void shares_are_forgotten(void)
{
	struct intake_shares s = { .percent = 25, .inside_max = 2 };
	for (int n = 0; n < 3; n++)
		CU_ASSERT_TRUE(intake_shares_enter(&s, n * INTAKE_SHARE_BUCKETS, 1000000));
	intake_shares_leave(&s, 0);
	intake_shares_leave(&s, INTAKE_SHARE_BUCKETS);
	stored(&s, 0, 1000, 5000000);
	CU_ASSERT_TRUE(intake_shares_enter(&s, 5 * INTAKE_SHARE_BUCKETS, 5000001));
	CHECK_INT(entries(&s), 3);
	CU_ASSERT_TRUE(intake_shares_enter(&s, 6 * INTAKE_SHARE_BUCKETS, 9000000));
	CHECK_INT(entries(&s), 3); /* one has a delivery inside, and two are new */
	intake_shares_fini(&s);
}

CU_TestInfo domain_inbound_tests[] = {
	{ "names are one line", names_are_one_line },
	{ "directions are left out", directions_are_left_out },
	{ "directions are taken out of a text", directions_are_taken_out_of_a_text },
	{ "characters stay whole", characters_stay_whole },
	{ "no text is longer than its bound", no_text_is_longer_than_its_bound },
	{ "what is no text is bounded as it is written", what_is_no_text_is_bounded_as_it_is_written },
	{ "what is within its bound stays", what_is_within_its_bound_stays },
	{ "a list is full at last", a_list_is_full_at_last },
	{ "who needs most is held back", who_needs_most_is_held_back },
	{ "one below its share is not held back", one_below_its_share_is_not_held_back },
	{ "alone none is held back", alone_none_is_held_back },
	{ "shares are forgotten", shares_are_forgotten },
	CU_TEST_INFO_NULL,
};
