# Turns SQL files into C.
#
#   awk -v mode=statements.h|statements.c|migrations|functions -f sql-embed.awk FILE...
#
# In sql/queries/*.sql a statement begins at a line `-- name: some_name`; comment lines before the SQL document it.
# Parameters are $1, $2 ...; the highest number is the count.

function c_string(line) { gsub(/\\/, "&&", line); gsub(/"/, "\\\"", line); gsub(/\t/, "\\t", line); return "\t\"" line "\\n\"" }
function flush_statement() {
	if (name == "") return
	if (body == "") { print FILENAME ": statement " name " is empty" > "/dev/stderr"; exit 1 }
	n_statements++
	names[n_statements] = name; bodies[n_statements] = body; params[n_statements] = n
	name = ""; body = ""; n = 0
}
function base(path) { sub(/.*\//, "", path); sub(/\.sql$/, "", path); return path }

mode ~ /^statements/ {
	if (FNR == 1) flush_statement()
	if ($0 ~ /^-- name: /) {
		flush_statement()
		name = $3
		if (name in seen) { print FILENAME ": statement " name " exists twice" > "/dev/stderr"; exit 1 }
		seen[name] = 1
		next
	}
	if ($0 ~ /^--/ || $0 ~ /^[ \t]*$/) next
	if (name == "") { print FILENAME ":" FNR ": SQL before the first -- name: line" > "/dev/stderr"; exit 1 }
	rest = $0
	while (match(rest, /\$[0-9]+/)) {
		k = substr(rest, RSTART + 1, RLENGTH - 1) + 0
		if (k > n) n = k
		rest = substr(rest, RSTART + RLENGTH)
	}
	body = body c_string($0) "\n"
	next
}

{
	if (FNR == 1) { n_files++; file_names[n_files] = base(FILENAME) }
	file_text[n_files] = file_text[n_files] c_string($0) "\n"
}

END {
	print "/* Generated from sql/ by build-aux/sql-embed.awk. */"
	if (mode == "statements.h") {
		flush_statement()
		print "#ifndef DESKBELL_DB_STATEMENTS_H\n#define DESKBELL_DB_STATEMENTS_H\n#include \"db/db.h\""
		for (i = 1; i <= n_statements; i++) print "extern const struct db_statement sql_" names[i] ";"
		print "extern const struct db_statement *const sql_statements[]; /* all of them, ends with NULL */\n#endif"
	} else if (mode == "statements.c") {
		flush_statement()
		print "#include \"db/statements.h\""
		for (i = 1; i <= n_statements; i++)
			printf "const struct db_statement sql_%s = { \"%s\",\n%s\t, %d };\n", names[i], names[i], bodies[i], params[i]
		print "const struct db_statement *const sql_statements[] = {"
		for (i = 1; i <= n_statements; i++) print "\t&sql_" names[i] ","
		print "\tNULL };"
	} else {
		print "#include \"db/migrate.h\""
		print "const struct sql_file sql_" mode "[] = {"
		for (i = 1; i <= n_files; i++) printf "\t{ \"%s\",\n%s\t},\n", file_names[i], file_text[i]
		print "\t{ NULL, NULL } };"
	}
}
