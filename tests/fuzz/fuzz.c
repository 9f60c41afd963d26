/*
 * fuzz.c - reads every file of the corpus as it is and changed in many ways.
 *
 *     fuzz [--seconds N] [--seed N] [--file FILE] [TARGET...]
 *
 * Without --seconds a fixed number of changed inputs of a fixed seed, the same at each run: that is the test (TAP).
 * With it each target is given so many seconds; `make fuzz` does that. The input under work lies in the file fuzz-input
 * of the working folder, so that it is there when the program has died of it; --file reads it again. Something that
 * takes longer than CASE_S counts as hanging.
 */
#include "fuzz.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define INPUT_MAX (256 << 10)
#define FILES_MAX 200
#define CHANGES_PER_FILE 150
#define CASE_S 20

struct corpus {
	struct pool *pool;
	struct str files[FILES_MAX];
	size_t n;
};

/* The input under work, shared with a file: first its length, then its bytes. */
static struct work {
	size_t n;
	char bytes[INPUT_MAX];
} * work;

static uint64_t state;

static uint64_t next_random(void) /* xorshift64* (Vigna 2014) */
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 2685821657736338717u;
}

static size_t below(size_t n)
{
	return n ? (size_t)(next_random() % n) : 0;
}

static struct str slurp(struct pool *pool, const char *path)
{
	char chunk[4096];
	size_t n;
	struct buf all;
	FILE *f = fopen(path, "rb");
	if (!f) {
		fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	buf_init(&all, INPUT_MAX);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&all, chunk, n);
	fclose(f);
	return pool_take(pool, &all);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void corpus_load(struct corpus *c, const char *target)
{
	const char *top = getenv("srcdir");
	char *names[FILES_MAX];
	size_t n = 0;
	c->pool = pool_new();
	c->n = 0;
	const char *folder = pool_printf(c->pool, "%s/tests/fuzz/corpus/%s", top ? top : ".", target).p;
	DIR *dir = opendir(folder);
	for (struct dirent *e; dir && (e = readdir(dir)) != NULL && n < FILES_MAX;)
		if (e->d_name[0] != '.')
			names[n++] = pool_cstr(c->pool, pool_printf(c->pool, "%s/%s", folder, e->d_name));
	if (dir)
		closedir(dir);
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++)
		c->files[c->n++] = slurp(c->pool, names[i]);
}

/* ---- changes ---- */

/* `n` bytes at `at` become `with`. */
static void replace(size_t at, size_t n, struct str with)
{
	if (work->n - n + with.n > INPUT_MAX)
		return;
	memmove(work->bytes + at + with.n, work->bytes + at + n, work->n - at - n);
	if (with.n)
		memcpy(work->bytes + at, with.p, with.n);
	work->n += with.n - n;
}

static void put_byte(void)
{
	static const char odd[] = { '\0', '\x7f', '\x80', '\xc0', '\xe2', '\xf4', '\xff', '\r', '\n', ' ', '"', '\\',
		'%' };
	char byte = below(2) ? odd[below(sizeof(odd))] : (char)below(256);
	replace(below(work->n + 1), 0, (struct str){ &byte, 1 });
}

static void put_token(const struct fuzz_target *target)
{
	size_t n = 0;
	while (target->tokens[n])
		n++;
	size_t times = below(8) ? 1 : 1 + below(200);
	size_t at = below(work->n + 1);
	struct str token = str_of(target->tokens[below(n)]);
	while (times--)
		replace(at, 0, token);
}

static void take_out(void)
{
	size_t at = below(work->n), n = below(2) ? 1 : 1 + below(64);
	if (at + n <= work->n)
		replace(at, n, STR(""));
}

/* A piece of this file, or of another, once more. */
static void put_piece(const struct corpus *c)
{
	char piece[4096];
	struct str from = below(2) ? c->files[below(c->n)] : (struct str){ work->bytes, work->n };
	size_t at = below(from.n), n = 1 + below(below(4) ? 40 : sizeof(piece));
	if (n > sizeof(piece) || n > from.n - at)
		n = from.n - at < sizeof(piece) ? from.n - at : sizeof(piece);
	if (n)
		memcpy(piece, from.p + at, n);
	replace(below(work->n + 1), 0, (struct str){ piece, n });
}

static void change(const struct fuzz_target *target, const struct corpus *c)
{
	struct str from = c->files[below(c->n)];
	work->n = 0;
	replace(0, 0, from);
	for (size_t times = 1 + below(6); times; times--) {
		switch (below(6)) {
		case 0: put_byte(); break;
		case 1:
		case 2: put_token(target); break;
		case 3: take_out(); break;
		case 4: put_piece(c); break;
		case 5:
			if (below(4) == 0)
				work->n = below(work->n + 1);
			else if (work->n)
				work->bytes[below(work->n)] ^= (char)(1u << below(8));
			break;
		}
	}
}

/* ---- runs ---- */

/* The bytes end where their memory ends, so that a sanitizer sees who reads on. */
static const char *read_work(const struct fuzz_target *target)
{
	struct pool *pool = pool_new();
	char *copy = malloc(work->n ? work->n : 1);
	if (!copy)
		exit(1);
	memcpy(copy, work->bytes, work->n);
	alarm(CASE_S);
	const char *broken = target->read(pool, (struct str){ copy, work->n });
	alarm(0);
	free(copy);
	pool_free(pool);
	return broken;
}

static const char *run(const struct fuzz_target *target, int64_t seconds, uint64_t *cases)
{
	struct corpus c;
	const char *broken = NULL;
	int64_t until_us = clock_mono_us() + seconds * 1000000;
	corpus_load(&c, target->name);
	if (c.n == 0)
		broken = "there is no corpus";
	for (*cases = 0; *cases < c.n && !broken; ++*cases) {
		work->n = 0;
		replace(0, 0, c.files[*cases]);
		broken = read_work(target);
	}
	while (!broken && (seconds ? clock_mono_us() < until_us : *cases < c.n * (1 + CHANGES_PER_FILE))) {
		change(target, &c);
		broken = read_work(target);
		++*cases;
	}
	pool_free(c.pool);
	return broken;
}

static void map_work(void)
{
	int fd = open("fuzz-input", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*work)) != 0
		|| (work = mmap(NULL, sizeof(*work), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED) {
		perror("fuzz-input");
		exit(1);
	}
	close(fd);
}

static bool is_wanted(const char *name, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return n == 0;
}

int main(int argc, char **argv)
{
	int64_t seconds = 0, seed = 1;
	const char *file = NULL;
	int at = 1, n = 0;
	for (; at + 1 < argc && argv[at][0] == '-'; at += 2)
		if (!strcmp(argv[at], "--file"))
			file = argv[at + 1];
		else if (!str_to_i64(str_of(argv[at + 1]), strcmp(argv[at], "--seed") ? &seconds : &seed))
			return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_open("fuzz", "/dev/null", LOG_LEVEL_ERROR);
	map_work();
	for (const struct fuzz_target *t = fuzz_targets; t->name; t++) {
		uint64_t cases = 1;
		const char *broken;
		if (!is_wanted(t->name, argv + at, argc - at))
			continue;
		state = (uint64_t)seed * 0x9e3779b97f4a7c15u + 1;
		if (file) {
			struct pool *pool = pool_new();
			work->n = 0;
			replace(0, 0, slurp(pool, file));
			pool_free(pool);
			broken = read_work(t);
		} else {
			broken = run(t, seconds, &cases);
		}
		printf("%sok %d - %s\n# %llu inputs%s%s\n", broken ? "not " : "", ++n, t->name,
			(unsigned long long)cases, broken ? "; the last one is in fuzz-input: " : "",
			broken ? broken : "");
		if (broken)
			break;
	}
	printf("1..%d\n", n);
	return 0;
}
