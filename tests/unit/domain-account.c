/*
 * domain-account.c - tests of what Deskbell takes as a password.
 */
#include "check.h"
#include "domain.h"

#include "domain/account.h"

static bool account_takes(const char *password)
{
	static const struct str personal[] = { { "ana.ruiz@salon-perla.example", 28 }, { "Salon Perla", 11 },
		{ NULL, 0 } };
	return password_check(str_of(password), personal, COUNT(personal), NULL) == ERR_OK;
}

static void good_passwords_are_taken(void)
{
	static const char *const good[] = { "correct horse battery", "kedi masa kalem", "tr4in-under-Lemon",
		"nX5dAEvbyGz8mQ2h", "el gato pinta nubes",
		"\xC3\xA7"
		"ay bardak pencere",
		"zqxjvkwpyf",
		"\xE6\xAD\xA3\xE7\xA1\xAE\xE7\x9A\x84\xE9\xA9\xAC\xE7\x94\xB5\xE6\xB1\xA0\xE8\xAE\xA2\xE4\xB9\xA6\xE9"
		"\x92\x89\xE6\xB5\xB7\xE5\xA4\xA9" };
	for (size_t i = 0; i < COUNT(good); i++)
		CHECK_ROW(account_takes(good[i]), good[i]);
}

static void passwords_that_are_tried_first_are_refused(void)
{
	static const char *const common[] = { "password12", "Password1!", "passw0rd123", "1234567890", "qwertyuiop",
		"1q2w3e4r5t", "iloveyou12", "abcdefghij", "aaaaaaaaaa", "2026-11-29", "summer2026", "Welcome2026!",
		"dragon1234", "letmein123", "passwordpassword", "new password", "hunter2hunter2", "galatasaray1905",
		"istanbul34", "deskbell2026", "DeskbellDeskbell" };
	for (size_t i = 0; i < COUNT(common); i++)
		CHECK_ROW(!account_takes(common[i]), common[i]);
}

static void what_the_address_or_the_organisation_says_is_refused(void)
{
	static const char *const personal[] = { "ana.ruiz@salon-perla.example", "ana.ruiz.2026", "SalonPerla2026",
		"salon-perla.example", "RuizRuizRuiz", "perla-salon-1" };
	for (size_t i = 0; i < COUNT(personal); i++)
		CHECK_ROW(!account_takes(personal[i]), personal[i]);
	CHECK_INT(
		password_check(STR("perlasalonrv-ruiz"), NULL, 0, NULL), ERR_OK); /* to somebody else it says nothing */
}

static void bounds_of_passwords(void)
{
	struct explain why = { "" };
	char text[PASSWORD_MAX_BYTES + 2];
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('!' + (i * 37 + i / 7) % 90);
	CHECK_INT(password_check((struct str){ text, PASSWORD_MAX_BYTES }, NULL, 0, &why), ERR_OK);
	CHECK_INT(password_check((struct str){ text, PASSWORD_MAX_BYTES + 1 }, NULL, 0, &why), ERR_INVALID);
	CHECK_THAT(strstr(why.text, "too long") != NULL, "says that it is too long");
	CHECK_INT(password_check(STR("xK7vq-3pz"), NULL, 0, &why), ERR_INVALID); /* nine */
	CHECK_THAT(strstr(why.text, "too short") != NULL, "says that it is too short");
	CHECK_INT(password_check(STR("xK7vq-3pzw"), NULL, 0, &why), ERR_OK);
	CHECK_INT(password_check(STR("two lines\nof it all"), NULL, 0, &why), ERR_INVALID);
	CHECK_INT(password_check(STR("bad \xFF bytes in it"), NULL, 0, &why), ERR_INVALID);
	CHECK_INT(password_check(STR(""), NULL, 0, &why), ERR_INVALID);
}

CU_TestInfo domain_account_tests[] = {
	{ "good passwords are taken", good_passwords_are_taken },
	{ "passwords that are tried first are refused", passwords_that_are_tried_first_are_refused },
	{ "what the address or the organisation says is refused",
		what_the_address_or_the_organisation_says_is_refused },
	{ "the bounds of passwords", bounds_of_passwords },
	CU_TEST_INFO_NULL,
};
