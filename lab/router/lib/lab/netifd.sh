#!/bin/sh
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# A stand-in for netifd: brings the interfaces of /etc/config/network up and down on the devices there are, and keeps
# what it did in /var/run/netifd/NAME/ (identity, proto, device, addresses, routes, since). As netifd, it lets an interface be
# whose identity did not change; of a WireGuard interface only private_key, listen_port, mtu and fwmark are identity.
# shellcheck disable=SC2013,SC2046,SC2086,SC2154 # uci.sh sets section_… and o_…, ports and routes are words

NETIFD=/var/run/netifd
. /lib/lab/wireguard.sh
. /lib/lab/dhcp.sh

netifd_lock() { # function [argument …]; one at a time; no child that lives on keeps the lock
	mkdir -p "$NETIFD"
	( flock 8 && "$@" ) 8>/var/run/netifd.lock
}

netmask_bits() {
	echo "$1" | awk -F. '{ for (i = 1; i <= 4; i++) for (b = 128; b >= 1; b /= 2) if (int($i / b) % 2) n++; print n + 0 }'
}

with_bits() { # address [netmask]
	case $1 in
	*/*) echo "$1" ;;
	*) echo "$1/$([ -n "$2" ] && netmask_bits "$2" || echo 32)" ;;
	esac
}

wanted_device() {
	[ "$section_type" = device ] && [ "$o_type" = bridge ] && [ -n "$o_name" ] || return
	echo "$o_ports" >"$NETIFD/.wanted/bridges/$o_name"
}

wanted_interface() {
	[ "$section_type" = interface ] && [ -n "$section_name" ] || return
	is_true "${o_disabled:-0}" && return
	folder=$NETIFD/.wanted/interfaces/$section_name
	mkdir -p "$folder"
	echo "${o_proto:-none}" >"$folder/proto"
	is_true "${o_auto:-1}" || echo no >"$folder/auto"
	case $o_proto in
	wireguard)
		echo "$section_name" >"$folder/device"
		echo "$o_private_key $o_listen_port $o_mtu $o_fwmark" | sha256sum >"$folder/identity"
		for address in $o_addresses; do
			with_bits "$address"
		done >"$folder/addresses"
		echo "${o_mtu:-1420}" >"$folder/mtu"
		;;
	*)
		echo "${o_device:-$o_ifname}" >"$folder/device"
		[ "$o_proto" != static ] || for address in $o_ipaddr; do
			with_bits "$address" "$o_netmask"
		done >"$folder/addresses"
		echo "$o_gateway" >"$folder/gateway"
		echo "$o_metric" >"$folder/metric"
		{ echo "$o_proto $o_metric"; cat "$folder/device" "$folder/gateway" "$folder/addresses"; } >"$folder/identity" 2>/dev/null
		;;
	esac
}

wanted_route() {
	[ "$section_type" = route ] && [ -n "$o_interface" ] && [ -n "$o_target" ] || return
	is_true "${o_disabled:-0}" && return
	echo "$(with_bits "$o_target" "$o_netmask")${o_gateway:+ via $o_gateway}${o_metric:+ metric $o_metric}" \
		>>"$NETIFD/.wanted/routes.$o_interface"
}

wanted_section() {
	wanted_device
	wanted_interface
	wanted_route
}

bridge_up() { # name
	[ -f "$NETIFD/.wanted/bridges/$1" ] || return 0
	if ! [ -d "/sys/class/net/$1" ]; then
		ip link add "$1" type bridge || return
		: >"$NETIFD/.bridge.$1"
	fi
	for port in $(cat "$NETIFD/.wanted/bridges/$1"); do
		[ -d "/sys/class/net/$port" ] || continue
		ip address flush dev "$port"
		ip link set dev "$port" master "$1"
		ip link set dev "$port" up
	done
	ip link set dev "$1" up
}

bridge_sweep() {
	for record in "$NETIFD"/.bridge.*; do
		[ -f "$record" ] || continue
		name=${record##*/.bridge.}
		[ -f "$NETIFD/.wanted/bridges/$name" ] && continue
		ip link del "$name"
		rm -f "$record"
	done
}

interface_up() { # name; its wishes are in .wanted; status 1 if it stays down
	wish=$NETIFD/.wanted/interfaces/$1
	state=$NETIFD/$1
	mkdir -p "$state"
	cp "$wish"/* "$state/"
	rm -f "$state/up"
	device=$(cat "$state/device")
	case $(cat "$state/proto") in
	wireguard) wireguard_up "$1" || return ;;
	static)
		[ -n "$device" ] && bridge_up "$device" && [ -d "/sys/class/net/$device" ] || return
		ip link set dev "$device" up
		;;
	dhcp)
		dhcp_up "$1" "$device"
		return 1
		;;
	*) return 1 ;;
	esac
	while read -r address; do
		ip address add "$address" dev "$device" 2>/dev/null
	done <"$state/addresses"
	gateway=$(cat "$state/gateway" 2>/dev/null)
	[ -z "$gateway" ] || ip route replace default via "$gateway" dev "$device"
	read -r since rest </proc/uptime
	echo "${since%%.*}" >"$state/up"
	echo "ifup $1" >>"$NETIFD/.events"
}

interface_down() { # name; what it did is undone
	state=$NETIFD/$1
	[ -d "$state" ] || return
	device=$(cat "$state/device")
	dhcp_down "$1"
	if [ -f "$state/up" ]; then
		if [ "$(cat "$state/proto")" = wireguard ]; then
			wireguard_down "$1"
		else
			while read -r address; do
				ip address del "$address" dev "$device" 2>/dev/null
			done <"$state/addresses"
		fi
	fi
	rm -rf "$state"
}

interface_routes() { # name; makes the live routes those wanted
	state=$NETIFD/$1
	[ -f "$state/up" ] || return
	device=$(cat "$state/device")
	wanted=$NETIFD/.wanted/routes.$1
	touch "$wanted" "$state/routes"
	while read -r route; do
		grep -q -x -F "$route" "$wanted" || ip route del $route dev "$device" 2>/dev/null
	done <"$state/routes"
	while read -r route; do
		ip route replace $route dev "$device"
	done <"$wanted"
	cp "$wanted" "$state/routes"
}

netifd_want() {
	rm -rf "$NETIFD/.wanted"
	mkdir -p "$NETIFD/.wanted/bridges" "$NETIFD/.wanted/interfaces"
	rm -f "$NETIFD/.events"
	each_section network wanted_section
}

# What an interface that came up starts: firewall's hotplug script, the interface triggers of dnsmasq and dropbear.
netifd_hotplug() {
	[ -f "$NETIFD/.events" ] || return 0
	rm -f "$NETIFD/.events"
	if /etc/init.d/firewall enabled; then fw4 -q reload 8>&-; fi
	/etc/init.d/dnsmasq reload 8>&-
	! grep -q Interface /etc/config/dropbear || /etc/init.d/dropbear reload 8>&-
}

# netifd_protocols: those of scripts are looked for only when netifd begins.
netifd_protocols() {
	mkdir -p "$NETIFD"
	{
		printf '%s\n' static dhcp dhcpv6 pppoe
		sed -n 's/^.*add_protocol \([^ ]*\)$/\1/p' /lib/netifd/proto/*.sh 2>/dev/null
	} >"$NETIFD/.protocols"
}

netifd_reload() {
	# A file that does not parse leaves everything as it is.
	netifd_want || return
	for state in "$NETIFD"/*/; do
		[ -d "$state" ] || continue
		name=$(basename "$state")
		cmp -s "$state/identity" "$NETIFD/.wanted/interfaces/$name/identity" || interface_down "$name"
	done
	bridge_sweep
	for wish in "$NETIFD"/.wanted/interfaces/*/; do
		[ -d "$wish" ] || continue
		name=$(basename "$wish")
		[ -f "$NETIFD/$name/up" ] || { [ -f "$wish/auto" ] && [ -d "$NETIFD/$name" ]; } || interface_up "$name"
		interface_routes "$name"
	done
	netifd_hotplug
}

netifd_stop() {
	for state in "$NETIFD"/*/; do
		[ -d "$state" ] && interface_down "$(basename "$state")"
	done
	return 0
}

netifd_ifup() { # name
	netifd_want || return
	[ -d "$NETIFD/.wanted/interfaces/$1" ] || { echo "Interface $1 not found"; return 1; }
	interface_down "$1"
	interface_up "$1"
	interface_routes "$1"
	netifd_hotplug
}

netifd_ifdown() { # name
	[ -d "$NETIFD/$1" ] || { echo "Interface $1 not found"; return 1; }
	cp -r "$NETIFD/$1" "$NETIFD/.kept"
	interface_down "$1"
	mv "$NETIFD/.kept" "$NETIFD/$1"
	rm -f "$NETIFD/$1/up" "$NETIFD/$1/routes"
	echo no >"$NETIFD/$1/auto"
}
