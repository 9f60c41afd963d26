/*
 * office-xml.c - the XML within Word and Excel documents and of sitemaps, read by libxml2's reader.
 *
 * Hostile input: nothing is fetched, no DTD is loaded and no entity is put in place of its name; libxml2 bounds the
 * depth. What is damaged ends the document where it is damaged.
 */
#include "documents/office-xml.h"

#include "core/err.h"

#include <libxml/xmlreader.h>

#include <limits.h>
#include <stdlib.h>

struct office_xml {
	xmlTextReaderPtr reader;
	bool closes; /* the present element is empty: its end comes next */
};

struct office_xml *office_xml_open(struct str bytes)
{
	xmlTextReaderPtr reader = bytes.n > INT_MAX ? NULL
						    : xmlReaderForMemory(bytes.p, (int)bytes.n, NULL, NULL,
							    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!reader)
		return NULL;
	struct office_xml *xml = malloc(sizeof(*xml));
	if (!xml)
		bug("out of memory");
	*xml = (struct office_xml){ .reader = reader };
	return xml;
}

void office_xml_close(struct office_xml *xml)
{
	if (!xml)
		return;
	xmlFreeTextReader(xml->reader);
	free(xml);
}

enum office_event office_xml_next(struct office_xml *xml)
{
	if (xml->closes) {
		xml->closes = false;
		return OFFICE_CLOSE;
	}
	while (xmlTextReaderRead(xml->reader) == 1) {
		switch (xmlTextReaderNodeType(xml->reader)) {
		case XML_READER_TYPE_ELEMENT:
			xml->closes = xmlTextReaderIsEmptyElement(xml->reader) == 1;
			return OFFICE_BEGIN;
		case XML_READER_TYPE_END_ELEMENT: return OFFICE_CLOSE;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE: return OFFICE_TEXT;
		default: break;
		}
	}
	return OFFICE_DONE;
}

struct str office_xml_name(const struct office_xml *xml)
{
	const char *name = (const char *)xmlTextReaderConstLocalName(xml->reader);
	return name ? str_of(name) : STR("");
}

bool office_xml_is(const struct office_xml *xml, const char *name)
{
	return str_equal(office_xml_name(xml), str_of(name));
}

struct str office_xml_text(const struct office_xml *xml)
{
	const char *text = (const char *)xmlTextReaderConstValue(xml->reader);
	return text ? str_of(text) : STR("");
}

struct str office_xml_attribute(struct office_xml *xml, struct pool *pool, const char *name)
{
	struct str value = STR_NONE;
	for (int more = xmlTextReaderMoveToFirstAttribute(xml->reader); more == 1 && !value.p;
		more = xmlTextReaderMoveToNextAttribute(xml->reader)) {
		const char *found = (const char *)xmlTextReaderConstLocalName(xml->reader);
		const char *text = (const char *)xmlTextReaderConstValue(xml->reader);
		if (found && text && strcmp(found, name) == 0)
			value = pool_str(pool, str_of(text));
	}
	(void)xmlTextReaderMoveToElement(xml->reader);
	return value;
}
