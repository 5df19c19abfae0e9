#!/bin/sh
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Reading UCI in ash. `uci export` prints shell words, so its output is a program of these four commands.
# shellcheck disable=SC2034,SC2086 # handlers read section_name, option names are words

package() { :; }

config() { # type [name]
	section_end
	section_type=$1 section_name=$2
}

option() { # name value
	eval "o_$1=\$2"
	section_options="$section_options o_$1"
}

list() { # name value
	eval "o_$1=\"\${o_$1:+\$o_$1 }\$2\""
	section_options="$section_options o_$1"
}

section_end() {
	[ -z "$section_type" ] || "$section_handler"
	[ -z "$section_options" ] || unset $section_options
	section_type='' section_name='' section_options=''
}

# Calls FUNCTION per section of PACKAGE with section_type, section_name (empty: anonymous) and each option in o_NAME
# (the elements of a list separated by blanks). Status: that of `uci export`; then nothing was called.
each_section() { # package function
	section_text=$(uci export "$1") || return
	section_handler=$2 section_type='' section_name='' section_options=''
	eval "$section_text"
	section_end
}

is_true() {
	case $1 in 1 | on | true | yes | enabled) return 0 ;; *) return 1 ;; esac
}
