# apt next to this machine's own: lists, status and cache in a folder, for any architecture; installs nothing. Sourced by bash.
# shellcheck shell=bash

# apt_apart FOLDER ARCHITECTURE COMMAND...: with the machine's package sources, or those in FOLDER/parts.
apt_apart() {
	local folder=$1 parts=()
	mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
	[ -e "$folder/status" ] || : >"$folder/status"
	[ ! -d "$folder/parts" ] || parts=(-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$folder/parts")
	"$3" "${parts[@]}" -o Dir::State::status="$folder/status" -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" -o APT::Architecture="$2" -o APT::Architectures::="$2" \
		-o APT::Sandbox::User="$(id -un)" -o Debug::NoLocking=1 "${@:4}"
}

# fetch_with_all FOLDER ARCHITECTURE PACKAGE...: these and all that they need, in FOLDER/cache/archives.
fetch_with_all() {
	apt_apart "$1" "$2" apt-get install --no-install-recommends -y --download-only "${@:3}"
}
