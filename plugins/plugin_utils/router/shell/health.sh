# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2034,SC2154
# Whether all that was up before a change is up after it, and what it must bring up. Of transaction.sh, whose $work and files
# these functions read.

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

# knock INTERFACE PEER: sends something to the far end, which makes a handshake where one is due. True if something that is
# not this router itself answers.
knock() {
    for target in $(peer_value "$1" allowed-ips "$2" | awk '{ for (i = 1; i <= NF; i++) if (split($i, part, /[.\/]/) == 5)
        print part[1] == 0 ? "192.0.2.1" : part[1] "." part[2] "." part[3] "." part[4] + (part[5] < 32) }' | head -n 3); do
        ping -c 1 -W 1 -I "$1" "$target" >/dev/null 2>&1 8>&- 9>&- || continue
        ip -4 addr | grep -q " $target/" || return 0
    done
    return 1
}

# tunnel_lives INTERFACE PEER HANDSHAKE: authenticated traffic has come in since the reload, or a newer handshake was made. A
# handshake comes only every 120 s, so something is sent; whatever answers, or the keepalive of the far end, counts. With
# $work/answered only an answer does: a far end that has a new key also makes handshakes where it sends us nothing else yet.
tunnel_lives() {
    knock "$1" "$2"
    knock_result=$?
    [ ! -e "$work/answered" ] || return "$knock_result"
    newest=$(peer_value "$1" latest-handshakes "$2")
    received=$(received_of "$1" "$2")
    before=$(awk -v interface="$1" -v peer="$2" '$1 == interface && $2 == peer { print $3 }' "$work/received")
    [ "${newest:-0}" -gt "$3" ] || [ "${received:-0}" -gt "${before:-0}" ]
}

# untouched: the files are what was planned. If not, somebody else has committed: this change must not be confirmed over it.
untouched() {
    while read -r kind number path new_digest; do
        [ "$(digest_of "$path")" = "$new_digest" ] || { echo "$path was changed by somebody else"; return 1; }
        ! staged_edits "$path" || { echo "somebody else has staged edits of ${path##*/}"; return 1; }
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
