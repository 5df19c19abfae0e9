#!/bin/sh
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # index
# The package feed of the lab, for the stand-ins of opkg and apk. Sourced; they set $index, where `update` puts the feed.
#
# A paragraph of feed/Packages is a package: Package, Version, Depends, Installed-Size (bytes), and for the lab alone
# Lab-Files (PATH BYTES, …, made of zeroes), Lab-Postinst (fail), Lab-Waits (its installation takes until that file is gone),
# Lab-Config (a UCI package whose file it brings, unless that is there), Lab-Protocol (of netifd, whose script it brings) and
# Lab-Program (brought from /usr/share/lab/hidden, if a test has put it there).

feed=/usr/share/lab/feed/Packages
unreachable=/tmp/lab/feed-unreachable

# value NAME FIELD: from the index.
value() {
	zcat "$index" 2>/dev/null | awk -v name="$1" -v field="$2:" '
		$1 == "Package:" { found = $2 == name }
		found && $1 == field { sub(/^[^ ]* */, ""); print }'
}

needs() { value "$1" Depends | sed 's/([^)]*)//g; s/,/ /g'; }

fetch_index() {
	[ ! -e "$unreachable" ] || return 1
	mkdir -p "${index%/*}"
	gzip -c "$feed" >"$index"
}

# put_files NAME: prints their paths. On a full flash they are cut off, and nobody says so.
put_files() {
	package=$1
	# shellcheck disable=SC2046 # words
	set -- $(value "$1" Lab-Files)
	while [ $# -gt 0 ]; do
		mkdir -p "${1%/*}"
		dd if=/dev/zero of="$1" bs=1000 count=$((($2 + 999) / 1000)) 2>/dev/null
		echo "$1"
		shift 2
	done
	put_config "$(value "$package" Lab-Config)"
	put_protocol "$(value "$package" Lab-Protocol)"
	put_program "$(value "$package" Lab-Program)"
}

put_config() { # UCI package; stays when the package is removed, as a changed conffile does
	[ -z "$1" ] || [ -e "/etc/config/$1" ] || printf "\nconfig %s 'global'\n\toption brought '1'\n\n" "$1" >"/etc/config/$1"
}

put_protocol() { # name
	[ -n "$1" ] || return 0
	mkdir -p /lib/netifd/proto
	printf '#!/bin/sh\nadd_protocol %s\n' "$1" >"/lib/netifd/proto/$1.sh"
	echo "/lib/netifd/proto/$1.sh"
}

put_program() { # path
	[ -n "$1" ] && [ -e "/usr/share/lab/hidden/${1##*/}" ] || return 0
	cp -p "/usr/share/lab/hidden/${1##*/}" "$1"
	echo "$1"
}

take_time() {
	gate=$(value "$1" Lab-Waits)
	while [ -n "$gate" ] && [ -e "$gate" ]; do sleep 1; done
}

free_kilobytes() { df -k /overlay | awk 'END { print $(NF - 2) }'; }
