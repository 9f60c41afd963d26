/*
 * ustar.h - headers of the tar format (POSIX.1-2017, pax, "ustar Interchange Format"): plain files, short names.
 */
#ifndef DESKBELL_CORE_USTAR_H
#define DESKBELL_CORE_USTAR_H

#include <stdbool.h>
#include <stdint.h>

#define USTAR_BLOCK 512
#define USTAR_NAME_MAX 99
#define USTAR_SIZE_MAX 077777777777LL

struct ustar_entry {
	char name[USTAR_NAME_MAX + 1];
	int64_t size_bytes;
	int64_t modified_s; /* since 1970 */
};

/* The header block of a file of mode 0600. A name or size that does not fit is a bug. */
void ustar_write(unsigned char block[USTAR_BLOCK], const struct ustar_entry *entry);
/* Reads a block that ustar_write made; false for any other, so that no bit of it can be altered unseen. */
bool ustar_read(const unsigned char block[USTAR_BLOCK], struct ustar_entry *out);
/* How many zero bytes follow a file of this size. */
int64_t ustar_padding(int64_t size_bytes);

#endif
