#!/bin/sh
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# The DHCP client of netifd's stand-in: an interface comes up with its lease, which may take a while.

dhcp_up() { # name device
	[ -n "$2" ] && [ -d "/sys/class/net/$2" ] || return
	[ ! -f "$NETIFD/$1/udhcpc" ] || ! kill -0 "$(cat "$NETIFD/$1/udhcpc")" 2>/dev/null || return
	ip link set dev "$2" up
	INTERFACE=$1 udhcpc -f -t 0 -T 1 -A 2 -i "$2" -s /lib/lab/dhcp-event </dev/null >/dev/null 2>&1 8>&- 9>&- &
	echo $! >"$NETIFD/$1/udhcpc"
}

dhcp_down() { # name
	[ -f "$NETIFD/$1/udhcpc" ] || return 0
	kill "$(cat "$NETIFD/$1/udhcpc")" 2>/dev/null
	dhcp_forget "$1"
}

dhcp_forget() { # name
	ip -4 route flush dev "$(cat "$NETIFD/$1/device")" 2>/dev/null
	ip -4 address flush dev "$(cat "$NETIFD/$1/device")" 2>/dev/null
	rm -f "$NETIFD/$1/up"
}

dhcp_lease() { # name address length gateway
	state=$NETIFD/$1
	[ -f "$state/udhcpc" ] || return
	device=$(cat "$state/device")
	metric=$(cat "$state/metric")
	[ "$(cat "$state/addresses" 2>/dev/null)" = "$2/$3" ] || dhcp_forget "$1"
	ip address replace "$2/$3" dev "$device"
	# shellcheck disable=SC2086 # no metric, no words
	[ -z "$4" ] || ip route replace default via "$4" dev "$device" ${metric:+metric $metric}
	echo "$2/$3" >"$state/addresses"
	[ ! -f "$state/up" ] || return 0
	read -r since rest </proc/uptime
	echo "${since%%.*}" >"$state/up"
	echo "ifup $1" >>"$NETIFD/.events"
	netifd_hotplug
}
