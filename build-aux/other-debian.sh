# The other Debian that is supported, in a folder of its own: made by debootstrap from where this machine's apt gets its packages, entered with
# private mounts that are gone when the command ends. Sourced by ./check; `top` is the source tree. Needs root.
# shellcheck shell=bash disable=SC2154,SC2016

# The name of this machine's release, and of the other one.
this_debian() { (. /etc/os-release && printf '%s\n' "${VERSION_CODENAME:-}"); }
other_debian() {
	case $(this_debian) in
		bookworm) echo trixie ;;
		trixie) echo bookworm ;;
		*) return 1 ;;
	esac
}

# other_root SUITE: where it is. Below a folder that only root can write.
other_root() { printf '%s/%s\n' "${DESKBELL_CHECK_ROOT:-/var/cache/deskbell-check}" "$1"; }

# copy_apt_settings SUITE ROOT: sources, keys and passwords of this machine, for the other release; sources that do not name this release are left out.
copy_apt_settings() {
	local suite=$1 root=$2 this file
	this=$(this_debian)
	rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
		if [ -f "$file" ] && grep -q "$this" "$file" && grep -q debian "$file"; then
			sed "s/$this/$suite/g" "$file" >"$root$file"
		fi
	done
	apt-config dump Acquire --format '%f "%v";%n' >"$root/etc/apt/apt.conf.d/90check"
	for file in /etc/apt/auth.conf /etc/apt/auth.conf.d /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d /etc/apt/keyrings /usr/share/keyrings; do
		[ ! -e "$file" ] || cp -rL "$file" "$root$(dirname "$file")/"
	done
	cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
}

# Certificates that this machine trusts besides Debian's, and npm's settings: the way to the registries may need them.
copy_network_settings() {
	local root=$1 file
	mkdir -p "$root/usr/local/share/ca-certificates"
	[ ! -d /usr/local/share/ca-certificates ] || cp -rL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
	for file in /etc/npmrc /root/.npmrc; do
		[ ! -f "$file" ] || cp -L "$file" "$root$file"
	done
}

# enter_other ROOT COMMAND...: with /proc, /dev and /sys of this machine.
enter_other() {
	unshare --mount --propagation private bash -c '
		root=$1; shift
		mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && mount --rbind /sys "$root/sys" && exec chroot "$root" "$@"' sh "$@"
}

# make_other SUITE ROOT LOG: a system with what building and testing takes. One that was made before is brought up to date.
make_other() {
	local suite=$1 root=$2 log=$3 mirror
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
	if [ ! -e "$root/.made" ]; then
		rm -rf "$root"
		mkdir -p "$root" && chmod 700 "$(dirname "$root")" || return 1
		debootstrap --variant=minbase "$suite" "$root" "$mirror" >>"$log" 2>&1 || return 1
		printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" && chmod 755 "$root/usr/sbin/policy-rc.d"
	fi
	copy_apt_settings "$suite" "$root" && copy_network_settings "$root" || return 1
	# shellcheck disable=SC2046
	enter_other "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 sh -c 'apt-get update && apt-get install -y --no-install-recommends "$@" && update-ca-certificates' sh \
		ca-certificates $(packages_of build run test) >>"$log" 2>&1 </dev/null || return 1
	touch "$root/.made"
}

# copy_tree ROOT: the sources as they are here, and what tests read next to them, at the same places.
copy_tree() {
	local root=$1
	rm -rf "${root:?}/check"
	mkdir -p "$root/check/tree"
	tar -C "$top" --exclude='./build-check*' --exclude='./build-asan' --exclude='./build-faults' --exclude='./build-clang' --exclude=./var --exclude=node_modules --exclude=./.git -cf - . |
		tar -C "$root/check/tree" --no-same-owner -xf - || return 1
	[ ! -d "$top/../shared" ] || cp -rL "$top/../shared" "$root/check/shared"
}
