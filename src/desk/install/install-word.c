/*
 * install-word.c - the proof that the visitor may write into Deskbell's folder: a word in a file there.
 *
 * Never shows the word. Answers a wrong one late, so that guessing is slow.
 */
#include "desk/install/install.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD_MIN 8
#define WORD_MAX 200
#define WRONG_PAUSE_US 1000000

const char *install_beside(const struct install *install, struct pool *pool, const char *name)
{
	const char *slash = strrchr(install->conf_path, '/');
	return pool_printf(pool, "%.*s/%s", (int)(slash - install->conf_path), install->conf_path, name).p;
}

/* Absent when the file is no plain one, or cannot be read. */
static struct str read_word(struct pool *pool, const char *path)
{
	char text[WORD_MAX + 1];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return STR_NONE;
	ssize_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, text, sizeof(text)) : -1;
	close(fd);
	struct str word = n > 0 && n <= WORD_MAX ? pool_str(pool, (struct str){ text, (size_t)n }) : STR_NONE;
	if (str_has_prefix(word, STR("\xEF\xBB\xBF"))) {
		word.p += 3;
		word.n -= 3;
	}
	return word.p ? str_trim(word) : STR_NONE;
}

enum install_word install_word_check(const struct install *install, struct pool *pool, struct str typed)
{
	const char *path = install_beside(install, pool, INSTALL_WORD_FILE);
	if (access(path, F_OK) != 0)
		return INSTALL_WORD_MISSING;
	struct str word = read_word(pool, path);
	if (!word.p || word.n < WORD_MIN)
		return INSTALL_WORD_BAD;
	if (crypt_equal(str_trim(typed), word))
		return INSTALL_WORD_RIGHT;
	if (typed.n)
		usleep(WRONG_PAUSE_US);
	return INSTALL_WORD_WRONG;
}
