/*
 * cmd-key.c - `deskbellctl key new`: makes the key file. Never prints a key, never replaces a file.
 */
#include "ctl/ctl.h"

const struct arg_spec ctl_key_new_args[] = { { ARG_WORD, "PATH", NULL, false, SHAPE_ANY, NULL,
						     "where the file is made; default: key.file of the configuration" },
	ARG_LAST };

enum err ctl_key_new(struct ctl *ctl)
{
	const char *path = arg_text(ctl, "PATH");
	if (!path) {
		enum err e = ctl_load_conf(ctl);
		if (e != ERR_OK)
			return e;
		path = ctl->conf.key_file;
		if (!*path)
			return explain(&ctl->why, ERR_CONFIG, "key.file is not set in %s: set it there, or name a path",
				ctl_conf_name(ctl));
	}
	enum err e = crypt_keys_create(path, &ctl->why);
	if (e == ERR_OK)
		printf("%s was made (mode 0600). The programs of the web server must run as its owner. Keep a copy in "
		       "a safe place.\n",
			path);
	return e;
}
