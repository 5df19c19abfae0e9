# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# Where the hub's address is a name. /sbin/hotplug-call sources this, in a shell of its own, for each event of an
# interface, which ACTION and INTERFACE tell. WireGuard resolves a name once, and at boot that is too early: an uplink
# that comes up sets up anew a tunnel that had no handshake within three minutes, the time that one holds.

[ "$ACTION" = ifup ] || exit 0
peer=$(uci -q get network.wireguard_hub_peer) || exit 0
tunnel=${peer#wireguard_}
case "$INTERFACE" in loopback | lan | "$tunnel") exit 0 ;; esac
wg show "$tunnel" latest-handshakes 2>/dev/null |
    awk -v now="$(date +%s)" '$2 > now - 180 { fresh = 1 } END { exit !fresh }' || ifup "$tunnel"
