# Turns the statements of sql/queries into C: a typed function for each, and a typed reader of its rows.
#
#   awk -v mode=header|source -f sql-statements.awk FILE...
#
# A statement begins with `-- name: some_name`; the comment lines above that line document it. Two declarations follow:
#
#   -- args: org bigint, after bigint?, tags text[]     what is passed; `:org` in the SQL stands for it, with its type
#   -- row: id bigint, name text, seen boolean?         the columns of the result, in order; `?` may be NULL
#
#   -- like: other_statement                            its C function has the types of an earlier statement with the same
#                                                       arguments and columns: both are a sql_NAME_query, NAME being
#                                                       that of the earlier one
#   -- each                                             there is a sql_NAME_each, too: many executions in one round trip,
#                                                       of which each takes a struct of arguments and gives one row;
#                                                       `-- each: batch` passes that argument, which may be large, as it
#                                                       is: a NUL has to follow it
#
# Arguments and columns may go on in further comment lines and may be missing; `-- args:` alone declares that there are none. A test prepares
# every statement and compares the declared columns with the server's, name by name and type by type. A statement has at
# least one of the two.

function fail(what) {
	print FILENAME ":" FNR ": " what > "/dev/stderr"
	failed = 1
	exit 1
}

function trim(s) {
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}

function c_string(line) {
	gsub(/\\/, "&&", line)
	gsub(/"/, "\\\"", line)
	gsub(/\t/, "\\t", line)
	return "\t\"" line "\\n\""
}

# Splits "a bigint, b text?" into names, types and nullability of list `kind` of the current statement.
function declare(kind, text, parts, n, i, item, field, type) {
	n = split(text, parts, ",")
	for (i = 1; i <= n; i++) {
		item = trim(parts[i])
		if (item == "" && i == n)
			continue
		if (item !~ /^[a-z][a-z0-9_]* [a-z]/)
			fail("\"" item "\" is not a name and a type")
		field = substr(item, 1, index(item, " ") - 1)
		type = trim(substr(item, index(item, " ") + 1))
		if ((current, kind, field) in position)
			fail(kind " " field " is declared twice")
		count[current, kind]++
		position[current, kind, field] = count[current, kind]
		nullable[current, kind, count[current, kind]] = sub(/\?$/, "", type)
		field_of[current, kind, count[current, kind]] = field
		type_of[current, kind, count[current, kind]] = type
	}
}

# `:name` becomes `$n::type`; text between single quotes and `::` casts stay.
function substitute(line, out, i, c, word, quoted) {
	out = ""
	quoted = in_quote
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "'")
			quoted = !quoted
		if (c == ":" && !quoted && substr(line, i + 1, 1) == ":") {
			out = out "::"
			i++
		} else if (c == ":" && !quoted && match(substr(line, i + 1), /^[a-z][a-z0-9_]*/)) {
			word = substr(line, i + 1, RLENGTH)
			if (!((current, "args", word) in position))
				fail("statement " names[current] " has no argument :" word)
			used[current, word] = 1
			out = out "$" position[current, "args", word] "::" type_of[current, "args", position[current, "args", word]]
			i += RLENGTH
		} else
			out = out c
	}
	in_quote = quoted
	return out
}

# The statement whose C types statement s has: itself, or the one that it is like.
function model(s) { return s in like ? like[s] : s }

function check_like(s, m, i, kind, k) {
	m = model(s)
	for (k = 1; k <= 2; k++) {
		kind = k == 1 ? "args" : "row"
		if (count[s, kind] + 0 != count[m, kind] + 0)
			fail("statement " names[s] " is not like " names[m])
		for (i = 1; i <= count[s, kind]; i++)
			if (base_type(type_of[s, kind, i]) != base_type(type_of[m, kind, i]) ||
				nullable[s, kind, i] + 0 != nullable[m, kind, i] + 0 ||
				(kind == "row" || takes_struct(s)) && field_of[s, kind, i] != field_of[m, kind, i])
				fail(field_of[s, kind, i] " of statement " names[s] " is not like that of " names[m])
	}
}

function finish_statement(i, field) {
	if (!current)
		return
	if (body[current] == "")
		fail("statement " names[current] " is empty")
	for (i = 1; i <= count[current, "args"]; i++) {
		field = field_of[current, "args", i]
		if (!((current, field) in used))
			fail("statement " names[current] " does not use its argument :" field)
	}
	if (!is_declared[current])
		fail("statement " names[current] " declares neither its arguments nor its row")
	params[current] = count[current, "args"] + 0
	if (current in like)
		check_like(current)
}

FNR == 1 { finish_statement(); if (!failed) { in_quote = 0; declaring = ""; comment = ""; open_file = 1 } }

/^-- name: / {
	finish_statement()
	current = ++n_statements
	names[current] = $3
	if ($3 in seen)
		fail("statement " $3 " exists twice")
	seen[$3] = 1
	docs[current] = comment
	comment = declaring = ""
	open_file = in_quote = 0
	next
}

/^-- (args|row):/ && !open_file {
	declaring = $2 == "args:" ? "args" : "row"
	is_declared[current] = 1
	declare(declaring, substr($0, index($0, ":") + 1))
	next
}

/^-- each(:|$)/ && !open_file {
	is_each[current] = 1
	if ($3 && !((current, "args", $3) in position))
		fail("statement " names[current] " has no argument " $3)
	ended[current] = $3
	declaring = ""
	next
}

/^-- like: / && !open_file {
	if (!($3 in seen) || $3 == names[current])
		fail("there is no earlier statement " $3)
	for (m = 1; names[m] != $3;)
		m++
	like[current] = m
	is_model[m] = 1
	declaring = ""
	next
}

/^--/ {
	if (declaring != "" && body[current] == "")
		declare(declaring, substr($0, 3))
	else
		comment = comment " * " trim(substr($0, 3)) "\n"
	next
}

/^[ \t]*$/ { comment = declaring = ""; next }

{
	if (open_file)
		fail("SQL before the first `-- name:` line")
	declaring = comment = ""
	body[current] = body[current] c_string(substitute($0)) "\n"
}

function is_integer(type) { return type == "bigint" || type == "integer" || type == "smallint" }
function is_real(type) { return type == "double precision" || type == "real" }

function base_type(type) {
	if (is_integer(type))
		return "int64_t "
	if (type == "boolean")
		return "bool "
	if (is_real(type))
		return "double "
	return "struct str "
}

# The C type of argument i: what may be NULL and has no value of its own for that comes as a pointer.
function arg_type(s, i, type) {
	type = base_type(type_of[s, "args", i])
	return nullable[s, "args", i] && type != "struct str " ? "const " type "*" : type
}

function arg_value(s, i, from, type, value) {
	type = type_of[s, "args", i]
	value = from field_of[s, "args", i]
	if (base_type(type) == "struct str ")
		return (type == "bytea" ? "DB_BYTES(" : from == "args[i]." && field_of[s, "args", i] == ended[s] ? "DB_ENDED(" : \
			"DB_TEXT(") value ")"
	macro = is_integer(type) ? "DB_INT" : type == "boolean" ? "DB_BOOL" : "DB_DOUBLE"
	if (nullable[s, "args", i])
		return value " ? " macro "(*" value ") : DB_NULL"
	return macro "(" value ")"
}

function zero(type) { return base_type(type) == "struct str " ? "STR_NONE" : base_type(type) == "bool " ? "false" : "0" }

function takes_struct(s) { return count[s, "args"] > ARGS_MAX }

function signature(s) { return "enum err sql_" names[s] parameters(s) }

function parameters(s, text, i) {
	text = "(struct db *db, struct pool *pool"
	if (takes_struct(s))
		text = text ", const struct sql_" names[model(s)] "_args *args"
	else
		for (i = 1; i <= count[s, "args"]; i++)
			text = text ", " arg_type(s, i) field_of[s, "args", i]
	if (count[s, "row"])
		text = text ", struct sql_" names[model(s)] "_rows *out"
	return text ")"
}

function row_signature(s) {
	return "struct sql_" names[s] "_row sql_" names[s] "_row(const struct sql_" names[s] "_rows *rows, int row)"
}

function each_signature(s) {
	return "enum err sql_" names[s] "_each(struct db *db, struct pool *pool, int n, const struct sql_" names[s] \
		"_args *args, struct sql_" names[s] "_row *rows)"
}

# Errors as db_query_each's: of the first execution that failed, and then none was carried out.
function write_each(s, i) {
	print each_signature(s) "\n{"
	print "\tstruct db_value *values = pool_new_array(pool, (size_t)n * " params[s] " + 1, struct db_value);"
	print "\tstruct db_result **results = pool_new_array(pool, (size_t)n + 1, struct db_result *);"
	print "\tfor (int i = 0; i < n; i++) {\n\t\tstruct db_value *v = values + (size_t)i * " params[s] ";"
	for (i = 1; i <= params[s]; i++)
		print "\t\tv[" i - 1 "] = " arg_value(s, i, "args[i].") ";"
	print "\t}"
	print "\tenum err e = db_query_each(db, pool, &sql_" names[s] "_statement, n, values, results);"
	print "\tfor (int i = 0; e == ERR_OK && i < n; i++)"
	print "\t\trows[i] = sql_" names[s] "_row(&(struct sql_" names[s] "_rows){ results[i], db_rows(results[i]) }, 0);"
	print "\treturn e;\n}"
}

function write_header(s, i) {
	if (docs[s] != "")
		printf "/*\n%s */\n", docs[s]
	print "extern const struct db_statement sql_" names[s] "_statement;"
	if ((takes_struct(s) || s in is_each) && !(s in like)) {
		print "struct sql_" names[s] "_args {"
		for (i = 1; i <= count[s, "args"]; i++)
			print "\t" arg_type(s, i) field_of[s, "args", i] ";"
		print "};"
	}
	if (count[s, "row"] && !(s in like)) {
		print "struct sql_" names[s] "_rows {\n\tstruct db_result *result;\n\tint n;\n};"
		print "struct sql_" names[s] "_row {"
		for (i = 1; i <= count[s, "row"]; i++) {
			print "\t" base_type(type_of[s, "row", i]) field_of[s, "row", i] ";"
			if (nullable[s, "row", i] && base_type(type_of[s, "row", i]) != "struct str ")
				print "\tbool has_" field_of[s, "row", i] ";"
		}
		print "};"
		print row_signature(s) ";"
	}
	print signature(s) " MUST_CHECK;"
	if (s in is_each)
		print each_signature(s) " MUST_CHECK;"
	if (s in is_model)
		print "typedef enum err sql_" names[s] "_query" parameters(s) ";"
	print ""
}

function write_source(s, i, list, type, field) {
	for (i = 1; i <= count[s, "row"]; i++)
		list = list (i > 1 ? "," : "") field_of[s, "row", i] " " type_of[s, "row", i]
	printf "const struct db_statement sql_%s_statement = { \"%s\",\n%s\t, %d, %s };\n", names[s],
		names[s], body[s], params[s], list == "" ? "NULL" : "\"" list "\""
	print signature(s) "\n{"
	if (count[s, "row"])
		print "\tout->result = NULL;\n\tout->n = 0;"
	printf "\tenum err e = db_query(db, pool, &sql_%s_statement, ", names[s]
	if (params[s]) {
		print "(const struct db_value[]){"
		for (i = 1; i <= params[s]; i++)
			print "\t\t" arg_value(s, i, takes_struct(s) ? "args->" : "") ","
		printf "\t}"
	} else
		printf "NULL"
	print ", " (count[s, "row"] ? "&out->result" : "NULL") ");"
	if (count[s, "row"])
		print "\tif (e == ERR_OK)\n\t\tout->n = db_rows(out->result);"
	print "\treturn e;\n}"
	if (!count[s, "row"] || s in like)
		return
	print row_signature(s) "\n{\n\tif (!rows->result || row < 0 || row >= rows->n)"
	print "\t\treturn (struct sql_" names[s] "_row){ ." field_of[s, "row", 1] " = " zero(type_of[s, "row", 1]) " };"
	print "\treturn (struct sql_" names[s] "_row){"
	for (i = 1; i <= count[s, "row"]; i++) {
		type = type_of[s, "row", i]
		field = field_of[s, "row", i]
		reader = is_integer(type) ? "db_int" : type == "boolean" ? "db_bool" : is_real(type) ? "db_double" : "db_str"
		print "\t\t." field " = " reader "(rows->result, row, " i - 1 "),"
		if (nullable[s, "row", i] && reader != "db_str")
			print "\t\t.has_" field " = !db_is_null(rows->result, row, " i - 1 "),"
	}
	print "\t};\n}"
	if (s in is_each)
		write_each(s)
}

BEGIN { ARGS_MAX = 5 }

END {
	if (failed)
		exit 1
	finish_statement()
	if (failed)
		exit 1
	print "/* Generated from sql/queries by build-aux/sql-statements.awk. */"
	if (mode == "header") {
		print "#ifndef DESKBELL_DB_STATEMENTS_H\n#define DESKBELL_DB_STATEMENTS_H\n#include \"db/db.h\"\n"
		for (s = 1; s <= n_statements; s++)
			write_header(s)
		print "extern const struct db_statement *const sql_statements[]; /* all of them, ends with NULL */\n#endif"
	} else {
		print "#include \"db/statements.h\"\n"
		for (s = 1; s <= n_statements; s++)
			write_source(s)
		print "const struct db_statement *const sql_statements[] = {"
		for (s = 1; s <= n_statements; s++)
			print "\t&sql_" names[s] "_statement,"
		print "\tNULL };"
	}
}
