/*
 * markets.c - data: the markets of WhatsApp's rate cards, with the calling codes of their countries.
 *
 * Sources: Meta, "Pricing", table "Country calling codes" (2025-11: the regions, the area codes below +1, and that a
 * country which is not listed there is of "Other"); rate card of 2026-07-01 (Hong Kong, Hungary, Poland, Qatar, Romania
 * and Singapore have rates of their own); pricing updates for 2026-10-01 (nine more: Bangladesh, Iraq, Kazakhstan,
 * Kuwait, Morocco, Nepal, Oman, Sri Lanka, Ukraine), which makes 47. Kazakhstan shares +7 with Russia: ITU, E.164 (+7 6
 * and +7 7). Without a number the country stands before a business-scoped id, in two letters (ISO 3166-1).
 */
#include "domain/costs/costs.h"

static const struct {
	const char *market, *prefixes;
} markets[] = { { "Argentina", "54 AR" }, { "Bangladesh", "880 BD" }, { "Brazil", "55 BR" }, { "Chile", "56 CL" },
	{ "Colombia", "57 CO" }, { "Egypt", "20 EG" }, { "France", "33 FR" }, { "Germany", "49 DE" },
	{ "Hong Kong", "852 HK" }, { "Hungary", "36 HU" }, { "India", "91 IN" }, { "Indonesia", "62 ID" },
	{ "Iraq", "964 IQ" }, { "Israel", "972 IL" }, { "Italy", "39 IT" }, { "Kazakhstan", "76 77 KZ" },
	{ "Kuwait", "965 KW" }, { "Malaysia", "60 MY" }, { "Mexico", "52 MX" }, { "Morocco", "212 MA" },
	{ "Nepal", "977 NP" }, { "Netherlands", "31 NL" }, { "Nigeria", "234 NG" }, { "Oman", "968 OM" },
	{ "Pakistan", "92 PK" }, { "Peru", "51 PE" }, { "Poland", "48 PL" }, { "Qatar", "974 QA" },
	{ "Romania", "40 RO" }, { "Russia", "7 RU" }, { "Saudi Arabia", "966 SA" }, { "Singapore", "65 SG" },
	{ "South Africa", "27 ZA" }, { "Spain", "34 ES" }, { "Sri Lanka", "94 LK" }, { "Turkey", "90 TR" },
	{ "Ukraine", "380 UA" }, { "United Arab Emirates", "971 AE" }, { "United Kingdom", "44 GB" },
	{ "North America", "1 CA US" },
	{ "Rest of Africa", "213 DZ 244 AO 229 BJ 267 BW 226 BF 257 BI 237 CM 235 TD 242 CG 291 ER 251 ET 241 GA 220 "
			    "GM 233 GH 245 GW "
			    "225 CI 254 KE 266 LS 231 LR 218 LY 261 MG 265 MW 223 ML 222 MR 258 MZ 264 NA 227 NE 250 "
			    "RW 221 SN 232 SL "
			    "252 SO 211 SS 249 SD 268 SZ 255 TZ 228 TG 216 TN 256 UG 260 ZM" },
	{ "Rest of Asia Pacific", "93 AF 61 AU 855 KH 86 CN 81 JP 856 LA 976 MN 64 NZ 675 PG 63 PH 886 TW 992 TJ 66 TH "
				  "993 TM 998 UZ 84 VN" },
	{ "Rest of Central & Eastern Europe", "355 AL 374 AM 994 AZ 375 BY 359 BG 385 HR 420 CZ 995 GE 30 GR 371 LV "
					      "370 LT 373 MD 389 MK 381 RS 421 SK 386 "
					      "SI" },
	{ "Rest of Latin America", "591 BO 506 CR 1809 1829 1849 DO 593 EC 503 SV 502 GT 509 HT 504 HN 1658 1876 JM "
				   "505 NI 507 PA 595 PY 1787 "
				   "1939 PR 598 UY 58 VE" },
	{ "Rest of Middle East", "973 BH 962 JO 961 LB 967 YE" },
	{ "Rest of Western Europe", "43 AT 32 BE 45 DK 358 FI 353 IE 47 NO 351 PT 46 SE 41 CH" } };

const char *costs_market(struct str prefix)
{
	const char *found = str_is_empty(prefix) ? NULL : "Other";
	size_t longest = 0;
	for (size_t i = 0; i < sizeof(markets) / sizeof(markets[0]); i++)
		for (struct str rest = str_of(markets[i].prefixes); rest.n;) {
			struct str one = str_take_until(&rest, ' ');
			if (one.n > longest && str_has_prefix(prefix, one)) {
				longest = one.n;
				found = markets[i].market;
			}
		}
	return found;
}
