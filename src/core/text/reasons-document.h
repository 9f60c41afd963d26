/*
 * reasons-document.h - why a document or a file of skills cannot be taken (documents.reason), and what is too much.
 */
#ifndef DESKBELL_CORE_TEXT_REASONS_DOCUMENT_H
#define DESKBELL_CORE_TEXT_REASONS_DOCUMENT_H

/* code, what happened, what to do; see core/text/reason.h */
#define REASONS_DOCUMENT(X) \
	X(file_not_zip, T("the Excel file is damaged or protected by a password"), NULL) \
	X(url_credentials, T("the address holds a user name or a password; pages behind a sign-in cannot be fetched"), \
		NULL) \
	X(url_too_long, T("the address is longer than {{limit}} characters"), NULL) \
	X(url_empty_or_long, T("the address is empty or longer than {{limit}} characters"), NULL) \
	X(url_not_web, T("this is no web address; one begins with https:// or http://"), NULL) \
	X(page_redirects_nowhere, T("{{host}} points to another address, but to none that can be fetched"), NULL) \
	X(page_redirects_to_http, \
		T("{{host}} redirects from https to http, which is not followed: the page could be changed on the " \
		  "way"), \
		NULL) \
	X(page_timeout, T("{{host}} did not answer in time"), NULL) \
	X(page_too_large, T("what {{host}} sends is larger than {{limit}} MB"), NULL) \
	X(page_not_fetched, T("the page could not be fetched: {{reason}}"), NULL) \
	X(page_status, T("{{host}} answered {{status}} instead of the page"), NULL) \
	X(page_redirects_too_often, T("Too many redirects: {{host}} sent more than {{limit}}"), NULL) \
	X(page_is_sitemap, T("this is a sitemap, which names the pages of a site"), \
		T("Have the pages of the site fetched instead.")) \
	X(site_no_sitemap, T("{{host}} has no sitemap: fetch its pages one by one"), NULL) \
	X(site_no_pages, \
		T("the sitemap of {{host}} names no page of this host that can be read; compressed sitemaps are not " \
		  "read. Fetch the pages one by one"), \
		NULL) \
	X(document_damaged, T("the file is damaged or protected by a password"), NULL) \
	X(document_not_text, \
		T("this is no text; text, Markdown, HTML (web pages), PDF, Word, Excel and CSV can be read"), NULL) \
	X(document_type, \
		T("its type is {{type}}; text, Markdown, HTML (web pages), PDF, Word, Excel and CSV can be read"), \
		NULL) \
	X(document_text_too_large, T("the document holds more than {{limit}} MB of text: divide it"), NULL) \
	X(document_file_too_large, T("the file is larger than {{limit}} MB"), NULL) \
	X(word_damaged, T("the Word file is damaged or protected by a password"), NULL) \
	X(markdown_long_paragraph, \
		T("a paragraph, list or table of the Markdown has more than {{limit}} lines: divide it by empty " \
		  "lines"), \
		NULL) \
	X(markdown_complex, T("the Markdown is too complex to be read: paste its text instead"), NULL) \
	X(pdf_password, T("the PDF is protected by a password: save it without one and upload it again"), NULL) \
	X(pdf_no_copying, T("the PDF does not allow its text to be copied: save it without that restriction"), NULL) \
	X(pdf_memory, T("the PDF could not be read: it is damaged or asks for too much memory"), NULL) \
	X(pdf_damaged, T("the PDF could not be read: it is damaged, or no PDF at all"), NULL) \
	X(pdf_slow, T("the PDF is too large or too complex: it could not be read within {{seconds}} seconds"), NULL) \
	X(pdf_text_too_large, T("the PDF holds more than {{limit}} MB of text: divide it"), NULL) \
	X(page_sign_in, T("{{host}} asks for a sign-in ({{status}})"), NULL) \
	X(page_forbidden, T("{{host}} does not allow the page to be fetched ({{status}})"), NULL) \
	X(page_absent, T("{{host}} has no page at this address ({{status}})"), NULL) \
	X(page_gone, T("{{host}} no longer has a page at this address ({{status}})"), NULL) \
	X(page_rate, T("{{host}} asks to be asked less often; try again later ({{status}})"), NULL) \
	X(page_overloaded, T("{{host}} is overloaded or under maintenance; try again later ({{status}})"), NULL) \
	X(document_kind, \
		T("this is {{kind}}; text, Markdown, HTML (web pages), PDF, Word, Excel and CSV can be read. Save it " \
		  "as PDF, or copy its text and paste it"), \
		NULL) \
	X(page_unreadable, T("the page cannot be read: {{reason}}; copy its text from the browser and paste it"), \
		NULL) \
	X(kind_zip, T("a zipped file"), NULL) \
	X(kind_old_office, T("an old Word or Excel file"), NULL) \
	X(kind_rtf, T("an RTF file"), NULL) \
	X(kind_picture, T("a picture"), NULL) \
	X(kind_riff, T("a picture or a recording"), NULL) \
	X(kind_compressed, T("a compressed file"), NULL) \
	X(kind_recording, T("a recording"), NULL) \
	X(kind_program, T("a program"), NULL) \
	X(text_empty, T("the text is empty"), NULL) \
	X(csv_empty, T("the file holds no values"), NULL) \
	X(word_empty, T("the Word file holds no text"), NULL) \
	X(excel_empty, T("the Excel file holds no values"), NULL) \
	X(markdown_empty, T("the Markdown holds no text"), NULL) \
	X(html_empty, \
		T("the page holds no text of its own; if it is put together by a script, copy its text from the " \
		  "browser and paste it"), \
		NULL) \
	X(pdf_scan, \
		T("the PDF holds no text, only pictures, as a scan does: run text recognition (OCR) over it first, " \
		  "or paste the text"), \
		NULL) \
	X(html_nested, T("its elements are nested too deeply"), NULL) \
	X(html_elements, T("it has too many elements"), NULL) \
	X(html_attributes, T("one of its elements has too many attributes"), NULL) \
	X(excel_damaged, T("the Excel file is damaged or protected by a password"), NULL) \
	X(title_empty, T("the title is empty"), NULL) \
	X(no_text_given, T("there is no text"), NULL) \
	X(text_too_long, T("the text is too long: at most {{limit}} bytes are allowed"), NULL) \
	X(language_tag, T("language must be a tag such as en, tr or pt-BR"), NULL) \
	X(url_long, T("the url is too long"), NULL) \
	X(member_missing, T("{{name}} is missing"), NULL) \
	X(member_not_string, T("{{name}} must be a string"), NULL) \
	X(member_empty, T("{{name}} is empty"), NULL) \
	X(member_too_long, T("{{name}} is too long: {{bytes}} bytes, at most {{limit}} are allowed"), NULL) \
	X(member_not_bool, T("{{name}} must be true or false"), NULL) \
	X(skill_triggers_no_array, T("triggers must be an array of strings"), NULL) \
	X(skill_triggers_many, T("there are {{n}} triggers, at most {{limit}} are allowed"), NULL) \
	X(skill_no_object, T("it must be an object with title, triggers and response"), NULL) \
	X(skill_unknown_member, \
		T("there is no member '{{name}}'; known are title, triggers, response, enabled, " \
		  "requires_human_handover"), \
		NULL) \
	X(skill_same_title, T("skill {{n}} has the same title"), NULL) \
	X(skills_no_array, T("it must be a JSON array: [{\"title\": ..., \"triggers\": [...], \"response\": ...}]"), \
		NULL) \
	X(skills_many, T("the array holds {{n}} skills; from 1 to {{limit}} can be imported in one file"), NULL) \
	X(skills_differ_in_case, T("two of the skills have titles that differ in case only"), NULL) \
	X(quota_skills, \
		T("there would be {{n}} skills, and this organisation may have {{limit}}: delete some, or ask the " \
		  "administrator of the server for more"), \
		NULL) \
	X(quota_training_phrases, \
		T("there would be {{n}} titles and triggers of skills, and this organisation may have {{limit}}: " \
		  "delete some, or ask the administrator of the server for more"), \
		NULL) \
	X(quota_training_bytes, \
		T("titles and triggers of skills would have {{n}} bytes together, and this organisation may have " \
		  "{{limit}}: shorten or delete some, or ask the administrator of the server for more"), \
		NULL) \
	X(quota_documents, \
		T("there would be {{n}} documents, and this organisation may have {{limit}}: delete some, or ask the " \
		  "administrator of the server for more"), \
		NULL) \
	X(quota_document_bytes, \
		T("the documents would have {{n}} bytes of text together, and this organisation may have {{limit}}: " \
		  "delete some, or ask the administrator of the server for more"), \
		NULL) \
	X(quota_passages, \
		T("the documents would have {{n}} passages together, and this organisation may have {{limit}}: " \
		  "delete some, or ask the administrator of the server for more"), \
		NULL) \
	X(quota_people, \
		T("there would be {{n}} people and open invitations, and this organisation may have {{limit}}: " \
		  "remove some, or ask the administrator of the server for more"), \
		NULL) \
	X(quota_tags, \
		T("there would be {{n}} different tags, and this organisation may have {{limit}}: use one that is " \
		  "there, or ask the administrator of the server for more"), \
		NULL) \
	X(quota_canned_replies, \
		T("there would be {{n}} canned replies, and this organisation may have {{limit}}: delete some, or " \
		  "ask " \
		  "the administrator of the server for more"), \
		NULL) \
	X(quota_file_megabytes, \
		T("the files of this organisation would have {{n}} MB, and it may have {{limit}}: delete old " \
		  "conversations, " \
		  "or ask the administrator of the server for more"), \
		NULL) \
	X(quota_file_megabytes_day, \
		T("there would be {{n}} MB of files within 24 hours, and this organisation may have {{limit}}: send " \
		  "the file " \
		  "tomorrow, or ask the administrator of the server for more"), \
		NULL)

#endif
