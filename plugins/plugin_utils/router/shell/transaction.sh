# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154,SC2015,SC1091,SC2044
# The program that carries out one change and can undo it: run, confirm, boot. Its state is the name of one file on flash,
# $flash/state.X, changed only by rename: none or prep (old) -> armed -> confirmed or undoing. docs/transaction.md tells why
# each step stands where it does.
#
# $work (tmpfs): plan, new/N (candidates), tx (this program), events, log. plan sets id, packages, services, wireguard,
# salt, secrets, deadline, detach, confirm, staged, uplinks, and defines files(): one `file N PATH DIGEST STAGED` each.

flash=/etc/farsite.tx
# procd executes what it finds there by its path, in order, one at a time (procd, rcS.c): a file of its own is enough
starter=/etc/rc.d/S01farsite-undo
last=/tmp/farsite.last
# seconds for an init script; an undo has less, since the way in may depend on what comes after one that hangs
patience=60

# Children must hold neither the lock nor the pipe: one that outlives a killed runner would keep both.
quiet() { "$@" </dev/null >>"$work/log" 2>&1 8>&- 9>&-; }

# bounded SECONDS COMMAND...: an init script that hangs must not keep the deadline from coming.
bounded() {
    bounded_limit=$1
    shift
    (exec 8>&- 9>&- </dev/null >>"$work/log" 2>&1; "$@") &
    bounded_child=$!
    { sleep "$bounded_limit"; kill -9 "$bounded_child"; } </dev/null >/dev/null 2>&1 8>&- 9>&- &
    bounded_watch=$!
    wait "$bounded_child"
    kill "$bounded_watch" 2>/dev/null
}

digest_of() {
    digest_text=$(sha256sum <"$1" 2>/dev/null)
    echo "${digest_text%% *}"
}

tell() {
    echo "$*" >>"$work/result"
    echo "$*" >&8
}

# refuse REASON TEXT: nothing on flash has changed.
refuse() {
    tell refused "$@"
    leave
}

# leave: the supervisor forgets this runner, and so stops it. The plan stays for a runner that is killed before that.
leave() {
    rm -rf "${work:?}/new"
    quiet clear_folder "$work/check"
    : >"$work/finished"
    ubus call service delete "{\"name\":\"farsite-$id\"}" 8>&- 9>&-
    exit 0
}

# drop: the starter last, since it clears what a power cut in between leaves.
drop() {
    rm -rf "$flash"
    rm -f "$starter" "${starter%/*}/.${starter##*/}"
    sync
}

# --- before anything changes -----------------------------------------------------------------------------------------

check_digest() {
    [ "$(digest_of "$2")" = "${3#-}" ] || refuse changed "$2 is no longer what the plan was made from"
    check_staged=-
    [ -n "$(uci -q changes "${2##*/}")" ] && check_staged=$(digest_of "/tmp/.uci/${2##*/}")
    [ "$check_staged" = "$4" ] || refuse changed "the staged edits of ${2##*/} are no longer what the plan was made from"
}

# complete N PATH: puts the secrets that only this router knows into the candidate.
complete() {
    if grep -q @farsite- "$work/new/$1"; then
        mkdir -p "$work/check"
        cp "$2" "$work/check/farsite-own"
        uci -c "$work/check" export farsite-own >"$work/check/export" 2>/dev/null
        [ "$staged" != commit ] || uci export "${2##*/}" >>"$work/check/export" 2>/dev/null
        fill "$salt" "$secrets" "$work/check/export" "$work/new/$1" >"$work/check/filled" ||
            refuse failed "a secret of $2 that should stay is not there any more"
        [ "$(wc -l <"$work/check/filled")" -ge "$(wc -l <"$work/new/$1")" ] || refuse failed "/tmp is full"
        mv "$work/check/filled" "$work/new/$1"
        rm -f "$work/check/export" "$work/check/farsite-own"
    fi
    echo "$1 $2 $(digest_of "$work/new/$1")" >>"$work/want" || refuse failed "/tmp is full"
    [ "${2%/*}" = /etc/config ] || return 0
    candidate_parses "$work/check" "$work/new/$1" ||
        refuse preflight "${2##*/}: $(cat "$work/check/parse/errors")"
    cp "$work/new/$1" "$work/check/config/${2##*/}" || refuse failed "/tmp is full"
}

check() {
    ! awk '($2 == "/overlay" && $3 == "tmpfs") || ($2 == "/" && ($3 == "tmpfs" || $4 ~ /upperdir=\/tmp\//)) { found = 1 }
        END { exit !found }' /proc/mounts || refuse tmpfs "the overlay is still on tmpfs: a change would be lost at the next boot"
    : >"$work/want"
    files check_digest
    quiet clear_folder "$work/check" || refuse failed "an earlier preflight cannot be cleared away"
    mkdir -p "$work/check/config" && cp -p /etc/config/* "$work/check/config/" || refuse failed "/tmp is full"
    files complete
    complaints=$(quietly_preflight) || refuse preflight "$(echo "$complaints" | tr '\n' ' ')"
    quiet clear_folder "$work/check" || refuse failed "the preflight cannot be cleared away"
}

quietly_preflight() { preflight "$work/check" "$packages" </dev/null 2>>"$work/log" 8>&- 9>&-; }

# --- arm, swap, reload -----------------------------------------------------------------------------------------------

save() {
    if [ -e "$2" ]; then
        cp -p "$2" "$flash/old/$1" && echo "had $1 $2 $(sed -n "s|^$1 $2 ||p" "$work/want")"
    else
        echo "new $1 $2 $(sed -n "s|^$1 $2 ||p" "$work/want")"
    fi >>"$flash/list" || return 1
}

# arm: the starter first, by a rename: it clears a folder that has not got the program yet.
arm() {
    arm_new=${starter%/*}/.${starter##*/}
    printf '#!/bin/sh\n[ -r %s/tx ] && exec /bin/sh %s/tx boot\nrm -rf %s %s\n' "$flash" "$flash" "$flash" "$starter" >"$arm_new" &&
        chmod 755 "$arm_new" && mv "$arm_new" "$starter" && arm_folder
}

arm_folder() {
    mkdir -p "$flash/old" && : >"$flash/state.prep" && echo "$id" >"$flash/id" && : >"$flash/list" &&
        echo "$services" >"$flash/services" && echo "$wireguard" >"$flash/wireguard" &&
        files save && cp "$work/tx" "$flash/tx" &&
        cmp -s "$work/tx" "$flash/tx" && sync &&
        mv "$flash/state.prep" "$flash/state.armed" && sync
}

place() {
    place_beside=${2%/*}/.farsite.${2##*/}
    rm -f "$place_beside"
    if [ -e "$2" ]; then cp -p "$2" "$place_beside"; else (umask 177; : >"$place_beside"); fi &&
        cat "$work/new/$1" >"$place_beside" && [ "$(digest_of "$place_beside")" = "$(digest_of "$work/new/$1")" ]
}

swap() {
    mv -f "${2%/*}/.farsite.${2##*/}" "$2" || return 1
    [ "$staged" = refuse ] || uci -q revert "${2##*/}"
    return 0
}

# reload: only what is enabled, as the change itself left it; the last line makes procd's own record of the files right.
reload() {
    for service in $services; do
        quiet "/etc/init.d/$service" enabled || continue
        bounded "$patience" "/etc/init.d/$service" reload
        [ "$service" != network ] || reload_tunnels
    done
    bounded "$patience" reload_config
}

reload_tunnels() {
    for interface in $wireguard; do
        bounded "$patience" wireguard_sync "$interface" "$work"
    done
}

# --- undo ------------------------------------------------------------------------------------------------------------

# put_back: renames the saved copies themselves: needs no space and can be repeated. What somebody else has committed over
# our files in the meantime is kept aside, not lost.
put_back() {
    while read -r kind number path new_digest; do
        rm -f "${path%/*}/.farsite.${path##*/}"
        [ "$kind" = new ] || [ -e "$flash/old/$number" ] || continue
        live_digest=$(digest_of "$path")
        if [ -n "$live_digest" ] && [ "$live_digest" != "$new_digest" ] && [ "$live_digest" != "$(digest_of "$flash/old/$number")" ]; then
            mkdir -p "/tmp/farsite.kept/$1" && cp -p "$path" "/tmp/farsite.kept/$1/${path##*/}" &&
                echo "kept /tmp/farsite.kept/$1/${path##*/}" >>"$last"
        fi
        if [ "$kind" = had ]; then mv -f "$flash/old/$number" "$path"; else rm -f "$path"; fi
    done <"$flash/list"
    sync
}

# undo ID REASON: fails where a confirmation came first. The exclusive rename decides.
undo() {
    mv "$flash/state.armed" "$flash/state.undoing" 2>/dev/null || [ -e "$flash/state.undoing" ] || return 1
    sync
    echo "undone $1 $2" >"$last"
    put_back "$1"
    return 0
}

# --- health ----------------------------------------------------------------------------------------------------------

interfaces_up() {
    for interface in $(uci -q show network | sed -n 's/^network\.\([^.]*\)=interface$/\1/p'); do
        interface_wanted "$interface" && interface_is_up "$interface" && echo "$interface"
    done
    return 0
}

# interface_wanted: the new configuration wants it up.
interface_wanted() {
    case $(uci -q get "network.$1.disabled") in 1 | on | true | yes | enabled) return 1 ;; esac
    [ "$(uci -q get "network.$1.auto")" != 0 ] && [ "$(uci -q get "network.$1.proto")" != none ]
}

interface_is_up() { ubus call "network.interface.$1" status 2>/dev/null 8>&- 9>&- | grep -q '"up": true'; }

# uplink_says INTERFACE: what netifd says, also of the interface that a protocol's handler makes for the address.
uplink_says() {
    ubus call "network.interface.$1" status 2>/dev/null 8>&- 9>&-
    ubus call "network.interface.$1_4" status 2>/dev/null 8>&- 9>&-
}

# bearer_is_up INTERFACE: it has an address (else 1), and no network that another interface has too (else 2): that of a stick
# that is a router itself may be the LAN's.
bearer_is_up() {
    uplink_says "$1" >"$work/uplink"
    if ! interface_is_up "$1" || ! sed -n '/"ipv4-address"/,/\]/p' "$work/uplink" | grep -q '"address"'; then
        bearer_errors=$(sed -n 's/.*"code": "\(.*\)".*/\1/p' "$work/uplink" | tr '\n' ' ')
        echo "uplink $1 has no bearer yet${bearer_errors:+: netifd says $bearer_errors}"
        return 1
    fi
    bearer_devices=$(sed -n 's/.*"l3_device": "\(.*\)".*/\1/p' "$work/uplink" | tr '\n' ' ')
    bearer_clash=$(ip -4 route show table main scope link | awk -v devices=" $bearer_devices" '
        { count[$1]++ }
        index(devices, " " $3 " ") { own[$1] = 1 }
        END { for (network in own) if (count[network] > 1) print network }')
    [ -z "$bearer_clash" ] || { echo "uplink $1 gives the network $bearer_clash, which another interface has too"; return 2; }
}

# tunnels_up: "INTERFACE PEER HANDSHAKE" (seconds since 1970) of the peers that this router dials, now and with the new
# configuration, and that had a handshake in the last 180 s (REJECT_AFTER_TIME).
tunnels_up() {
    command -v wg >/dev/null || return 0
    uci -q export network | wireguard_dialled | while read -r interface peer; do
        interface_wanted "$interface" || continue
        handshake=$(peer_value "$interface" latest-handshakes "$peer")
        [ "${handshake:-0}" -gt "$(($(date +%s) - 180))" ] && echo "$interface $peer $handshake"
    done
}

# peer_value INTERFACE WHAT PEER: of `wg show INTERFACE WHAT` what follows the key of the peer.
peer_value() { wg show "$1" "$2" 2>/dev/null | awk -v peer="$3" '$1 == peer { $1 = ""; sub(/^ /, ""); print }'; }

received_of() {
    received_bytes=$(peer_value "$1" transfer "$2")
    echo "${received_bytes%% *}"
}

tunnels_received() {
    while read -r interface peer handshake; do
        echo "$interface $peer $(received_of "$interface" "$peer")"
    done <"$work/tunnels"
}

# tunnel_lives INTERFACE PEER HANDSHAKE: authenticated traffic has come in since the reload, or a newer handshake was made. A
# handshake comes only every 120 s, so something is sent; whatever answers, or the keepalive of the far end, counts.
tunnel_lives() {
    for target in $(peer_value "$1" allowed-ips "$2" | awk '{ for (i = 1; i <= NF; i++) if (split($i, part, /[.\/]/) == 5)
        print part[1] == 0 ? "192.0.2.1" : part[1] "." part[2] "." part[3] "." part[4] + (part[5] < 32) }' | head -n 3); do
        ping -c 1 -W 1 -I "$1" "$target" >/dev/null 2>&1
    done
    newest=$(peer_value "$1" latest-handshakes "$2")
    received=$(received_of "$1" "$2")
    before=$(awk -v interface="$1" -v peer="$2" '$1 == interface && $2 == peer { print $3 }' "$work/received")
    [ "${newest:-0}" -gt "$3" ] || [ "${received:-0}" -gt "${before:-0}" ]
}

# untouched: the files are what was planned. If not, somebody else has committed: this change must not be confirmed over it.
untouched() {
    while read -r kind number path new_digest; do
        [ "$(digest_of "$path")" = "$new_digest" ] || { echo "$path was changed by somebody else"; return 1; }
        [ -z "$(uci -q changes "${path##*/}")" ] || { echo "somebody else has staged edits of ${path##*/}"; return 1; }
    done <"$flash/list"
}

healthy() {
    while read -r interface; do
        bearer_is_up "$interface" || return
    done <"$work/uplinks"
    while read -r interface; do
        interface_is_up "$interface" || { echo "interface $interface was up and is not"; return 1; }
    done <"$work/up"
    while read -r interface peer handshake; do
        tunnel_lives "$interface" "$peer" "$handshake" || { echo "tunnel $interface was up and nothing comes through"; return 1; }
    done <"$work/tunnels"
}

# --- the three ways in ------------------------------------------------------------------------------------------------

undo_live() {
    if undo "$id" "$1"; then
        patience=15
        # a script that kills this runner at each reload must not keep the undo from ending
        echo >>"$work/undos"
        [ "$(wc -l <"$work/undos")" -gt 3 ] || reload
        drop
        tell undone "$1"
    else
        # confirmed: whoever confirmed clears up, unless the connection broke there
        sync
        echo "confirmed $id" >"$last"
        tell confirmed
        sleep 5 8>&- 9>&-
        drop
    fi
    leave
}

# recover: a transaction whose runner is gone, since this one holds the lock.
recover() {
    if [ -e "$flash/state.armed" ] || [ -e "$flash/state.undoing" ]; then
        other=$(cat "$flash/id")
        services=$(cat "$flash/services")
        wireguard=$(cat "$flash/wireguard")
        undo "$other" "its runner was gone"
        reload
        drop
        refuse recovered "the unfinished transaction $other was undone; run again"
    fi
    [ ! -e "$flash" ] && [ ! -e "$starter" ] && [ ! -e "${starter%/*}/.${starter##*/}" ] || drop
    for finished in /tmp/farsite/*/finished; do
        [ ! -e "$finished" ] || quiet clear_folder "${finished%/*}"
    done
    # handed over by a connection that broke before the runner was started
    for unused in $(find /tmp/farsite -type d -mmin +10 2>/dev/null); do
        [ "${unused%/*}" != /tmp/farsite ] || [ -e "$unused/started" ] || quiet clear_folder "$unused"
    done
}

# resume: the supervisor has started this runner again, so it was killed.
resume() {
    if [ -e "$flash/state.armed" ] || [ -e "$flash/state.undoing" ]; then
        [ "$(cat "$flash/id")" = "$id" ] && undo_live "the runner was killed"
    elif [ -e "$flash/state.confirmed" ]; then
        sync
        echo "confirmed $id" >"$last"
        tell confirmed
        drop
    elif [ ! -e "$work/reloaded" ]; then
        drop
        grep -q '^refused\|^undone' "$work/result" 2>/dev/null || tell refused interrupted "the runner was killed before anything changed"
    fi
    leave
}

run() {
    [ -r "$work/plan" ] && [ -p "$work/events" ] || { ubus call service delete "{\"name\":\"farsite-$id\"}"; exit 0; }
    exec 8<>"$work/events" 9>/tmp/farsite.lock
    . "$work/plan"
    if [ -e "$work/started" ]; then
        until flock -n 9; do sleep 1 8>&-; done
        resume
    fi
    flock -n 9 || refuse busy "another change is under way$(sed 's/^/: /' "$flash/id" 2>/dev/null)"
    : >"$work/started"
    recover
    check
    tell checked
    arm || { rm -f "$flash/state.armed"; drop; refuse full "the flash has no room to save the old configuration"; }
    rm -f "$last"
    tell armed
    if files place && sync && files swap && sync; then
        rm -rf "$work/new"
    else
        undo_live "the new files could not be written; the flash may be full"
    fi
    tell swapped
    # the answer must leave before the address does
    [ "$detach" = 0 ] || sleep 1 8>&- 9>&-
    echo "$uplinks" | tr ' ' '\n' | sed '/^$/d' >"$work/uplinks"
    interfaces_up >"$work/up"
    tunnels_up >"$work/tunnels"
    reload
    tunnels_received >"$work/received"
    sed 's/ .*//; s/\.//' /proc/uptime >"$work/reloaded.new"
    mv "$work/reloaded.new" "$work/reloaded"
    tell reloaded
    if [ "$confirm" = 0 ]; then
        mv "$flash/state.armed" "$flash/state.confirmed" && sync
        echo "confirmed $id" >"$last"
        tell confirmed
        drop
        leave
    fi
    waited=0
    while [ -e "$flash/state.armed" ] && [ "$waited" -lt "$deadline" ]; do
        sleep 1 8>&- 9>&-
        waited=$((waited + 1))
    done
    undo_live "$(cat "$work/reason" 2>/dev/null || echo "no confirmation within $deadline seconds")"
}

# login_started: when this connection was accepted, in 1/100 s since the start: its server process, the first above the
# shells, was forked then (proc(5), stat, fields 4 and 22).
login_started() {
    login=$PPID
    while read -r login_name <"/proc/$login/comm"; do
        case $login_name in sh | ash | busybox) login=$(sed 's/.*) //' "/proc/$login/stat" | cut -d ' ' -f 2) ;; *) break ;; esac
    done
    sed 's/.*) //' "/proc/$login/stat" | cut -d ' ' -f 20
}

# reject REASON: waiting would not help, so it is undone at once.
reject() {
    mv "$flash/state.armed" "$flash/state.undoing" && echo "$1" >"$work/reason"
    echo "farsite rejected $1"
}

# confirm ID: accepts only over a login made after the reload, by the health gate, and answers when it is on flash.
confirm() {
    id=$1
    work=/tmp/farsite/$id
    [ -e "$flash/state.armed" ] && [ "$(cat "$flash/id")" = "$id" ] || return 0
    waited=0
    while [ ! -e "$work/reloaded" ] && [ "$waited" -lt 20 ]; do
        sleep 1
        waited=$((waited + 1))
    done
    [ -e "$work/reloaded" ] && [ "$waited" = 0 ] && [ "$(login_started)" -ge "$(cat "$work/reloaded")" ] ||
        { echo "farsite stale the login is older than the reload"; return 0; }
    if ! reason=$(untouched); then
        reject "$reason"
        return 0
    fi
    waited=0
    # a modem takes its time
    longest=5
    [ ! -s "$work/uplinks" ] || longest=20
    until reason=$(healthy); do
        [ "$?" != 2 ] || { reject "$reason"; return 0; }
        waited=$((waited + 1))
        # what is said while it is undone says nothing of the change
        [ -e "$flash/state.armed" ] || return 0
        [ "$waited" -lt "$longest" ] || { echo "farsite unhealthy $reason"; return 0; }
        sleep 1
    done
    mv "$flash/state.armed" "$flash/state.confirmed" 2>/dev/null || return 0
    sync
    # a controller that does not get the answer asks again; the answer kills this shell where the connection is gone
    echo "confirmed $id" >"$last"
    echo "farsite confirmed"
    drop
    ubus call service delete "{\"name\":\"farsite-$id\"}"
    clear_folder "$work" >/dev/null
}

# boot: before netifd starts. It never waits and never looks at a clock.
boot() {
    work=/tmp/farsite-boot
    if [ -e "$flash/state.armed" ] || [ -e "$flash/state.undoing" ]; then
        undo "$(cat "$flash/id")" "the router restarted before the change was confirmed"
        echo "farsite: an unconfirmed change was undone" >/dev/kmsg
    fi
    drop
}

tx_command=$1
case $tx_command in
    run | confirm)
        id=$2
        work=/tmp/farsite/$id
        "$tx_command" "$id"
        ;;
    boot) boot ;;
esac
