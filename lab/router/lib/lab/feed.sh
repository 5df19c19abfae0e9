#!/bin/sh
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # index
# The package feed of the lab, for the stand-ins of opkg and apk. Sourced; they set $index, where `update` puts the feed.
#
# A paragraph of feed/Packages is a package: Package, Version, Depends, Installed-Size (bytes), and for the lab alone
# Lab-Files (PATH BYTES, …, made of zeroes), Lab-Postinst (fail) and Lab-Waits (its installation takes until that file is gone).

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
	# shellcheck disable=SC2046 # words
	set -- $(value "$1" Lab-Files)
	while [ $# -gt 0 ]; do
		mkdir -p "${1%/*}"
		dd if=/dev/zero of="$1" bs=1000 count=$((($2 + 999) / 1000)) 2>/dev/null
		echo "$1"
		shift 2
	done
}

take_time() {
	gate=$(value "$1" Lab-Waits)
	while [ -n "$gate" ] && [ -e "$gate" ]; do sleep 1; done
}

free_kilobytes() { df -k /overlay | awk 'END { print $(NF - 2) }'; }
