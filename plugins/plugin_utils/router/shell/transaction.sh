# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154,SC2015,SC1091,SC2044
# The program that carries out one change and can undo it: run, confirm, boot. Its state is the name of one file on flash,
# $flash/state.X, changed only by rename: none or prep (old) -> armed -> confirmed or undoing. docs/transaction.md tells why
# each step stands where it does.
#
# $work (tmpfs): plan, new/N (candidates), tx (this program), events, log. plan sets id, packages, services, wireguard,
# salt, secrets, deadline, detach, confirm, staged, uplinks, answered, and with packages to install manager, action, names and
# expect (package_steps.sh); and it defines files(): one `file N PATH DIGEST STAGED MODE` each. MODE is octal, "-" for the mode
# that the file has (600 for a new one), or "gone" for a file that is to be removed.

flash=/etc/farsite.tx
# procd executes what it finds there by its path, in order, one at a time (procd, rcS.c): a file of its own is enough
starter=/etc/rc.d/S01farsite-undo
last=/tmp/farsite.last
# private keys that are not in UCI yet (keys.sh)
own_keys=/etc/farsite.keys
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

is_package() { [ "${1%/*}" = /etc/config ]; }

# staged_edits PATH: whether somebody has staged edits of the package.
staged_edits() { is_package "$1" && [ -n "$(uci -q changes "${1##*/}")" ]; }

check_digest() {
    [ "$(digest_of "$2")" = "${3#-}" ] || refuse changed "$2 is no longer what the plan was made from"
    check_staged=-
    staged_edits "$2" && check_staged=$(digest_of "/tmp/.uci/${2##*/}")
    [ "$check_staged" = "$4" ] || refuse changed "the staged edits of ${2##*/} are no longer what the plan was made from"
}

# complete N PATH DIGEST STAGED MODE: puts the secrets that only this router knows into the candidate.
complete() {
    if [ "$5" = gone ]; then
        echo "$1 $2 " >>"$work/want" || refuse failed "/tmp is full"
        ! preflight_reads "$2" || { candidate_folder "$work/check" "$2" && rm -f "$work/check$2"; } || refuse failed "/tmp is full"
        return 0
    fi
    if grep -q @farsite- "$work/new/$1"; then
        mkdir -p "$work/check"
        cp "$2" "$work/check/farsite-own"
        uci -c "$work/check" export farsite-own >"$work/check/export" 2>/dev/null
        [ "$staged" != commit ] || uci export "${2##*/}" >>"$work/check/export" 2>/dev/null
        if [ -e "$own_keys" ]; then
            cp "$own_keys" "$work/check/farsite-own"
            uci -c "$work/check" export farsite-own >>"$work/check/export" 2>/dev/null
        fi
        fill "$salt" "$secrets" "$work/check/export" "$work/new/$1" >"$work/check/filled" ||
            refuse failed "a secret of $2 that should stay is not there any more"
        [ "$(wc -l <"$work/check/filled")" -ge "$(wc -l <"$work/new/$1")" ] || refuse failed "/tmp is full"
        mv "$work/check/filled" "$work/new/$1"
        rm -f "$work/check/export" "$work/check/farsite-own"
    fi
    echo "$1 $2 $(digest_of "$work/new/$1")" >>"$work/want" || refuse failed "/tmp is full"
    ! is_package "$2" || candidate_parses "$work/check" "$work/new/$1" ||
        refuse preflight "${2##*/}: $(cat "$work/check/parse/errors")"
    ! preflight_reads "$2" || { candidate_folder "$work/check" "$2" && cp "$work/new/$1" "$work/check$2"; } ||
        refuse failed "/tmp is full"
}

check() {
    ! overlay_on_tmpfs || refuse tmpfs "the overlay is still on tmpfs: a change would be lost at the next boot"
    : >"$work/want"
    files check_digest
    quiet clear_folder "$work/check" || refuse failed "an earlier preflight cannot be cleared away"
    candidate_folder "$work/check" /etc/config/network || refuse failed "/tmp is full"
    files complete
    complaints=$(quietly_preflight) || refuse preflight "$(echo "$complaints" | tr '\n' ' ')"
    quiet clear_folder "$work/check" || refuse failed "the preflight cannot be cleared away"
}

quietly_preflight() { preflight "$work/check" "$packages" </dev/null 2>>"$work/log" 8>&- 9>&-; }

# --- arm, swap, reload -----------------------------------------------------------------------------------------------

# save: lines "KIND N PATH DIGEST" of what is to be. KIND is "had" of a file that is there, "new" of one that is not, "alone" of one
# whose folder is not there either.
save() {
    if [ -e "$2" ]; then
        save_kind=had
        cp -p "$2" "$flash/old/$1" || return 1
    elif [ -d "${2%/*}" ]; then
        save_kind=new
    else
        save_kind=alone
    fi
    echo "$save_kind $1 $2 $(sed -n "s|^$1 $2 ||p" "$work/want")" >>"$flash/list" || return 1
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

# place N PATH DIGEST STAGED MODE: nobody but root can read the new file before it is complete.
place() {
    place_beside=${2%/*}/.farsite.${2##*/}
    rm -f "$place_beside"
    [ "$5" != gone ] || return 0
    [ -d "${2%/*}" ] || mkdir -p "${2%/*}" || return 1
    if [ "$5" = - ] && [ -e "$2" ]; then cp -p "$2" "$place_beside"; else (umask 177; : >"$place_beside"); fi &&
        cat "$work/new/$1" >"$place_beside" && [ "$(digest_of "$place_beside")" = "$(digest_of "$work/new/$1")" ] || return 1
    [ "$5" = - ] || chmod "$5" "$place_beside"
}

swap() {
    if [ "$5" = gone ]; then rm -f "$2"; else mv -f "${2%/*}/.farsite.${2##*/}" "$2"; fi || return 1
    [ "$staged" = refuse ] || ! is_package "$2" || uci -q revert "${2##*/}"
    return 0
}

# reload: only what is enabled, as the change itself left it; the last line makes procd's own record of the files right.
# "-" for services: only the tunnels are made right, live. netifd would set one up anew for its key, on a slow router in more
# than a second; it does so at its next reload. What is sent has WireGuard make a handshake now, else the next packet does.
reload() {
    if [ "$services" = - ]; then
        reload_tunnels
        uci -q export network | wireguard_dialled | while read -r interface peer; do
            knock "$interface" "$peer"
        done
        return
    fi
    for service in $services; do
        quiet "/etc/init.d/$service" enabled || continue
        reload_action=reload
        [ "$service" != network ] || ! new_protocol || reload_action=restart
        bounded "$patience" "/etc/init.d/$service" "$reload_action"
        [ "$service" != network ] || reload_tunnels
    done
    bounded "$patience" reload_config
}

# new_protocol: an interface has a protocol whose script has come since netifd began: it looks for them only then (netifd,
# proto-shell.c).
new_protocol() {
    new_known=$(ubus call network get_proto_handlers 2>/dev/null 8>&- 9>&-) || return 1
    for new_proto in $(uci -q show network | sed -n "s/^network\..*\.proto='\(.*\)'$/\1/p" | sort -u); do
        case $new_known in *"\"$new_proto\": {"*) continue ;; esac
        [ ! -e "/lib/netifd/proto/$new_proto.uc" ] || return 0
        ! grep -q "add_protocol $new_proto\$" /lib/netifd/proto/*.sh 2>/dev/null || return 0
    done
    return 1
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
        [ "$kind" != had ] || [ -e "$flash/old/$number" ] || continue
        live_digest=$(digest_of "$path")
        if [ -n "$live_digest" ] && [ "$live_digest" != "$new_digest" ] && [ "$live_digest" != "$(digest_of "$flash/old/$number")" ]; then
            mkdir -p "/tmp/farsite.kept/$1" && cp -p "$path" "/tmp/farsite.kept/$1/${path##*/}" &&
                echo "kept /tmp/farsite.kept/$1/${path##*/}" >>"$last"
        fi
        if [ "$kind" = had ]; then mv -f "$flash/old/$number" "$path"; else rm -f "$path"; fi
        [ "$kind" != alone ] || rmdir "${path%/*}" 2>/dev/null
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

# --- the three ways in ------------------------------------------------------------------------------------------------

# swapping: empty where the running configuration cannot have changed yet, so that nothing is to be reloaded.
swapping=yes

undo_live() {
    if undo "$id" "$1"; then
        patience=15
        # a script that kills this runner at each reload must not keep the undo from ending
        echo >>"$work/undos"
        [ -z "$swapping" ] || [ "$(wc -l <"$work/undos")" -gt 3 ] || reload
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
    [ -z "$names" ] || check_packages
    tell checked
    arm || { rm -f "$flash/state.armed"; drop; refuse full "the flash has no room to save the old configuration"; }
    rm -f "$last"
    tell armed
    swapping=
    [ -z "$names" ] || install_packages
    swapping=yes
    if files place && sync && files swap && sync; then
        rm -rf "$work/new"
    else
        undo_live "the new files could not be written; the flash may be full"
    fi
    tell swapped
    # the answer must leave before the address does
    [ "$detach" = 0 ] || sleep 1 8>&- 9>&-
    echo "$uplinks" | tr ' ' '\n' | sed '/^$/d' >"$work/uplinks"
    [ "$answered" = 0 ] || : >"$work/answered"
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
