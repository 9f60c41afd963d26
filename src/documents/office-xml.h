/*
 * office-xml.h - the XML within Word and Excel documents and of sitemaps, event by event.
 */
#ifndef DESKBELL_DOCUMENTS_OFFICE_XML_H
#define DESKBELL_DOCUMENTS_OFFICE_XML_H

#include "core/pool.h"
#include "core/str.h"

enum office_event {
	OFFICE_BEGIN, /* of an element */
	OFFICE_CLOSE, /* of an element, also of an empty one */
	OFFICE_TEXT,
	OFFICE_DONE /* the document has ended, or is damaged from here on */
};

struct office_xml;
/* Borrows `bytes`. NULL when they cannot be XML. */
struct office_xml *office_xml_open(struct str bytes);
void office_xml_close(struct office_xml *xml);
enum office_event office_xml_next(struct office_xml *xml);
/* Name without prefix of the present element; valid until the next event. */
struct str office_xml_name(const struct office_xml *xml);
bool office_xml_is(const struct office_xml *xml, const char *name);
/* The present text; valid until the next event. */
struct str office_xml_text(const struct office_xml *xml);
/* An attribute of the present element by its name without prefix, in `pool`; absent when there is none. */
struct str office_xml_attribute(struct office_xml *xml, struct pool *pool, const char *name);

#endif
