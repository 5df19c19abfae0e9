# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# What a router has installed, and room for. It is read from the files: `opkg list-installed` fails while somebody holds
# opkg's lock.

# package_manager: by the program; a release may be built with either.
package_manager() {
    for manager in opkg apk; do
        command -v "$manager" >/dev/null && echo "$manager" && return 0
    done
    return 1
}

# package_missing MANAGER NAME…: those that are not installed; what another one provides is.
package_missing() {
    missing_manager=$1
    shift
    case $missing_manager in
        opkg) awk '
            function flush() { if (state == "installed" || state == "unpacked") print names; names = state = "" }
            $1 == "Package:" || $1 == "Provides:" { $1 = ""; gsub(/\([^)]*\)|,/, " "); names = names $0 " " }
            $1 == "Status:" { state = $NF }
            !NF { flush() }
            END { flush() }' /usr/lib/opkg/status ;;
        apk) sed -n 's/[<>=~][^ ]*//g; s/^[Pp]://p' /lib/apk/db/installed ;;
    esac 2>/dev/null | awk -v names="$*" '
        { for (i = 1; i <= NF; i++) there[$i] = 1 }
        END { count = split(names, name, " "); for (i = 1; i <= count; i++) if (!(name[i] in there)) print name[i] }'
}

# packages_missing NAME…: which of these are to be installed, and by which manager.
packages_missing() {
    packages_manager=$(package_manager) || return 0
    part missing "$packages_manager"
    package_missing "$packages_manager" "$@"
}

# packages_part OPKG-FIELDS APK-FIELDS: the paragraphs of the manager's file, of each only the lines of these fields.
packages_part() {
    packages_manager=$(package_manager) || return 0
    part packages "$packages_manager"
    case $packages_manager in
        opkg) awk -v fields="^($1):" '$0 ~ fields || !NF' /usr/lib/opkg/status ;;
        apk) awk -v fields="^[$2]:" '$0 ~ fields || !NF' /lib/apk/db/installed ;;
    esac 2>/dev/null
}

facts_packages() { packages_part 'Package|Version|Status' PV; }

facts_storage() {
    part mounts
    awk '$2 == "/" || $2 == "/overlay"' /proc/mounts
    part flash
    df -k /overlay 2>/dev/null || df -k /
}
