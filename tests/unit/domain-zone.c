/*
 * domain-zone.c - tests of time zones: files as zic writes them, fat and slim, against the C library's own reading of
 * the same files; rules; files that are broken.
 */
#include "domain.h"

#include "check.h"

#include "core/buf.h"
#include "core/secret.h"
#include "domain/hours/zone.h"
#include "domain/hours/zone-rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One zone for each way of changing clocks: north, south, never, with winter time as the exception, before midnight of
 * the day, after its end, by days of the year; and offsets with minutes, without letters, without a rule at the end. */
static const char source[] = "Rule EU 1981 max - Mar lastSun 1:00u 1:00 S\n"
			     "Rule EU 1996 max - Oct lastSun 1:00u 0 -\n"
			     "Rule AN 2008 max - Apr Sun>=1 2:00s 0 S\n"
			     "Rule AN 2008 max - Oct Sun>=1 2:00s 1:00 D\n"
			     "Rule IE 1981 max - Mar lastSun 1:00u 0 -\n"
			     "Rule IE 1996 max - Oct lastSun 1:00u -1:00 -\n"
			     "Rule EG 2023 max - Apr lastFri 0:00 1:00 S\n"
			     "Rule EG 2023 max - Oct lastThu 24:00 0 -\n"
			     "Rule GL 2023 max - Mar lastSat 22:00 1:00 -\n"
			     "Rule GL 2023 max - Oct lastSat 23:00 0 -\n"
			     "Rule LH 2008 max - Apr Sun>=1 2:00 0 -\n"
			     "Rule LH 2008 max - Oct Sun>=1 2:00 0:30 -\n"
			     "Rule DY 1990 max - Mar 8 0:00 1:00 S\n"
			     "Rule DY 1990 max - Nov 7 0:00 0 -\n"
			     "Zone North 0:57 - LMT 1900\n 1:00 - CET 1997\n 1:00 EU CE%sT\n"
			     "Zone South 10:00 - LMT 1900\n 10:00 - AEST 2009\n 10:00 AN AE%sT\n"
			     "Zone Winter -0:25 - LMT 1900\n 1:00 - IST 1997\n 1:00 IE IST/GMT\n"
			     "Zone Midnight 2:00 EG EE%sT\n"
			     "Zone Before -2:00 GL -02/-01\n"
			     "Zone HalfHour 10:30 LH +1030/+11\n"
			     "Zone Days -5:00 DY EST/EDT\n"
			     "Zone Never 1:56 - LMT 1910\n 2:00 - EET 1997\n 2:00 EU EE%sT 2016 Sep 7\n 3:00 - +03\n"
			     "Zone Minutes 5:45 - +0545\n";

static const char *const names[] = { "North", "South", "Winter", "Midnight", "Before", "HalfHour", "Days", "Never",
	"Minutes" };

static bool make_files(const char *folder)
{
	char path[300], command[900];
	snprintf(path, sizeof(path), "%s/source", folder);
	FILE *f = fopen(path, "w");
	if (!f || fputs(source, f) < 0 || fclose(f) != 0)
		return false;
	snprintf(command, sizeof(command),
		"PATH=$PATH:/usr/sbin && zic -b slim -d %s/slim %s && zic -b fat -d %s/fat %s", folder, path, folder,
		path);
	return system(command) == 0;
}

static const struct zone *read_zone(struct pool *pool, const char *path)
{
	struct secret *file;
	if (secret_load(path, 1 << 16, &file, NULL) != ERR_OK)
		return NULL;
	const struct zone *zone = zone_parse(pool, secret_bytes(file));
	secret_free(file);
	return zone;
}

/* The C library's offset; it reads the file that TZ names. */
static int64_t libc_offset(int64_t at)
{
	struct tm tm;
	return localtime_r(&(time_t){ (time_t)at }, &tm) ? tm.tm_gmtoff : INT64_MAX;
}

/* Every seven hours and something for two centuries, so that each day's hours come by, from 1970. */
static int differences(const struct zone *zone)
{
	int n = 0;
	for (int64_t at = 0; at < 6311433600; at += 25117 + at % 7)
		if (zone_offset_s(zone, (time_t)at) != libc_offset(at) && n++ == 0)
			printf("# at %lld: %lld, libc %lld\n", (long long)at,
				(long long)zone_offset_s(zone, (time_t)at), (long long)libc_offset(at));
	return n;
}

static void fat_and_slim_files_are_read_as_the_c_library_does(void)
{
	static const char *const forms[] = { "slim", "fat" };
	char folder[] = "/tmp/deskbell-zones-XXXXXX", path[300], tz[310], command[300];
	struct pool *pool = pool_new();
	if (!mkdtemp(folder) || !make_files(folder)) {
		CU_FAIL("zic did not make the files");
		pool_free(pool);
		return;
	}
	for (size_t i = 0; i < 2 * COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", folder, forms[i % 2], names[i / 2]);
		snprintf(tz, sizeof(tz), ":%s", path);
		setenv("TZ", tz, 1);
		tzset();
		const struct zone *zone = read_zone(pool, path);
		CHECK_ROW(zone && differences(zone) == 0, path);
	}
	unsetenv("TZ");
	tzset();
	snprintf(command, sizeof(command), "rm -r %s", folder);
	CHECK_INT(system(command), 0);
	pool_free(pool);
}

static void rules_are_read(void)
{
	static const char *const good[] = { "UTC0", "<+03>-3", "CET-1CEST,M3.5.0,M10.5.0/3",
		"IST-1GMT0,M10.5.0,M3.5.0/1", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "EET-2EEST,M4.5.5/0,M10.5.4/24",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "XXX3EDT4,0/0,J365/23", "EST5EDT,J67/0,J311/0:00:30",
		"AAA+1BBB,M1.1.1/167,M2.1.1/-167" };
	static const char *const bad[] = { "", "UT0", "UTC", "UTC25", "UTC0x", "<+03-3", "CET-1CEST", "CET-1CEST,",
		"CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M0.5.0,M10.5.0",
		"CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365",
		"CET-1CEST,J1,J366", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0 ",
		"CET-1CEST,M3.5.0/2:60,M10.5.0", "CET-99999999999CEST,M3.5.0,M10.5.0" };
	struct zone_rule rule;
	for (size_t i = 0; i < COUNT(good); i++)
		CHECK_ROW(zone_rule_parse(str_of(good[i]), &rule), good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK_ROW(!zone_rule_parse(str_of(bad[i]), &rule), bad[i]);
	CU_ASSERT_FALSE(zone_rule_parse(STR("C\0T-1"), &rule));
	/* Daylight saving time all the year round (RFC 8536 section 3.3.1). */
	CU_ASSERT_TRUE(zone_rule_parse(STR("XXX3EDT4,0/0,J365/23"), &rule));
	for (int64_t at = 0; at < 100 * 366 * 86400LL; at += 3599)
		if (zone_rule_offset_s(&rule, at) != -4 * 3600) {
			CU_FAIL("not all the year round");
			break;
		}
	/* Far from 1970, on both sides. */
	CU_ASSERT_TRUE(zone_rule_parse(STR("CET-1CEST,M3.5.0,M10.5.0/3"), &rule));
	CHECK_INT(zone_rule_offset_s(&rule, 253402300799), 3600); /* 31 December 9999 */
	CHECK_INT(zone_rule_offset_s(&rule, 253402300799 - 180 * 86400), 7200);
	CHECK_INT(zone_rule_offset_s(&rule, -2208988800), 3600); /* 1 January 1900 */
	CHECK_INT(zone_rule_offset_s(&rule, -2208988800 + 180 * 86400), 7200);
}

/* One block that says nothing, and one with `n` offsets of an hour; with the footer that is given. */
static struct str tzif(struct pool *pool, int n, int leaps, const char *footer)
{
	struct buf b;
	buf_init(&b, 1000);
	for (int block = 0; block < 2; block++) {
		unsigned char header[44] = "TZif2";
		header[31] = (unsigned char)(block * leaps);
		header[39] = (unsigned char)(block * n);
		buf_add(&b, header, sizeof(header));
	}
	for (int i = 0; i < n; i++)
		buf_add(&b, "\0\0\x0e\x10\0\0", 6);
	for (int i = 0; i < leaps; i++)
		buf_add(&b, "\0\0\0\0\0\0\0\0\0\0\0\1", 12);
	buf_add_cstr(&b, footer);
	return pool_take(pool, &b);
}

static void broken_files_are_no_zones(void)
{
	struct pool *pool = pool_new();
	struct str good = tzif(pool, 1, 0, "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
	CHECK_INT(zone_offset_s(zone_parse(pool, good), 4070908800 + 180 * 86400), 7200); /* 2099 */
	CHECK_INT(zone_offset_s(zone_parse(pool, tzif(pool, 1, 0, "\n\n")), 4070908800 + 180 * 86400), 3600);
	CHECK_INT(zone_offset_s(zone_parse(pool, tzif(pool, 1, 0, "\n")), 0), 3600); /* as the file's reader cuts it */
	CU_ASSERT_PTR_NULL(zone_parse(pool, tzif(pool, 1, 0, "")));
	CU_ASSERT_PTR_NULL(zone_parse(pool, tzif(pool, 1, 0, "\nnone\n")));
	CU_ASSERT_PTR_NULL(zone_parse(pool, tzif(pool, 0, 0, "\nUTC0\n")));
	CU_ASSERT_PTR_NULL(zone_parse(pool, tzif(pool, 1, 1, "\nUTC0\n"))); /* leap seconds */
	for (size_t n = 0; n < 94; n++)
		CU_ASSERT_PTR_NULL(zone_parse(pool, (struct str){ good.p, n }));
	for (size_t i = 0; i < 8 * good.n; i++) {
		struct str copy = pool_str(pool, good);
		((char *)(uintptr_t)copy.p)[i / 8] ^= (char)(1 << i % 8);
		(void)zone_offset_s(zone_parse(pool, copy), 4070908800); /* whatever comes: nothing outside is read */
	}
	pool_free(pool);
}

CU_TestInfo domain_zone_tests[] = {
	{ "fat and slim files are read as the C library does", fat_and_slim_files_are_read_as_the_c_library_does },
	{ "rules are read", rules_are_read },
	{ "broken files are no zones", broken_files_are_no_zones },
	CU_TEST_INFO_NULL,
};
