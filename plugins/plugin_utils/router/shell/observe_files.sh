# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# What is known of files that are not UCI packages.

# observe_file PATH DIGEST: digest and mode of a file, and what is in it where that is not what DIGEST says. Each is a part
# "file-NUMBER PATH DIGEST MODE", MODE as ls shows it.
observe_file() {
    observe_number=$((${observe_number:-0} + 1))
    [ -e "$1" ] || [ -L "$1" ] || { part "file-$observe_number" "$1" - -; return; }
    [ -f "$1" ] && [ ! -L "$1" ] || { part failed "$1 is not a plain file, so it is not replaced; move it away"; return; }
    observe_live=$(sha256sum <"$1")
    # shellcheck disable=SC2012 # there is no stat
    observe_mode=$(ls -ln "$1" | cut -d ' ' -f 1)
    part "file-$observe_number" "$1" "${observe_live%% *}" "$observe_mode"
    [ "${observe_live%% *}" = "$2" ] || [ "$(wc -c <"$1")" -gt 65536 ] || cat "$1"
}
