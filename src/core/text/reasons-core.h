/*
 * reasons-core.h - what goes wrong below any business: networks, files, formats, programs, e-mails.
 */
#ifndef DESKBELL_CORE_TEXT_REASONS_CORE_H
#define DESKBELL_CORE_TEXT_REASONS_CORE_H

/* code, what happened, what to do; see core/text/reason.h */
#define REASONS_CORE(X) \
	X(not_explained, T("the log says what went wrong"), NULL) \
	X(address_status, T("It answers with status {{status}} instead of 200."), \
		T("See whether the file .htaccess is in the document root of this domain, and whether the files in " \
		  "cgi-bin have the permissions 755.")) \
	X(address_unreachable, T("The host itself cannot reach it: {{reason}}."), \
		T("If it opens in your browser, all is well; else check the domain and its certificate.")) \
	X(net_private_address, T("{{host}}: the address {{address}} is {{kind}}"), NULL) \
	X(net_answer_too_large, T("{{host}}: the answer is larger than {{bytes}} bytes"), NULL) \
	X(net_broken_off, T("{{host}}: the connection failed before the answer was complete ({{error}})"), NULL) \
	X(net_not_connected, "{{host}}: {{error}} ({{system}})", NULL) \
	X(net_failed, "{{host}}: {{error}}", NULL) \
	X(net_not_a_url, T("the address is not a valid http or https address"), NULL) \
	X(net_url_user, T("the address holds a user name or a password"), NULL) \
	X(net_header_line_break, T("a header holds a line break"), NULL) \
	X(net_no_connection, T("the time was up before a connection was free"), NULL) \
	X(net_cancelled, T("cancelled"), NULL) \
	X(sealed_moved, T("the stored secret was changed, or belongs to another place; enter it again"), NULL) \
	X(sealed_other_form, T("the stored secret is not in the form that this version writes; enter it again"), NULL) \
	X(sealed_damaged, T("the stored secret is damaged; enter it again"), NULL) \
	X(sealed_key_missing, \
		T("the key file has no key {{key}}, which sealed a stored secret; put that key back, or enter the " \
		  "secret again"), \
		NULL) \
	X(address_private, T("in a private network"), NULL) \
	X(address_loopback, T("this machine itself"), NULL) \
	X(address_unspecified, T("not an address of any machine"), NULL) \
	X(address_link_local, T("in the local network only (link-local)"), NULL) \
	X(address_shared, T("in a provider's internal network"), NULL) \
	X(address_multicast, T("a multicast address"), NULL) \
	X(address_documentation, T("reserved for documentation"), NULL) \
	X(address_reserved, T("reserved, not public"), NULL) \
	X(address_none, T("not an internet address"), NULL) \
	X(program_missing, \
		T("the program {{program}} is not installed on this host: install the package {{package}}"), NULL) \
	X(program_slow, T("{{program}} did not finish within {{seconds}} seconds"), NULL) \
	X(json_early_end, T("not valid JSON: the text ends too early"), NULL) \
	X(json_refused, T("not valid JSON: {{error}}"), NULL) \
	X(json_too_large, T("a JSON document of {{bytes}} bytes is too large"), NULL) \
	X(json_invalid, T("not valid JSON at byte {{byte}}: {{reason}}"), NULL) \
	X(json_values, T("too many values"), NULL) \
	X(json_number, T("a malformed number"), NULL) \
	X(json_escape, T("an unknown escape in a string"), NULL) \
	X(json_u_escape, T("\\u without four hexadecimal digits"), NULL) \
	X(json_control, T("a control character in a string"), NULL) \
	X(json_name, T("a name in quotation marks is missing"), NULL) \
	X(json_colon, T("a colon is missing"), NULL) \
	X(json_levels, T("more than 256 levels"), NULL) \
	X(json_value, T("a value is missing"), NULL) \
	X(json_more, T("something follows the value"), NULL) \
	X(json_comma, T("a comma or an end is missing"), NULL) \
	X(mail_address, T("the address cannot be written to"), NULL) \
	X(mail_no_starttls, T("the mail server does not offer STARTTLS"), NULL) \
	X(mail_login, T("the mail server refuses the user name or the password"), NULL) \
	X(mail_refused, T("the mail server refuses the e-mail ({{status}})"), NULL) \
	X(mail_not_now, T("the mail server does not take the e-mail now ({{status}})"), NULL) \
	X(mail_unusable, T("the mail server cannot be used: {{error}}"), NULL) \
	X(file_not_opened, T("cannot open {{path}}: {{error}}"), NULL) \
	X(file_not_read, T("cannot read {{path}}: {{error}}"), NULL) \
	X(file_too_large, T("{{path}} is larger than the {{limit}} bytes that are allowed"), NULL) \
	X(mail_from_invalid, T("mail.from must be an address, such as Deskbell <desk@example.com>"), NULL) \
	X(mail_two_ways, T("set mail.sendmail or mail.smtp_url, not both"), NULL) \
	X(mail_smtp_url_invalid, T("mail.smtp_url must be smtp://HOST:PORT or smtps://HOST:PORT"), NULL) \
	X(mail_program_unusable, T("mail.sendmail: {{path}} cannot be run"), NULL) \
	X(mail_no_base_url, T("public.base_url is not set: links in e-mails would lead nowhere"), NULL) \
	X(mail_not_handed_over, T("the e-mail could not be handed over"), NULL) \
	X(mail_password_file, T("the password file of the mail server: {{reason}}"), NULL) \
	X(no_temporary_file, T("no temporary file can be made: {{error}}"), NULL) \
	X(program_not_installed, T("{{program}} is not installed; install the package {{package}}"), NULL) \
	X(program_not_started, T("{{program}} cannot be started: {{error}}"), NULL) \
	X(program_not_started_now, T("cannot start {{program}}: {{error}}"), NULL) \
	X(program_too_talkative, T("{{program}} gave more than {{limit}} bytes"), NULL) \
	X(program_not_waited, T("cannot wait for {{program}}: {{error}}"), NULL) \
	X(program_failed, T("{{program}} failed: {{said}}"), NULL) \
	X(program_ended_by_signal, T("{{program}} failed: it was ended by a signal"), NULL)

#endif
