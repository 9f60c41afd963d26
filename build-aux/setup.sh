# Shared by ./quickstart and ./check: which packages are needed, and how they come onto the machine. Sourced by bash; `top` is the source tree.
# shellcheck shell=bash disable=SC2154

# The packages of the named groups, one a line.
packages_of() {
	local group
	for group in "$@"; do
		awk -v group="$group" '$1 == group { print $2 }' "$top/build-aux/packages"
	done | sort -u
}

# Those of the named groups that are not installed.
packages_missing() {
	local name
	while read -r name; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
	done < <(packages_of "$@")
}

# Installs what is missing, as root; else says the one command that does. On a system without dpkg configure tells what it lacks.
packages_install() {
	local log=$1 missing
	shift
	command -v dpkg-query >/dev/null 2>&1 || return 0
	mapfile -t missing < <(packages_missing "$@")
	[ "${#missing[@]}" -gt 0 ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		printf 'These packages are missing. Install them and start again:\n  sudo apt-get install %s\n' "${missing[*]}" >&2
		return 1
	fi
	printf '   installing %s\n' "${missing[*]}"
	apt-get update >>"$log" 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1 </dev/null
}

# Makes ./configure when a fresh clone has none, or when it is older than what it is made from.
configure_make() {
	if [ ! -x "$top/configure" ] || [ -n "$(find "$top/configure.ac" "$top/Makefile.am" -newer "$top/configure")" ]; then
		"$top/autogen.sh"
	fi
}
