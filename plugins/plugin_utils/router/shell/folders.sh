# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2013 # no mount point of ours has a blank
# Work folders in tmpfs. A preflight that was killed leaves the root file system mounted below one: removing such a folder
# would remove the router.

# clear_folder FOLDER: removes it, but never while something is mounted below it.
clear_folder() {
    for clear_try in 1 2 3; do
        grep -q " $1/" /proc/mounts || { rm -rf "$1"; return; }
        for clear_mount in $(awk -v below="$1/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r); do
            umount -l "$clear_mount"
        done
    done
    echo "something is still mounted below $1 (try $clear_try)"
    return 1
}

# overlay_on_tmpfs: on the first boots after a flash, and where it cannot be mounted: what is written is gone at the next boot.
overlay_on_tmpfs() {
    awk '($2 == "/overlay" && $3 == "tmpfs") || ($2 == "/" && ($3 == "tmpfs" || $4 ~ /upperdir=\/tmp\//)) { found = 1 }
        END { exit !found }' /proc/mounts
}
