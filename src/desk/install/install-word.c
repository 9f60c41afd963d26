/*
 * install-word.c - the proof that the visitor may write into Deskbell's folder: a word in a file there.
 *
 * Never shows the word. Guessing is slow (install-tries.c).
 */
#include "desk/install/install.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD_MIN 8
#define WORD_MAX 200

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

enum install_word install_word_check(const struct install *install, struct desk_request *v, struct str typed)
{
	struct install_try attempt;
	const char *path = install_beside(install, v->pool, INSTALL_WORD_FILE);
	if (access(path, F_OK) != 0)
		return INSTALL_WORD_MISSING;
	struct str word = read_word(v->pool, path);
	if (!word.p || word.n < WORD_MIN)
		return INSTALL_WORD_BAD;
	if (!typed.n)
		return INSTALL_WORD_WRONG;
	if (!install_tries_begin(install, v->pool, v->request->remote_address, &attempt))
		return INSTALL_WORD_EARLY;
	bool right = crypt_equal(str_trim(typed), word);
	install_tries_end(&attempt, right);
	return right ? INSTALL_WORD_RIGHT : INSTALL_WORD_WRONG;
}

void install_word_remove(const struct install *install, struct pool *pool)
{
	(void)unlink(install_beside(install, pool, INSTALL_WORD_FILE));
	(void)unlink(install_beside(install, pool, INSTALL_TRIES_FILE));
}

int install_word_refuse(struct desk_request *v, struct form *form, enum install_word state)
{
	form_set(form, "word", STR(""));
	if (state == INSTALL_WORD_EARLY) {
		response_header(v->response, "Retry-After", STR("1"));
		form_refuse(form, "word",
			request_translate(v, T("A wrong word has just been entered. Wait a second, then try again.")));
		return 429;
	}
	if (state == INSTALL_WORD_WRONG)
		form_refuse(form, "word", request_translate(v, T("This is not the word that is in the file.")));
	return 403;
}
