/*
 * cmd-conf.c - `deskbellctl conf --sample`, `conf --check`.
 */
#include "core/conf.h"

#include "ctl/ctl.h"

const struct arg_spec ctl_conf_args[] = {
	{ ARG_FLAG, "sample", NULL, false, SHAPE_ANY, NULL,
		"print a configuration with every key, its default and what it means" },
	{ ARG_FLAG, "check", NULL, false, SHAPE_ANY, NULL, "read the configuration and say whether it is valid" },
	ARG_LAST
};

static void print_sample(void)
{
	struct buf sample;
	buf_init(&sample, 1 << 20);
	conf_sample(&sample);
	fputs(buf_cstr(&sample), stdout);
	buf_fini(&sample);
}

enum err ctl_conf(struct ctl *ctl)
{
	if (arg_flag(ctl, "sample") == arg_flag(ctl, "check"))
		return explain(&ctl->why, ERR_USAGE, "say either --sample or --check");
	if (arg_flag(ctl, "sample")) {
		print_sample();
		return ERR_OK;
	}
	enum err e = ctl_load_conf(ctl);
	if (e == ERR_OK && *ctl->conf.path)
		printf("%s is valid.\n", ctl->conf.path);
	else if (e == ERR_OK)
		printf("There is no %s: the environment and the defaults count. 'deskbellctl conf --sample' prints one "
		       "to begin with.\n",
			ctl->sysconf_path);
	return e;
}
