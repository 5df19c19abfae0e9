# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# As tunnel_guard.sh, for a router with tunnels to several hubs: each one whose hub has a name is looked at by itself.

[ "$ACTION" = ifup ] || exit 0
named=
for number in "" 2 3 4; do
    peer=network.wireguard_hub_peer$number
    tunnel=$(uci -q get "$peer") || continue
    tunnel=${tunnel#wireguard_}
    [ "$INTERFACE" != "$tunnel" ] || exit 0
    case "$(uci -q get "$peer.endpoint_host")" in *[!0-9.]*) named="$named $tunnel" ;; esac
done
case "$INTERFACE" in loopback | lan) exit 0 ;; esac
for tunnel in $named; do
    wg show "$tunnel" latest-handshakes 2>/dev/null |
        awk -v now="$(date +%s)" '$2 > now - 180 { fresh = 1 } END { exit !fresh }' || ifup "$tunnel"
done
