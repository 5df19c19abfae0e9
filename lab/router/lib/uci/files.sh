# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What the stand-in for uci does with files and cannot do in awk. Run by storage.awk:
#   files.sh list FOLDER                  names of the configs; "." for a file that is none
#   files.sh stage FOLDER FILE CONFIGS NAME   make the staging FILE, with the mode of the config CONFIGS/NAME
#   files.sh replace FILE TEMPLATE        put standard input in the place of FILE, by a new file beside it

set -eu

# The permissions of $1 as an octal number (stock OpenWrt has no stat).
mode_of() {
	bits=$(ls -ld "$1")
	bits=${bits%% *}
	bits=${bits#?}
	mode=0
	for weight in 400 200 100 40 20 10 4 2 1; do
		case $bits in
			[-ST]*) ;;
			*) mode=$((mode + weight)) ;;
		esac
		bits=${bits#?}
	done
	echo "$mode"
}

# $1 less the bits of the umask, as the kernel does it for a new file.
masked() {
	printf '%o' $((0$1 & ~0$(umask)))
}

list() {
	for file in "$1"/*; do
		if [ ! -e "$file" ] && [ ! -L "$file" ]; then
			return
		fi
		name=${file##*/}
		case $name in
			*.* | *[!!-~]*) name=. ;;
		esac
		if [ -d "$file" ]; then
			name=.
		fi
		printf '%s\n' "$name"
	done
}

stage() {
	if [ ! -e "$1" ]; then
		mode=700
		if [ -e "$3" ]; then
			mode=$(mode_of "$3")
		fi
		# Another uci may have made it meanwhile.
		mkdir -m "$(masked "$mode")" "$1" || [ -d "$1" ]
	fi
	mode=600
	if [ -e "$3/$4" ]; then
		mode=$(mode_of "$3/$4")
	fi
	mode=$(masked "$mode")
	umask 077
	: >>"$2"
	chmod "$mode" "$2"
}

replace() {
	umask 077
	new=$(mktemp "$2")
	trap 'rm -f "$new"' EXIT
	cat >"$new"
	file=$1
	if [ -L "$file" ]; then
		file=$(readlink -f "$file")
		# A rename over a file system's border fails; mv would copy.
		df -P "$new" "${file%/*}" | awk 'NR > 1 { mount[NR] = $NF } END { exit mount[2] != mount[3] }'
	fi
	if [ -e "$file" ]; then
		chmod "$(mode_of "$file")" "$new"
	fi
	mv -f "$new" "$file"
}

case $1 in
	list) list "$2" ;;
	stage) stage "$2" "$3" "$4" "$5" 2>/dev/null ;;
	replace) replace "$2" "$3" 2>/dev/null ;;
esac
