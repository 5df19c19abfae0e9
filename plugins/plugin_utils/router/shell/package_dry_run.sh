# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154
# What a package manager would do, without doing it, and how an earlier run ended. $scratch and part() are of observe.sh.

# package_missing NAME…: those that are not installed; all of them where the newest are wanted.
package_missing() {
    for missing_name in "$@"; do
        case $packages_manager in
            opkg) grep -q -x -F "Package: $missing_name" /usr/lib/opkg/status ;;
            apk) grep -q -x -F "P:$missing_name" /lib/apk/db/installed ;;
        esac 2>/dev/null || echo "$missing_name"
    done
}

# package_dry_run STATE UPDATE NAME…: UPDATE (0, 1) reads the feeds first. Does nothing where nothing can be to do. A removal
# by opkg is not asked for: with --noaction it would still set links of alternatives anew.
package_dry_run() {
    dry_state=$1
    dry_update=$2
    shift 2
    [ -n "$packages_manager" ] || return 0
    # shellcheck disable=SC2046 # names have no blanks
    [ "$dry_state" != present ] || set -- $(package_missing "$@")
    [ $# -gt 0 ] || return 0
    if [ "$dry_state" = absent ]; then
        [ "$packages_manager" = opkg ] || package_simulate apk --simulate del "$@"
        return
    fi
    if [ "$dry_update" = 1 ]; then
        managed "$scratch/output" "$packages_manager" update
        part update "$?"
        cat "$scratch/output"
    fi
    case $packages_manager/$dry_state in
        opkg/*) package_simulate opkg --noaction install "$@" ;;
        apk/present) package_simulate apk --simulate add "$@" ;;
        apk/latest) package_simulate apk --simulate add --upgrade "$@" ;;
    esac
    package_sizes
}

package_simulate() {
    managed "$scratch/output" "$@"
    part simulated "$?"
    cat "$scratch/output"
}

# package_sizes: of what the dry run would install, from the index: opkg does not add them up, and knows them only there.
package_sizes() {
    case $packages_manager in
        opkg)
            sizes_names=$(sed -n 's/^\(Installing\|Upgrading\) \([^ ]*\) .*/\2/p' "$scratch/output")
            [ -n "$sizes_names" ] || return 0
            sizes_folder=$(awk '$1 == "lists_dir" { print $3 }' /etc/opkg.conf 2>/dev/null)
            part sizes
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
            sizes_names=$(sed -n 's/^( *[0-9]*\/[0-9]*) \(Installing\|Upgrading\) \([^ ]*\) .*/\2/p' "$scratch/output")
            [ -n "$sizes_names" ] || return 0
            part sizes
            # shellcheck disable=SC2086 # names have no blanks
            apk query --fields name,version,installed-size --format json $sizes_names
            ;;
    esac
}

# package_earlier FORGET: runs whose end nobody was told, since the connection broke; told once unless FORGET is 0.
package_earlier() {
    for earlier in /tmp/farsite/packages-*; do
        [ -e "$earlier/started" ] || continue
        if [ -e "$earlier/result" ]; then
            part "earlier-${earlier##*-}" ended
            cat "$earlier/result"
        elif (flock -n 9) 9>>/tmp/farsite.lock; then
            part "earlier-${earlier##*-}" lost
        else
            part "earlier-${earlier##*-}" running
            continue
        fi
        [ "$1" = 0 ] || rm -rf "$earlier"
    done
}
