#!/bin/sh
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# WireGuard interfaces as netifd's proto script makes them: once, from what UCI has at that moment.
# shellcheck disable=SC2013,SC2154 # uci.sh sets section_… and o_…, networks are words

wireguard_peer() {
	[ "$section_type" = "wireguard_$wireguard_name" ] && [ -n "$o_public_key" ] || return
	is_true "${o_disabled:-0}" && return
	echo '[Peer]'
	echo "PublicKey=$o_public_key"
	[ -z "$o_preshared_key" ] || echo "PresharedKey=$o_preshared_key"
	for network in $o_allowed_ips; do
		echo "AllowedIPs=$network"
	done
	case $o_endpoint_host in
	'') ;;
	*:*) echo "Endpoint=[${o_endpoint_host#[}]:${o_endpoint_port:-51820}" | sed 's/]]/]/' ;;
	*) echo "Endpoint=$o_endpoint_host:${o_endpoint_port:-51820}" ;;
	esac
	[ -z "$o_persistent_keepalive" ] || echo "PersistentKeepalive=$o_persistent_keepalive"
	! is_true "${o_route_allowed_ips:-0}" || echo "$o_allowed_ips" >>"$wireguard_routes"
}

wireguard_interface() {
	[ "$section_type" = interface ] && [ "$section_name" = "$wireguard_name" ] || return
	echo '[Interface]'
	echo "PrivateKey=$o_private_key"
	[ -z "$o_listen_port" ] || echo "ListenPort=$o_listen_port"
	[ -z "$o_fwmark" ] || echo "FwMark=$o_fwmark"
}

wireguard_up() { # name
	wireguard_name=$1 wireguard_file=$NETIFD/.$1.conf wireguard_routes=$NETIFD/.$1.routes
	rm -f "$wireguard_routes"
	(
		umask 077
		{
			each_section network wireguard_interface
			each_section network wireguard_peer
		} >"$wireguard_file"
	)
	if ! ip link add "$1" type wireguard 2>/dev/null; then
		# No kernel module: the userspace program makes the device, and goes to the background.
		wireguard-go "$1" </dev/null >>/tmp/lab/wireguard-go.log 2>&1 8>&- 9>&-
	fi
	# netifd runs this beside itself, and does not wait for names
	if ! WG_ENDPOINT_RESOLUTION_RETRIES=1 wg setconf "$1" "$wireguard_file"; then
		rm -f "$wireguard_file"
		wireguard_down "$1"
		return 1
	fi
	rm -f "$wireguard_file"
	ip link set dev "$1" mtu "$(cat "$NETIFD/$1/mtu")"
	ip link set dev "$1" up
	[ -f "$wireguard_routes" ] || return 0
	for network in $(cat "$wireguard_routes"); do
		ip route replace "$network" dev "$1"
	done
}

wireguard_down() { # name
	ip link del "$1" 2>/dev/null
	# The userspace program removes its socket as it ends; that of the next one must not be there yet.
	wireguard_waited=0
	while [ "$wireguard_waited" -lt 300 ] && pgrep -f -x "wireguard-go $1" >/dev/null; do
		wireguard_waited=$((wireguard_waited + 1))
	done
	rm -f "/var/run/wireguard/$1.sock"
}
