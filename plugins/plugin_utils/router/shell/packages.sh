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
