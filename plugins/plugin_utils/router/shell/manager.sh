# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# Runs a package manager where somebody else may hold its lock.

# managed OUTPUT WORD…: runs the words, the output in a file. While the lock is held (opkg fails at once, with 255 like for
# anything else) up to 5 times, 2 s apart. Children must not hold the descriptors of our own lock and events: a daemon that a
# package starts would keep them.
managed() {
    managed_output=$1
    shift
    for managed_try in 1 2 3 4 5; do
        "$@" >"$managed_output" 2>&1 </dev/null 8>&- 9>&-
        managed_status=$?
        grep -q 'Could not lock\|nable to lock' "$managed_output" || break
        [ "$managed_try" = 5 ] || sleep 2 8>&- 9>&-
    done
    return "$managed_status"
}
