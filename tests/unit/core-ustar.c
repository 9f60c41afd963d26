/*
 * core-ustar.c - tests of tar headers: what is written is read back, and nothing else is.
 */
#include "check.h"
#include "core.h"

#include "core/formats/ustar.h"

static void ustar_reads_what_it_wrote(void)
{
	static const struct ustar_entry entries[] = { { "database/000001", 0, 0 }, { "a", 1, 1 },
		{ "manifest.json", USTAR_SIZE_MAX, USTAR_SIZE_MAX } };
	unsigned char block[USTAR_BLOCK];
	struct ustar_entry read;

	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		ustar_write(block, &entries[i]);
		CU_ASSERT_TRUE(ustar_read(block, &read));
		CHECK_STR(str_of(read.name), entries[i].name);
		CHECK_INT(read.size_bytes, entries[i].size_bytes);
		CHECK_INT(read.modified_s, entries[i].modified_s);
	}
	CU_ASSERT_EQUAL(memcmp(block + 257,
				"ustar\0"
				"00",
				8),
		0);
}

static void ustar_refuses_what_it_did_not_write(void)
{
	struct ustar_entry entry = { "database/000007", 8388608, 1764454800 }, read;
	unsigned char block[USTAR_BLOCK];
	int refused = 0;

	for (int bit = 0; bit < USTAR_BLOCK * 8; bit++) {
		ustar_write(block, &entry);
		block[bit / 8] ^= (unsigned char)(1 << bit % 8);
		refused += !ustar_read(block, &read);
	}
	CHECK_INT(refused, USTAR_BLOCK * 8);
	memset(block, 0, sizeof(block));
	CU_ASSERT_FALSE(ustar_read(block, &read));
	memset(block, 0xff, sizeof(block));
	CU_ASSERT_FALSE(ustar_read(block, &read));
}

static void ustar_pads_to_whole_blocks(void)
{
	CHECK_INT(ustar_padding(0), 0);
	CHECK_INT(ustar_padding(1), 511);
	CHECK_INT(ustar_padding(511), 1);
	CHECK_INT(ustar_padding(512), 0);
	CHECK_INT(ustar_padding(513), 511);
}

CU_TestInfo core_ustar_tests[] = {
	{ "reads what it wrote", ustar_reads_what_it_wrote },
	{ "refuses what it did not write, to the bit", ustar_refuses_what_it_did_not_write },
	{ "pads to whole blocks", ustar_pads_to_whole_blocks },
	CU_TEST_INFO_NULL,
};
