# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# WireGuard interfaces take their peers from UCI only when they are set up; a change is made live here.

# wireguard_config INTERFACE PORT FWMARK: the file for `wg syncconf` from `uci export network` on standard input. It has
# the private key and the port, since syncconf resets what its file leaves out of the interface; and all that a peer may
# have, since of a peer that stays it keeps what is left out. `addresses` go to lines "#address".
wireguard_config() {
    awk -v interface="$1" -v port="$2" -v mark="$3" '
        function text(line) { sub(/^\t[a-z]+ [^ ]+ \047/, "", line); sub(/\047$/, "", line); return line }
        function flush_section() {
            if (own || alias) addresses = addresses " " section_addresses
            own = alias = 0; section_addresses = ""
            if (peer && key != "" && !disabled) {
                peers = peers "[Peer]\nPublicKey = " key "\n"
                # 32 bytes of zeros are none
                peers = peers "PresharedKey = " (shared == "" ? no_key : shared) "\n"
                if (allowed != "") peers = peers "AllowedIPs = " allowed "\n"
                if (host ~ /:/ && host !~ /^\[/) host = "[" host "]"
                if (host != "") peers = peers "Endpoint = " host ":" (to == "" ? 51820 : to) "\n"
                peers = peers "PersistentKeepalive = " (keepalive == "" ? "off" : keepalive) "\n"
            }
            peer = 0; key = shared = allowed = host = to = keepalive = ""; disabled = 0
        }
        BEGIN { no_key = sprintf("%43s=", ""); gsub(/ /, "A", no_key) }
        /^config / {
            flush_section()
            peer = $2 == "wireguard_" interface
            own = $2 == "interface" && $3 == "\047" interface "\047"
            other = $2 == "interface" && !own
        }
        !/^\t(option|list) / { next }
        { value = text($0) }
        own && $2 == "private_key" { private = value }
        own && $2 == "listen_port" { port = value }
        own && $2 == "addresses" { section_addresses = section_addresses " " value }
        # a second section on the same device
        other && $2 == "device" && (value == interface || value == "@" interface) { alias = 1 }
        other && $2 == "ipaddr" { section_addresses = section_addresses " " value }
        peer && $2 == "public_key" { key = value }
        peer && $2 == "preshared_key" { shared = value }
        peer && $2 == "allowed_ips" { sub(/ +$/, "", value); gsub(/ +/, ",", value); allowed = allowed (allowed == "" ? "" : ",") value }
        peer && $2 == "endpoint_host" { host = value }
        peer && $2 == "endpoint_port" { to = value }
        peer && $2 == "persistent_keepalive" { keepalive = value }
        peer && $2 == "disabled" { disabled = value ~ /^(1|on|true|yes|enabled)$/ }
        END {
            flush_section()
            count = split(addresses, address, " ")
            for (i = 1; i <= count; i++) print "#address " address[i]
            if (private == "") exit 3
            printf "[Interface]\nPrivateKey = %s\n", private
            if (port + 0) print "ListenPort = " port
            if (mark != "" && mark != "off") print "FwMark = " mark
            printf "%s", peers
        }'
}

# wireguard_sync INTERFACE FOLDER: peers and addresses as UCI says, without a lost packet. The interface may be on its way
# down and up again after a reload (its key, port or MTU changed): then it reads UCI itself, and one of these tries passes.
wireguard_sync() {
    [ -n "$(uci -q get "network.$1")" ] || return 0
    for wireguard_try in 1 2 3 4 5; do
        wireguard_sync_once "$1" "$2/wireguard" && break
        sleep 1
        wireguard_try=failed
    done
    rm -f "$2/wireguard" "$2/wireguard.sync"
    [ "$wireguard_try" != failed ]
}

wireguard_sync_once() {
    wg show "$1" listen-port >/dev/null || return 1
    uci export network | wireguard_config "$1" "$(wg show "$1" listen-port)" "$(wg show "$1" fwmark)" >"$2" || return 1
    grep -v '^#' "$2" >"$2.sync"
    # Preshared keys before another private key: a handshake between the two fails, and the next is 5 seconds later. A peer
    # in the file gets the allowed-ips that stand there and no others. There need be no /dev/stdin.
    case $(wg show "$1" private-key) in
        "$(sed -n 's/^PrivateKey = //p' "$2.sync")") ;;
        *) sed -n '/^\[Peer\]/,$p' "$2.sync" | grep -v '^Endpoint' | wg addconf "$1" /proc/self/fd/0 ;;
    esac
    # a name that cannot be resolved would be tried for a minute
    WG_ENDPOINT_RESOLUTION_RETRIES=1 wg syncconf "$1" "$2.sync" && wireguard_addresses "$1" "$2"
}

# wireguard_addresses INTERFACE FILE: IPv6 addresses are only added, since a spelling that differs would remove a live one.
wireguard_addresses() {
    # else the second address of a subnet goes with the first, and the routes with both
    echo 1 >"/proc/sys/net/ipv4/conf/$1/promote_secondaries"
    wireguard_live=" $(ip -4 addr show dev "$1" | awk '$1 == "inet" { print $2 (index($2, "/") ? "" : "/32") }' | tr '\n' ' ')"
    wireguard_want=" "
    while read -r wireguard_mark wireguard_address; do
        case $wireguard_mark$wireguard_address in
            '#address'*:*) ip -6 addr add "$wireguard_address" dev "$1" 2>/dev/null ;;
            '#address'*/*) wireguard_want="$wireguard_want$wireguard_address " ;;
            '#address'*) wireguard_want="$wireguard_want$wireguard_address/32 " ;;
        esac
    done <"$2"
    for wireguard_address in $wireguard_want; do
        case $wireguard_live in *" $wireguard_address "*) continue ;; esac
        ip addr add "$wireguard_address" dev "$1" || return 1
    done
    for wireguard_address in $wireguard_live; do
        case $wireguard_want in *" $wireguard_address "*) continue ;; esac
        ip addr del "$wireguard_address" dev "$1" || return 1
    done
}

# wireguard_dialled: "INTERFACE KEY" of each peer that this router dials, from `uci export network` on standard input.
wireguard_dialled() {
    awk '
        function flush_peer() { if (interface != "" && key != "" && host != "" && !off) print interface, key }
        /^config / {
            flush_peer()
            interface = $2 ~ /^wireguard_/ ? substr($2, 11) : ""
            key = host = ""; off = 0
        }
        !/^\t(option|list) / { next }
        { value = $3; gsub(/\047/, "", value) }
        $2 == "public_key" { key = value }
        $2 == "endpoint_host" { host = value }
        $2 == "disabled" { off = value ~ /^(1|on|true|yes|enabled)$/ }
        END { flush_peer() }'
}
