# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154
# What a package manager would do, without doing it, and how an earlier run ended. $scratch and part() are of observe.sh.

# package_dry_run STATE UPDATE NAME…: UPDATE (0, 1) reads the feeds first. Does nothing where nothing can be to do. A removal
# by opkg is not asked for: with --noaction it would still set links of alternatives anew.
package_dry_run() {
    dry_state=$1
    dry_update=$2
    shift 2
    [ -n "$packages_manager" ] || return 0
    # shellcheck disable=SC2046 # names have no blanks
    [ "$dry_state" != present ] || set -- $(package_missing "$packages_manager" "$@")
    [ $# -gt 0 ] || return 0
    if [ "$dry_state" = absent ]; then
        [ "$packages_manager" = opkg ] || package_simulate apk/absent "$@"
        return
    fi
    if [ "$dry_update" = 1 ]; then
        managed "$scratch/output" "$packages_manager" update
        part update "$?"
        cat "$scratch/output"
    fi
    package_simulate "$packages_manager/$dry_state" "$@"
    set -- "$(package_sizes "$packages_manager" "$scratch/output")"
    [ -z "$1" ] || { part sizes; echo "$1"; }
}

# package_simulate MANAGER/STATE NAME…
package_simulate() {
    package_simulated "$scratch/output" "$@"
    part simulated "$?"
    cat "$scratch/output"
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
