/*
 * document-chrome.c - which elements of a page are no part of its text, by what they are called. Pure.
 *
 * Menus, footers and cookie banners are elements of HTML less often than a class, an id or a role. "Menu" is no such
 * name, because a restaurant has one; neither is "cookies" alone, because a baker sells them.
 */
#include "documents/document-parts.h"

static bool document_chrome_is_letter(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (unsigned char)c >= 0x80;
}

/* Whether a value has a word, which other characters than letters part from its neighbours. */
static bool has_word(struct str value, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= value.n; i++) {
		bool begins = i == 0 || !document_chrome_is_letter(value.p[i - 1]),
		     ends = i + n == value.n || !document_chrome_is_letter(value.p[i + n]);
		if (begins && ends && str_equal_nocase((struct str){ value.p + i, n }, str_of(word)))
			return true;
	}
	return false;
}

static bool has_any_word(struct str value, const char *const *words)
{
	for (; *words; words++)
		if (has_word(value, *words))
			return true;
	return false;
}

bool document_names_chrome(const char *name, const char *value)
{
	static const char *const chrome[] = { "nav", "navbar", "navigation", "breadcrumb", "breadcrumbs", "footer",
		"contentinfo", "gdpr", "consent", NULL };
	static const char *const cookies[] = { "cookie", "cookies", NULL };
	static const char *const banners[] = { "banner", "notice", "bar", "popup", "modal", "overlay", "message", "law",
		"policy", "dialog", NULL };
	if (!value || (strcmp(name, "class") != 0 && strcmp(name, "id") != 0 && strcmp(name, "role") != 0))
		return false;
	struct str text = str_of(value);
	return has_any_word(text, chrome) || (has_any_word(text, cookies) && has_any_word(text, banners));
}
