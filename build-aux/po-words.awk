# Prints the words of templates, {{#t}}...{{/t}}, as C that xgettext reads. White space is collapsed as src/desk/template/template-compile.c does it.
function flush_file(    rest, at, end, id) {
	rest = text
	while ((at = index(rest, "{{#t}}")) > 0) {
		rest = substr(rest, at + 6)
		end = index(rest, "{{/t}}")
		if (end == 0) { print file ": {{#t}} is not closed" > "/dev/stderr"; exit 1 }
		id = substr(rest, 1, end - 1)
		gsub(/[ \t\r\n]+/, " ", id); sub(/^ /, "", id); sub(/ $/, "", id)
		gsub(/\\/, "\\\\", id); gsub(/"/, "\\\"", id)
		print "T(\"" id "\");"
		rest = substr(rest, end + 6)
	}
	text = ""
}
FNR == 1 { flush_file(); file = FILENAME }
{ text = text $0 "\n" }
END { flush_file() }
