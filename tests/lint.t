#!/bin/sh
# The rules that a compiler does not check: one door per library, layers by include, banned calls, sizes, words that do
# not belong into the tree.
# TAP on stdout. Runs on the source folder.
set -u
top=${srcdir:-$(dirname "$0")/..}
cd "$top" || exit 99
IFS='
' # names of files may hold spaces
n=0
check() { # description, offending lines
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "$2" | head -n 20 | sed 's/^/# /'
	fi
}
sources=$(find src cgi-bin tests -name '*.[ch]' ! -path '*/node_modules/*' | sort)
# shellcheck disable=SC2086
only() { # header, allowed paths (extended regular expression); tests may look behind a door
	grep -nE "#[ ]*include[ ]*[<\"]$1" $sources | grep -vE "^(tests/|$2)"
}
# An upward include: a file of layer $1 that includes one of the layers in $2.
# shellcheck disable=SC2086
upward() {
	grep -nE "#[ ]*include[ ]*\"($2)/" $(find "src/$1" -name '*.[ch]') /dev/null
}

check "libpq only in src/db" "$(only 'libpq' 'src/db/')"
check "json-c only behind core/json/json.h" "$(only 'json-c|<json\.h' 'src/core/json/')"
check "OpenSSL only in core/crypt" "$(only 'openssl/' 'src/core/crypto/crypt')"
check "libcrypt only in core/crypt" "$(only 'crypt\.h>' 'src/core/crypto/crypt')"
check "libcurl only in core/net" "$(only 'curl/' 'src/core/net/(http|mail-smtp)')"
check "libfcgi only in http/fcgi.c" "$(only 'fcgi(app|_stdio)' 'src/http/fcgi.c')"
check "libqrencode only in core/formats/qr.c" "$(only 'qrencode\.h' 'src/core/formats/qr.c')"
check "zlib only in http/compress.c" "$(only 'zlib\.h' 'src/http/compress.c')"
check "libutf8proc only in domain/text.c" "$(only 'utf8proc' 'src/domain/text.c')"
check "liblinear only in answer/skills/training/classifier.c" \
	"$(only 'linear\.h' 'src/answer/skills/training/classifier.c')"
check "libzxcvbn only in domain/account.c" "$(only 'zxcvbn' 'src/domain/account.c')"
check "libstemmer only in answer/terms/stems.c" "$(only 'libstemmer\.h' 'src/answer/terms/stems.c')"
check "libxml2 only in documents/document-html.c, office-xml.c" \
	"$(only 'libxml' 'src/documents/(document-html|office-xml).c')"
check "libzip only in documents/zip-file.c" "$(only '<zip\.h' 'src/documents/zip-file.c')"
check "md4c only in documents/document-markdown.c" "$(only 'md4c' 'src/documents/document-markdown.c')"
check "libmicrohttpd only in the simulator" "$(only 'microhttpd' 'src/simulator/')"
programs='webhook|desk|outbox|ctl|simulator'
check "core includes nothing above" "$(upward core "db|domain|documents|channel|answer|http|$programs")"
check "db includes nothing above" "$(upward db "domain|documents|channel|answer|http|$programs")"
check "domain includes nothing above" "$(upward domain "documents|channel|answer|http|$programs")"
check "documents include nothing above" "$(upward documents "channel|answer|http|$programs")"
check "files knows core and db only" "$(upward files "domain|documents|channel|answer|http|$programs")"
check "channel includes nothing above" "$(upward channel "documents|answer|http|$programs")"
check "answer includes nothing above" "$(upward answer "http|$programs")"
check "http knows core and db only" "$(upward http "domain|documents|channel|answer|$programs")"
check "webhook includes neither answers nor another program" \
	"$(upward webhook 'documents|answer|desk|outbox|ctl|simulator')"
check "desk, outbox and ctl do not include each other" \
	"$(upward desk 'webhook|outbox|ctl|simulator'
	upward outbox 'http|webhook|desk|ctl|simulator'
	upward ctl 'http|webhook|desk|outbox|simulator')"
check "the simulator knows core, and how pictures begin" \
	"$(upward simulator 'db|domain|documents|channel|answer|http|webhook|desk|outbox|ctl')"
banned='strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|rand|srand|alloca|system|popen|tmpnam|mktemp'
# shellcheck disable=SC2086
check "no call without a bound" "$(grep -nE "\b($banned)\(" $sources | grep -vE '^tests/|^[^:]*:[0-9]+: \*')"
# shellcheck disable=SC2086
check "no SQL outside sql/" \
	"$(grep -nE '"(SELECT|INSERT INTO|UPDATE|DELETE FROM) ' $(find src cgi-bin -name '*.c') | grep -vE '^src/db/')"
# shellcheck disable=SC2086
check "no column of a result is read by number outside src/db" \
	"$(grep -nE '\bdb_(str|int|bool|double|is_null)\(' $(find src cgi-bin -name '*.c') | grep -vE '^src/db/')"
# The scope in which row-level security shows every tenant is for maintenance (backup, metrics, removal), for the
# directory (users, sessions, the address book of channels), and for finding out which organizations have work.
maintenance='backup|breakers|embeddings|import|metrics|remove|retention'
directory='access|mail|membership|people|push|receive|scope|second-factor|session|sign-in'
check "the system scope only where many organizations are meant" \
	"$(grep -n "deskbell.scope', *\(CASE.*\)\?'system'" sql/functions/*.sql |
		grep -vE "^sql/functions/($maintenance|$directory|due)\.sql:")"
types='bigint|text|integer|boolean|jsonb|bytea|timestamptz'
check "arguments of SQL functions have no prefix but a_" \
	"$(grep -nE "\b[b-mo-z]_[a-z_]+ ($types)\b" sql/functions/*.sql | head -n 20)"
check "no statement on a tenant's table without its organization" \
	"$(awk -f build-aux/sql-tenants.awk sql/migrations/*.sql sql/queries/*.sql |
		grep -vE ': (backup_files|restore_waiting|doctor_late|doctor_refused|sealed_keys) ')"
# shellcheck disable=SC2086
check "no file over 600 lines" \
	"$(wc -l $(find src cgi-bin sql -name '*.[ch]' -o -name '*.sql') | awk '$2 != "total" && $1 > 600')"
check "no folder of src/ with more than 25 sources" \
	"$(find src -name '*.[ch]' | sed 's|/[^/]*$||' | sort | uniq -c | awk '$1 > 25')"
# From the brace that is alone at the start of a line to the one that ends it.
check "no function over 60 lines" "$(find src cgi-bin -name '*.c' -exec awk '
	/^\{/ { begin = FNR }
	/^\}/ && begin { if (FNR - begin - 1 > 60) print FILENAME ":" begin ": " FNR - begin - 1; begin = 0 }' {} +)"
check "no name of a file twice in src/" "$(find src -name '*.[ch]' | sed 's|.*/||' | sort | uniq -d)"
# Of tests also what no compiler reads; lists of files, and what a message or a page holds, are data.
readable() {
	printf '%s\n' "$sources" sql/functions/*.sql sql/queries/*.sql
	find tests -type f ! -path '*/node_modules/*' ! -path '*/cases/*' ! -path '*/corpus/*' ! -path '*/models/*' \
		! -path '*/businesses/*' ! -name '*.json' ! -name '*.mk' ! -name '*.pyc' ! -name '*.[ch]'
}
check "no line over 120 columns in C, SQL and tests" \
	"$(readable | LC_ALL=C.UTF-8 xargs -d '\n' grep -InE '^.{121,}' | cut -c 1-80)"
# A function's name stands before the brace that is alone at the start of a line. Each program has its main.
check "no function name in two files of src/" "$(find src -name '*.c' -exec awk '
	/^[a-z]/ && match($0, /[a-z0-9_]+\(/) { name = substr($0, RSTART, RLENGTH - 1) }
	/^\{/ && name { print name, FILENAME; name = "" }' {} + | sort -u |
	awk '$1 != "main" && $1 == last { print $2 ": " $1 } { last = $1 }')"
check "what is found by words is put into the search's queue" "$(awk '
	BEGIN { RS = "CREATE OR REPLACE FUNCTION |-- name: " }
	/INSERT INTO (messages|conversations|conversation_tags)[^_a-z]/ ||
	/UPDATE (messages|contacts)( [a-z])? SET (body|conversation_id|name)/ {
		if (!/deskbell_index|search_queue|deskbell_forget_words/)
			print FILENAME ": " substr($0, 1, index($0 "(", "(") - 1)
	}' sql/functions/*.sql sql/queries/*.sql)"
check "every migration is compiled in" \
	"$(for f in sql/migrations/*.sql; do grep -q "$f" sql/local.mk || echo "$f"; done)"
# shellcheck disable=SC2086
check "no trailing white space" "$(grep -InE '[ 	]+$' $sources Makefile.am configure.ac \
	$(find sql apache lighttpd doc tests -type f ! -name '*.json' ! -path '*/node_modules/*' ! -path '*/cases/*' \
		! -name '*.pyc') | head -n 20)"
check "no left-over marks" \
	"$(grep -rnE '\b(TODO|FIXME|XXX)\b' src cgi-bin sql apache lighttpd doc quickstart check 2>/dev/null | head -n 20)"
# Words for which the field has a term: "found=write instead", one a line. Language tables and what platforms send are
# data.
languages='src/answer/understanding/[a-z][a-z].c'
words_with_a_term() {
	cat <<'END'
struct visit|visit_[a-z]+=request (desk/desk-request.c)
pokes?|poked=wake
kicks?|kicked=autostart
likeness(es)?=similarity
noughts?=zeros
mend(s|ed|ing)?=repair, retry
anew=again, from scratch
glyphs?|glyph_[a-z_]+=code point, skeleton, confusables
negatives=off-topic examples
round_of_work|sender_withdraw=run_once, deregister
asked_share=term coverage
beside=next to, in the background
(ERR_)?DB_AWAY|db_away|database (is|was|goes) away=unreachable
struct vectors|vectors_[a-z_]+=embeddings, tf-idf vector
messages? about nothing=off-topic example
struct receipt=webhook delivery
let_go=release
has beaten|beaten lately=has sent a heartbeat
lead_set_by_hand|queue_by_hand=manual
wish_for_person|is_wished_at|a wish for=handoff request
promise_words|promise_away=handoff message
END
}
old_words() {
	local found write
	# shellcheck disable=SC2046
	while IFS='=' read -r found write; do
		pages_and_sources | xargs grep -nHiwE -- "$found" |
			grep -vE 'outbox[._]kick|CONF_KICK|kick_linger|conf_kick|"(was )?kicked|kicked( member)?"' |
			sed "s|\$| (write: $write)|" | cut -c 1-200
	done <<END
$(words_with_a_term)
END
}
pages_and_sources() {
	find src cgi-bin sql/functions sql/queries templates doc apache lighttpd README.md CONTRIBUTING.md SECURITY.md \
		quickstart check -type f ! -name '*.png' ! -name '*.json' ! -path "$languages" ! -name 'off-topic.c' \
		! -name 'lead-rules-*.c' ! -name 'handoff-request.c' ! -path '*/samples/*'
}
check "the field's terms" "$(old_words)"
# A comment says which user, contact, program or transaction it means.
vague='\<(nobody|somebody|anybody|whoever)\>'
check "no nobody, somebody, anybody, whoever in comments" \
	"$(find src -name '*.[ch]' ! -path "$languages" -exec grep -nHiE "(^[[:space:]]*\*|/\*).*$vague" {} +
	grep -rniE -e "--.*$vague" sql/functions sql/queries)"
# A reason is a code: what SQL says in words are errors of its own.
check "no sentence in SQL" \
	"$(grep -nE "'[A-Za-z][a-z]*( [a-z]+){2,}" -r sql/functions sql/queries |
		grep -vE ':[[:space:]]*--|RAISE|EXECUTE|MESSAGE|hashtext|interval|--.*'"'")"
# Other versions format otherwise.
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
	# shellcheck disable=SC2086
	check "the sources are formatted" "$(clang-format --dry-run $sources 2>&1 | grep 'warning:' | head -n 20)"
else
	n=$((n + 1))
	echo "ok $n - the sources are formatted # SKIP needs clang-format 14"
fi
for f in $(find src cgi-bin -name '*.c' | sort); do
	head -n 1 "$f" | grep -q '^/\*' || missing="${missing:-}$f
"
done
check "every C file opens with what it is for" "${missing:-}"
# Each row of SECURITY.md names a test and words in it.
promises_without_test() {
	local promise file words
	grep -F '| `tests/' SECURITY.md | while IFS='|' read -r _ promise file words _; do
		file=$(printf '%s' "$file" | tr -d '` ')
		words=$(printf '%s' "$words" | sed 's/^ *`//; s/` *$//')
		{ [ -n "$words" ] && [ -f "$file" ] && grep -qF -- "$words" "$file"; } ||
			printf '%s: %s does not hold "%s"\n' "$promise" "$file" "$words"
	done
	grep '^| [A-Z]' SECURITY.md | grep -vF '| `tests/' | sed 's/^/no test: /'
}
missing=$(sed -n 's/^.*"\(\(src\|sql\)\/[a-z0-9_/.-]*\)": \[.*$/\1/p' tests/mutants/mutants |
	while read -r f; do [ -f "$f" ] || echo "$f"; done)
check "the files of which mutants are made are there" "$missing"
check "every promise of SECURITY.md names its test" "$(promises_without_test)"
# With an npm that waits for a registry for ever.
npm_waits() {
	local folder
	folder=$(mktemp -d) && mkdir -p "$folder/tests/browser" "$folder/bin"
	printf '#!/bin/sh\nexec sleep 20\n' >"$folder/bin/npm" && chmod 755 "$folder/bin/npm"
	DESKBELL_NPM_WAIT=0.2 PATH="$folder/bin:$PATH" timeout 15 bash -c \
		'top=$1 logs=$1; eval "$(sed -n "/^browser_tools()/,/^}/p" check)"; browser_tools' npm "$folder" ||
		echo "./check waits for npm without a bound"
	rm -rf "$folder"
}
check "./check waits for npm within bounds" "$(npm_waits)"
# Whoever unpacks a release has what a clone has, but for the files of the repository itself.
not_packed() {
	[ -f "${DESKBELL_BUILD:-}/Makefile" ] && git rev-parse -q --verify HEAD >/dev/null 2>&1 || return 0
	packed=$(MAKEFLAGS='' make -s -C "$DESKBELL_BUILD" print-distfiles 2>/dev/null) ||
		{ echo "make print-distfiles fails"; return 0; }
	{ printf '%s\n' "$packed"; echo; git -c core.quotepath=off ls-files | grep -vE '^(\.ci/|\.gitignore$)'; } | awk '
		!$0 { is_tree = 1; next }
		!is_tree { packed[$0]; next }
		{ path = $0; do if (path in packed) next; while (sub("/[^/]*$", "", path)); print }'
}
check "a release holds every file of the tree" "$(not_packed)"
# One list of libraries: build-aux/packages; the page and the package name the same. Only the simulator needs
# libmicrohttpd.
unnamed_packages() {
	sed -n 's/^build \(lib.*-dev\|zlib1g-dev\)$/\1/p' build-aux/packages | grep -vx libmicrohttpd-dev |
		while read -r name; do
			for f in doc/installing.md debian/control; do
				grep -qw -- "$name" "$f" || echo "$f does not name $name"
			done
		done
}
check "page and package name every library that is built with" "$(unnamed_packages)"
# The page of deskbell.conf lists every key, and no other.
undocumented_keys() {
	{
		sed -n 's/^[	 ]*\(TEXT\|PLACE\|URL\|INT\|CHOICE\)([a-z0-9_]*, "\([a-z0-9_.]*\)".*/\2/p' src/core/conf.h | sort -u
		sed -n '/^\.SH KEYS/,/^\.SH ENVIRONMENT/s/^\.B \([a-z0-9]*\.[a-z0-9_.]*\)$/\1/p' doc/deskbell.conf.5
	} | sort | uniq -u
}
check "the page of deskbell.conf names every key once" "$(undocumented_keys)"
echo "1..$n"
