# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154 # observe_begin makes $scratch
# The router's WireGuard keys, which it makes itself: only public keys and salted digests leave it. The key in use is in
# UCI. One that is not there yet is in a file of its own, in the syntax of UCI: "current", for the first tunnel, and "next".

keys_file=/etc/farsite.keys

# keys_in FILE TYPE NAME: the private key of that section of an export. netifd takes "generate" for none (wireguard.sh).
keys_in() {
    awk -v type="$2" -v name="\047$3\047" '
        /^config / { inside = $2 == type && $3 == name }
        inside && $2 == "private_key" { gsub(/\047/, "", $3); if ($3 != "generate") print $3; exit }' "$1"
}

# keys_read: the exports to $scratch. A copy under another name is read, since uci would mix staged edits in.
keys_read() {
    : >"$scratch/own-network"
    : >"$scratch/own-keys"
    for keys_from in /etc/config/network "$keys_file"; do
        [ -e "$keys_from" ] || continue
        keys_to=${keys_from##*[/.]}
        cp "$keys_from" "$scratch/farsite-$keys_to" &&
            uci -c "$scratch" export "farsite-$keys_to" >"$scratch/own-$keys_to" 2>"$scratch/errors" && continue
        part failed "$keys_from cannot be read: $(cat "$scratch/errors" 2>/dev/null)"
        return 1
    done
}

keys_stored() { keys_in "$scratch/own-keys" key "$1"; }

keys_used() { keys_in "$scratch/own-network" interface "$1"; }

# keys_each FUNCTION: of each of $keys_interfaces that has a key, the function with the name and the key.
keys_each() {
    for keys_interface in $keys_interfaces; do
        keys_one=$(keys_used "$keys_interface")
        [ -z "$keys_one" ] || "$1" "$keys_interface" "$keys_one"
    done
}

keys_print() { echo "$2"; }

# keys_wanted MODE: the names of the keys that the file is to have after MODE, with what is new marked "+". What UCI
# has too goes: there it is safe, and here it would come back some day.
keys_wanted() {
    keys_live=$(keys_each keys_print)
    keys_current=$(keys_stored current)
    keys_next=$(keys_stored next)
    ! keys_next_is_live || keys_next=
    if [ -n "$keys_live" ]; then
        :
    elif [ -n "$keys_current" ]; then
        echo current
    elif [ "$1" = present ]; then
        echo +current
    fi
    if [ -n "$keys_next" ]; then
        echo next
    elif [ "$1" = next ]; then
        echo +next
    fi
}

# keys_make: a private key, also where wg is not installed yet: 32 random bytes with the bits set that RFC 7748 wants, in base64.
keys_make() {
    wg genkey 2>/dev/null && return
    hexdump -v -n 32 -e '1/1 "%u "' /dev/urandom | awk '
        function six(value) { return substr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", value + 1, 1) }
        NF == 32 {
            $1 -= $1 % 8
            $32 = $32 % 64 + 64
            for (i = 1; i <= 32; i += 3) {
                text = text six(int($i / 4)) six($i % 4 * 16 + int($(i + 1) / 16))
                text = text six($(i + 1) % 16 * 4 + int($(i + 2) / 64)) (i < 31 ? six($(i + 2) % 64) : "=")
            }
            print text
        }'
}

# keys_next_is_live: no interface has another key than the next one. No program may do this, since it would have it in argv.
keys_next_is_live() {
    for keys_one in $keys_live; do
        [ "$keys_one" = "$keys_next" ] || return 1
    done
    [ -n "$keys_live" ]
}

# keys_write NAME...: the file with these keys; one that begins with + is made. It is complete under its name, or not there.
keys_write() {
    keys_new=${keys_file%/*}/.${keys_file##*/}.new
    rm -f "$keys_new"
    if [ $# = 0 ]; then
        rm -f "$keys_file"
        sync
        return
    fi
    for keys_name in "$@"; do
        case $keys_name in
            +*) keys_value=$(keys_make) ;;
            *) keys_value=$(keys_stored "$keys_name") ;;
        esac
        printf "config key '%s'\n\toption private_key '%s'\n\n" "${keys_name#+}" "$keys_value"
    done >"$keys_new" && [ "$(grep -c 'private_key .\{46\}$' "$keys_new")" = $# ] && sync &&
        mv "$keys_new" "$keys_file" && sync && return
    rm -f "$keys_new"
    part failed "no key was made, or $keys_file cannot be written; the flash may be full"
    return 1
}

# keys_lock: no change may be under way, which might be undone. Its runner lives on for a moment after the confirmation.
keys_lock() {
    exec 9>/tmp/farsite.lock
    for keys_try in 1 2 3 4 5 6; do
        flock -n 9 && break
        sleep 1
        keys_try=failed
    done
    [ "$keys_try" != failed ] && ! [ -e /etc/farsite.tx/state.armed ] && ! [ -e /etc/farsite.tx/state.undoing ] ||
        { part failed "another change of the router is under way; try again later"; return 1; }
    ! overlay_on_tmpfs || { part failed "the overlay is still on tmpfs: a key would be lost at the next boot"; return 1; }
}

# keys_tell KIND NAME KEY: its public key, and its digest as secret_digests makes it. printf is a builtin: nothing is in argv.
keys_tell() {
    if ! command -v wg >/dev/null; then
        keys_public=-
    elif ! keys_public=$(printf '%s\n' "$3" | wg pubkey 2>/dev/null); then
        part failed "the private key of the $1 $2 is none: wg pubkey does not take it"
        return
    fi
    keys_digest=$(printf "%s'%s'" "$keys_salt" "$3" | sha256sum)
    echo "$1 $2 $keys_public ${keys_digest%% *}"
}

keys_tell_used() { keys_tell interface "$1" "$2"; }

# keys MODE SALT INTERFACE...: tells the keys of these interfaces and of the file. MODE "present" makes the first key where
# there is none, "next" the next one, "settle" takes out of the file what is in use, "look" changes nothing. With $keys_early
# wg may be missing still: then public keys are told as "-".
keys() {
    [ -n "$keys_early" ] || command -v wg >/dev/null ||
        { part failed "the router has no wg command, which makes and reads keys; install the package wireguard-tools first"; return; }
    keys_mode=$1
    keys_salt=$2
    shift 2
    keys_interfaces=$*
    keys_read || return
    [ "$keys_mode" != next ] || [ -n "$(keys_each keys_print)$(keys_stored current)" ] ||
        { part failed "the router has no key yet, so there can be no next one; state present makes the first"; return; }
    keys_made=
    if [ "$keys_mode" != look ] && keys_differ; then
        keys_lock && keys_read || return
        # shellcheck disable=SC2046 # names
        ! keys_differ || keys_write $(keys_wanted "$keys_mode") || return
        keys_made=$(keys_wanted "$keys_mode" | sed -n 's/^+//p')
        keys_read || return
    fi
    part keys
    keys_each keys_tell_used
    for keys_name in current next; do
        keys_value=$(keys_stored "$keys_name")
        [ -z "$keys_value" ] || keys_tell stored "$keys_name" "$keys_value"
    done
    for keys_name in $keys_made; do
        echo "made $keys_name"
    done
}

# keys_differ: the file is not what it is to be.
keys_differ() {
    [ "$(keys_wanted "$keys_mode")" != "$(sed -n "s/^config key '\(.*\)'$/\1/p" "$scratch/own-keys")" ]
}
