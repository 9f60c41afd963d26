/*
 * sitemap.c - the pages that a site names. Pure.
 *
 * Hostile input: entities are not put in place of their names (office-xml.h), what lies on another host is left out,
 * and no more addresses are looked at or kept than the bounds say, however long the file is.
 */
#include "documents/sitemap.h"

#include "core/net/http-url.h"
#include "documents/office-xml.h"

#define LOOKED_MAX 5000 /* addresses that are looked at, of which most may be elsewhere */
#define ADDRESS_MAX_BYTES 2000
#define HEAD_BYTES 4096
#define LEVEL_OF_ADDRESS 3 /* urlset, url, loc; what is deeper are pictures and other languages */

bool sitemap_is(struct str bytes, bool *is_index)
{
	struct str head = { bytes.p, bytes.n < HEAD_BYTES ? bytes.n : HEAD_BYTES };
	*is_index = false;
	if (head.n == 0 || (!memmem(head.p, head.n, "<urlset", 7) && !memmem(head.p, head.n, "<sitemapindex", 13)))
		return false;
	struct office_xml *xml = office_xml_open(bytes);
	bool begins = xml && office_xml_next(xml) == OFFICE_BEGIN;
	*is_index = begins && office_xml_is(xml, "sitemapindex");
	bool is = *is_index || (begins && office_xml_is(xml, "urlset"));
	office_xml_close(xml);
	return is;
}

void sitemap_init(struct sitemap *s, struct pool *pool)
{
	*s = (struct sitemap){ .urls = pool_new_array(pool, SITEMAP_PAGES_MAX, struct str) };
}

/* "https://www.example.org:443": host and port, without what makes no other site. */
static struct str site_of(const struct http_url *url)
{
	struct str site = url->origin;
	str_take_until(&site, '/');
	str_take_until(&site, '/');
	if (site.n > 4 && str_equal_nocase((struct str){ site.p, 4 }, STR("www.")))
		site = (struct str){ site.p + 4, site.n - 4 };
	if (str_has_suffix(site, STR(":443")))
		return (struct str){ site.p, site.n - 4 };
	return str_has_suffix(site, STR(":80")) ? (struct str){ site.p, site.n - 3 } : site;
}

void sitemap_add(struct sitemap *s, struct pool *pool, struct str own, struct str address)
{
	struct http_url home, url;
	address = str_trim(address);
	if (!address.n || address.n > ADDRESS_MAX_BYTES || !http_url_parse(pool, NULL, own, &home)
		|| !http_url_parse(pool, home.url.p, address, &url) || url.has_user)
		return;
	if (!str_equal_nocase(site_of(&home), site_of(&url))) {
		s->foreign = true;
		return;
	}
	for (int i = 0; i < s->n; i++)
		if (str_equal(s->urls[i], url.url))
			return;
	if (s->n == SITEMAP_PAGES_MAX)
		s->more = true;
	else
		s->urls[s->n++] = url.url;
}

void sitemap_read(struct sitemap *s, struct pool *pool, struct str own, struct str bytes)
{
	struct office_xml *xml = office_xml_open(bytes);
	struct buf address;
	int level = 0, looked = 0;
	buf_init(&address, ADDRESS_MAX_BYTES + 1);
	while (xml && !s->more && looked < LOOKED_MAX) {
		enum office_event event = office_xml_next(xml);
		bool is_address = level == LEVEL_OF_ADDRESS && event != OFFICE_BEGIN;
		if (event == OFFICE_DONE)
			break;
		if (event == OFFICE_BEGIN && ++level == LEVEL_OF_ADDRESS)
			buf_reset(&address);
		else if (event == OFFICE_TEXT && is_address)
			buf_add_str(&address, office_xml_text(xml));
		else if (event == OFFICE_CLOSE) {
			if (is_address && office_xml_is(xml, "loc") && address.err == ERR_OK && ++looked)
				sitemap_add(s, pool, own, buf_str(&address));
			level--;
		}
	}
	s->more |= looked == LOOKED_MAX;
	buf_fini(&address);
	office_xml_close(xml);
}

void sitemap_read_robots(struct sitemap *s, struct pool *pool, struct str own, struct str bytes)
{
	for (int looked = 0; bytes.p && looked < LOOKED_MAX; looked++) {
		struct str line = str_trim(str_take_until(&bytes, '\n'));
		struct str name = str_trim(str_take_until(&line, ':'));
		if (line.p && str_equal_nocase(name, STR("sitemap")))
			sitemap_add(s, pool, own, line);
	}
}
