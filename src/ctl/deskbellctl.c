/*
 * deskbellctl.c - deskbellctl's main: knows where things are installed, nothing else.
 */
#include "ctl/ctl.h"

int main(int argc, char **argv)
{
	return ctl_main(argc, argv, SYSCONFDIR "/deskbell/deskbell.conf");
}
