# Turns SQL files into C: each whole, under its base name.
#
#   awk -v mode=migrations|functions -f sql-embed.awk FILE...

function c_string(line) { gsub(/\\/, "&&", line); gsub(/"/, "\\\"", line); gsub(/\t/, "\\t", line); return "\t\"" line "\\n\"" }
function base(path) { sub(/.*\//, "", path); sub(/\.sql$/, "", path); return path }

{
	if (FNR == 1) { n_files++; file_names[n_files] = base(FILENAME) }
	file_text[n_files] = file_text[n_files] c_string($0) "\n"
}

END {
	print "/* Generated from sql/ by build-aux/sql-embed.awk. */"
	print "#include \"db/migrate.h\""
	print "const struct sql_file sql_" mode "[] = {"
	for (i = 1; i <= n_files; i++) printf "\t{ \"%s\",\n%s\t},\n", file_names[i], file_text[i]
	print "\t{ NULL, NULL } };"
}
