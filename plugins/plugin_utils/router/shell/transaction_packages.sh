# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2034,SC2086,SC2154
# The part of a transaction that installs packages: tried before it is armed, done when it is. They stay when the change is
# undone: to remove them takes long, restarts services, and cannot be done at boot; and the next run wants them again.
# SC2086: names have no blanks.

# bytes that stay free for the manager's own files and for arming a change
reserve=204800

# check_packages: they can be had, and there is room for all of them together; nothing on flash has changed.
check_packages() {
    managed "$work/output" "$manager" update || refuse_packages "the package feeds cannot be read"
    package_simulated "$work/output" "$manager/present" $names || refuse_packages
    complaints >"$work/wrong"
    [ ! -s "$work/wrong" ] || refuse_packages
    check_bytes=$(package_sizes "$manager" "$work/output" | package_bytes)
    check_free=$(($(free_kilobytes) * 1024))
    [ $((check_bytes + check_bytes / 10 + reserve)) -le "$check_free" ] || refuse packages \
        "the flash has $check_free bytes free, and $names may need $((check_bytes + check_bytes / 10 + reserve)); remove something, or install less"
}

# refuse_packages [TEXT]: with what the manager says, its lines separated by tabs.
refuse_packages() {
    refuse packages "${1:+$1: }$(tail -n 12 "$work/output" | tr '\n' '\t')"
}

# install_packages: comes back only if all are there, and the files of the change are what the plan was made from.
install_packages() {
    remember
    if ! carried_out; then
        tell_packages
        undo_live "packages: $(tr '\n' '\t' <"$work/wrong")"
    fi
    tell_packages
    tell_key
    brought=
    : >"$work/list"
    while read -r kind number path new_digest; do
        rebase || undo_live "the flash has no room to save what the packages brought"
        echo "$kind $number $path $new_digest" >>"$work/list"
    done <"$flash/list"
    [ -n "$brought" ] || return 0
    sync
    cp "$work/list" "$flash/list.new" && sync && mv "$flash/list.new" "$flash/list" && sync
    tell brought "$brought"
    undo_live "the packages brought$brought with them, of which the plan did not know"
}

tell_packages() {
    differences | while read -r told_what told_rest; do
        [ "$told_what" = removed ] || tell installed "$told_rest"
    done
}

# tell_key: the public key of the key that this router has made, which it could not tell without the package that has wg.
tell_key() {
    [ -e "$own_keys" ] && command -v wg >/dev/null || return 0
    told_key=$(awk '/^config / { inside = /current/ } inside && $2 == "private_key" { gsub(/\047/, "", $3); print $3 }' "$own_keys" | wg pubkey) &&
        tell public "$told_key"
    return 0
}

# rebase: where a package's scripts have written a file of the change, that is the old one now: with the package it stays.
rebase() {
    rebase_digest=$(digest_of "$path")
    [ -n "$rebase_digest" ] && [ "$rebase_digest" != "$(digest_of "$flash/old/$number")" ] || return 0
    cp -p "$path" "$flash/old/.$number" && sync && mv -f "$flash/old/.$number" "$flash/old/$number" || return 1
    kind=had
    brought="$brought $path"
}
