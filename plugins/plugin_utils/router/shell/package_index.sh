# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# What a package manager would do, without doing it, and what room that needs, from its index.

# package_simulated OUTPUT MANAGER/STATE NAME…: the dry run; what it says is in a file, and its status this one's.
package_simulated() {
    simulated_output=$1
    simulated_what=$2
    shift 2
    case $simulated_what in
        opkg/*) managed "$simulated_output" opkg --noaction install "$@" ;;
        apk/absent) managed "$simulated_output" apk --simulate del "$@" ;;
        apk/present) managed "$simulated_output" apk --simulate add "$@" ;;
        apk/latest) managed "$simulated_output" apk --simulate add --upgrade "$@" ;;
    esac
}

# package_sizes MANAGER OUTPUT: of what the dry run would install: opkg does not add them up, and knows them only from the index.
package_sizes() {
    case $1 in
        opkg)
            sizes_names=$(sed -n 's/^\(Installing\|Upgrading\) \([^ ]*\) .*/\2/p' "$2")
            [ -n "$sizes_names" ] || return 0
            sizes_folder=$(awk '$1 == "lists_dir" { print $3 }' /etc/opkg.conf 2>/dev/null)
            for sizes_list in "${sizes_folder:-/var/opkg-lists}"/*; do
                case $sizes_list in *.sig) continue ;; esac
                zcat "$sizes_list" 2>/dev/null || cat "$sizes_list"
                echo
            done 2>/dev/null | awk -v names="$sizes_names" '
                BEGIN { count = split(names, name, "\n"); while (count) wanted[name[count--]] = 1 }
                $1 == "Package:" { package = $2 }
                $1 == "Version:" { version = $2 }
                $1 == "Installed-Size:" { size = $2 }
                !NF { if (package in wanted) print package, version, size; package = version = size = "" }'
            ;;
        apk)
            sizes_names=$(sed -n 's/^( *[0-9]*\/[0-9]*) \(Installing\|Upgrading\) \([^ ]*\) .*/\2/p' "$2")
            [ -n "$sizes_names" ] || return 0
            # shellcheck disable=SC2086 # names have no blanks
            apk query --fields name,version,installed-size --format json $sizes_names
            ;;
    esac
}

# package_bytes: the sum of what package_sizes prints, on standard input. An index may have a package in several versions.
package_bytes() {
    awk '{ count = split($0, part, /"installed-size": */); for (i = 2; i <= count; i++) sum += part[i] }
        count == 1 && NF == 3 { sum += $3 }
        END { printf "%.0f\n", sum }'
}
