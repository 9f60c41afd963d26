/*
 * ustar.c - headers of the tar format: plain files, short names.
 *
 * For containers that we write and read ourselves and that a person can open with tar where nothing else is left. Reads
 * only what it would have written, byte by byte: whatever else a general reader would let pass (other kinds of entries,
 * names that lead out of a folder, a block that was altered) is refused. Never touches a file.
 */
#include "core/formats/ustar.h"

#include "core/err.h"

#include <stdio.h>
#include <string.h>

/* Offsets and lengths of the fields, from the standard. */
enum { NAME = 0, MODE = 100, UID = 108, GID = 116, SIZE = 124, MTIME = 136, CHECKSUM = 148, TYPE = 156, MAGIC = 257 };

static void ustar_octal(unsigned char *field, int digits, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%0*llo", digits, (unsigned long long)value);
	memcpy(field, text, (size_t)digits);
}

void ustar_write(unsigned char block[USTAR_BLOCK], const struct ustar_entry *entry)
{
	unsigned sum = 0;

	if (entry->size_bytes < 0 || entry->size_bytes > USTAR_SIZE_MAX || entry->modified_s < 0
		|| entry->modified_s > USTAR_SIZE_MAX || !*entry->name)
		bug("a tar header cannot say this");
	memset(block, 0, USTAR_BLOCK);
	memcpy(block + NAME, entry->name, strlen(entry->name));
	ustar_octal(block + MODE, 7, 0600);
	ustar_octal(block + UID, 7, 0);
	ustar_octal(block + GID, 7, 0);
	ustar_octal(block + SIZE, 11, entry->size_bytes);
	ustar_octal(block + MTIME, 11, entry->modified_s);
	memset(block + CHECKSUM, ' ', 8);
	block[TYPE] = '0';
	memcpy(block + MAGIC,
		"ustar\0"
		"00",
		8);
	for (int i = 0; i < USTAR_BLOCK; i++)
		sum += block[i];
	ustar_octal(block + CHECKSUM, 6, sum);
	block[CHECKSUM + 6] = '\0';
}

static bool ustar_number(const unsigned char *field, int digits, int64_t *out)
{
	*out = 0;
	for (int i = 0; i < digits; i++) {
		if (field[i] < '0' || field[i] > '7')
			return false;
		*out = *out * 8 + (field[i] - '0');
	}
	return true;
}

bool ustar_read(const unsigned char block[USTAR_BLOCK], struct ustar_entry *out)
{
	unsigned char same[USTAR_BLOCK];

	*out = (struct ustar_entry){ .size_bytes = 0 };
	if (block[NAME] == '\0' || block[NAME + USTAR_NAME_MAX] != '\0')
		return false;
	memcpy(out->name, block + NAME, USTAR_NAME_MAX);
	if (!ustar_number(block + SIZE, 11, &out->size_bytes) || !ustar_number(block + MTIME, 11, &out->modified_s))
		return false;
	ustar_write(same, out);
	return memcmp(same, block, USTAR_BLOCK) == 0;
}

int64_t ustar_padding(int64_t size_bytes)
{
	return (USTAR_BLOCK - size_bytes % USTAR_BLOCK) % USTAR_BLOCK;
}
