/*
 * doctor-libraries.c - the doctor's checks of the libraries and programs that Deskbell uses: each is tried with a small
 * piece of what is relied on, through its own door.
 *
 * Needs no database. What no program can do without is in core/process/libraries.h and ends every program at its start,
 * too.
 */
#include "ctl/doctor/doctor.h"

#include "answer/terms/stems.h"
#include "answer/skills/training/classifier.h"
#include "core/crypto/crypt.h"
#include "core/process/libraries.h"
#include "documents/document.h"
#include "domain/text.h"

/* One page with the word "café" in WinAnsi. */
static const char pdf[] = "%PDF-1.4\n"
			  "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
			  "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
			  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
			  "/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
			  "4 0 obj<</Length 39>>stream\nBT /F1 12 Tf 20 100 Td (caf\\351) Tj ET \nendstream endobj\n"
			  "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n"
			  "trailer<</Root 1 0 R/Size 6>>\n%%EOF\n";

static bool doctor_libraries_proves(struct str password, struct str hash)
{
	unsigned char proof[CRYPT_SHA256_BYTES], expected[CRYPT_SHA256_BYTES];
	crypt_sha256(hash, expected);
	return crypt_password_proof(password, hash, proof) && !memcmp(proof, expected, sizeof(proof));
}

static bool try_password(struct pool *pool)
{
	struct buf hash;
	(void)pool;
	buf_init(&hash, 1000);
	bool good = crypt_password_hash(STR("caf\xc3\xa9"), &hash) == ERR_OK
		    && str_has_prefix(buf_str(&hash), STR("$y$"))
		    && doctor_libraries_proves(STR("caf\xc3\xa9"), buf_str(&hash))
		    && !doctor_libraries_proves(STR("cafe"), buf_str(&hash));
	buf_fini(&hash);
	return good;
}

static bool try_folding(struct pool *pool)
{
	return str_equal(text_fold(pool, STR("\xef\xac\x81 \xc3\x87\xc4\x9e\xc4\xb0 \xe2\x91\xa0")), STR("fi cgi 1"));
}

static bool try_charsets(struct pool *pool)
{
	return str_equal(document_decode(pool, STR("\xfe"), STR("windows-1254")), STR("\xc5\x9f"))
	       && str_equal(document_decode(pool, STR("\x82\xa0"), STR("shift_jis")), STR("\xe3\x81\x82"));
}

static bool reads_as(struct pool *pool, enum document_format format, struct str bytes, const char *text)
{
	struct document document;
	return document_read(pool, format, bytes, &document, NULL) == ERR_OK && str_equal(document.text, str_of(text));
}

static bool try_html(struct pool *pool)
{
	return reads_as(pool, DOCUMENT_HTML, STR("<ul><li>caf&eacute;<li>\xf0\x9f\x98\x80</ul>"),
		"- caf\xc3\xa9\n- \xf0\x9f\x98\x80");
}

static bool try_markdown(struct pool *pool)
{
	return reads_as(pool, DOCUMENT_MARKDOWN, STR("| caf\xc3\xa9 | 1 |\n|---|---|\n| *a* | 2 |\n"),
		"caf\xc3\xa9 | 1\na | 2");
}

static bool try_pdf(struct pool *pool)
{
	return reads_as(pool, DOCUMENT_PDF, str_of(pdf), "caf\xc3\xa9");
}

static bool stem_is(struct pool *pool, struct str language, const char *word, const char *stem)
{
	struct stemmer *stemmer = stems_for(pool, language);
	return stemmer && str_equal(stems_of_word(stemmer, str_of(word)), str_of(stem));
}

static bool try_stems(struct pool *pool)
{
	return stem_is(pool, STR("en"), "opening", "open") && stems_for(pool, STR("es")) && stems_for(pool, STR("tr"));
}

/* Two messages, one of which is of the class. */
static bool try_classifier(struct pool *pool)
{
	static const bool is_positive[] = { true, false };
	struct classifier_problem *problem = classifier_problem_new(pool, 2, 2, 2);
	double weights[3];
	classifier_add(problem, (const int[]){ 0 }, (const float[]){ 1 }, 1);
	classifier_add(problem, (const int[]){ 1 }, (const float[]){ 1 }, 1);
	return classifier_train(problem, is_positive, weights) == ERR_OK && weights[0] > weights[1];
}

static const struct {
	bool (*works)(struct pool *pool);
	enum doctor_level level; /* when it does not */
	const char *words, *next;
} libraries[] = {
	{ try_password, DOCTOR_FAIL, "libcrypt does not hash passwords by yescrypt: nobody can sign in",
		"install libcrypt1 from libxcrypt 4.4 or newer" },
	{ try_folding, DOCTOR_FAIL, "utf8proc does not fold text as Deskbell expects: messages match no skill",
		"install the libutf8proc of Debian 12 or 13" },
	{ try_charsets, DOCTOR_WARN, "iconv lacks charsets: documents that are not UTF-8 cannot be read",
		"install the charsets of the C library (libc6 on Debian, glibc-gconv-extra elsewhere)" },
	{ try_html, DOCTOR_WARN, "libxml2 does not read a page as Deskbell expects: pages cannot be imported",
		"install the libxml2 of Debian 12 or 13" },
	{ try_markdown, DOCTOR_WARN, "md4c does not read Markdown as Deskbell expects",
		"install the libmd4c of Debian 12 or 13" },
	{ try_stems, DOCTOR_WARN, "libstemmer lacks English, Spanish or Turkish: words match in one form only",
		"install the libstemmer of Debian 12 or 13" },
	{ try_classifier, DOCTOR_FAIL, "liblinear does not learn: no skill matches but by its exact triggers",
		"install the liblinear of Debian 12 or 13" },
};

void doctor_libraries(struct doctor *d)
{
	static const char check[] = "libraries";
	struct explain why = { "" };
	bool good = libraries_try(&why) == ERR_OK;
	if (!good)
		doctor_note(d, DOCTOR_FAIL, check, "no program starts before this is repaired", "%s", why.text);
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		if (libraries[i].works(d->ctl->pool))
			continue;
		good = false;
		doctor_note(d, libraries[i].level, check, libraries[i].next, "%s", libraries[i].words);
	}
	if (good)
		doctor_note(d, DOCTOR_OK, check, NULL, "each was tried and does what is relied on");
}

void doctor_documents(struct doctor *d)
{
	static const char check[] = "documents";
	struct document document;
	struct explain why = { "" };
	if (try_pdf(d->ctl->pool)) {
		doctor_note(d, DOCTOR_OK, check, NULL, "pdftotext reads PDF documents");
		return;
	}
	enum err e = document_read(d->ctl->pool, DOCUMENT_PDF, str_of(pdf), &document, &why);
	doctor_note(d, DOCTOR_WARN, check, "install the package poppler-utils", "PDF documents cannot be read: %s",
		e == ERR_OK ? "the text that pdftotext finds is wrong" : why.text);
}
