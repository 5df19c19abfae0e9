# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2015
# What a plan needs to know of a router, in one reply: parts that begin with "@NONCE WORD …", each on a line of its own.

part() {
    # shellcheck disable=SC2154 # the caller sets nonce
    printf '\n@%s %s\n' "$nonce" "$*"
}

# has_staged PACKAGE: somebody has staged edits. uci is not asked where it has nothing to read: a process costs a router much.
has_staged() {
    [ -s "/tmp/.uci/$1" ] && [ -n "$(uci -q changes "$1")" ]
}

# observe_package NAME SECRET-NAMES SALT STAGED: the package as an export, secrets masked, with the digests of the file
# and of the edits that somebody has staged. A copy under another name is read: uci would mix the staged edits in. With
# them it is a part of its own, where STAGED is "commit".
observe_package() {
    observe_file=/etc/config/$1
    [ -e "$observe_file" ] || [ -L "$observe_file" ] || { part absent "$1"; return; }
    [ -f "$observe_file" ] && [ ! -L "$observe_file" ] ||
        { part failed "$observe_file is not a plain file; uci cannot commit it, and neither can this"; return; }
    cp "$observe_file" "$scratch/farsite-$1" || { part failed "cannot copy $observe_file"; return; }
    observe_digest=$(sha256sum <"$scratch/farsite-$1")
    observe_staged=-
    ! has_staged "$1" || observe_staged=$(sha256sum <"/tmp/.uci/$1")
    uci -c "$scratch" export "farsite-$1" >"$scratch/export" 2>"$scratch/errors" ||
        { part broken "$1"; cat "$scratch/errors"; return; }
    part package "$1" "${observe_digest%% *}" "${observe_staged%% *}"
    mask "$3" "$2" <"$scratch/export"
    [ "$4" = commit ] && [ "$observe_staged" != - ] || return 0
    uci export "$1" >"$scratch/export" 2>"$scratch/errors" || { part broken "$1"; cat "$scratch/errors"; return; }
    part edited "$1"
    mask "$3" "$2" <"$scratch/export"
}

observe_staged() {
    for staged_file in /tmp/.uci/*; do
        ! has_staged "${staged_file##*/}" || part staged "${staged_file##*/}"
    done
}

observe_transaction() {
    for state_file in /etc/farsite.tx/state.*; do
        [ -e "$state_file" ] && part transaction "${state_file##*.}" "$(cat /etc/farsite.tx/id 2>/dev/null)"
    done
    [ -r /tmp/farsite.last ] && part last && cat /tmp/farsite.last
    return 0
}

# observe_begin: fails where this is no OpenWrt with uci; everything else would be guesswork there.
observe_begin() {
    if ! [ -r /etc/openwrt_release ]; then
        part foreign openwrt "$(uname -s) $(uname -r)"
    elif ! command -v uci >/dev/null; then
        part foreign uci
    else
        umask 077
        scratch=$(mktemp -d /tmp/farsite-observe.XXXXXX) || { part failed "cannot write to /tmp"; return 1; }
        trap 'rm -rf "$scratch"' EXIT
        trap 'exit 1' HUP INT PIPE TERM
        return 0
    fi
    return 1
}
