# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# What router_facts tells of a router, a function for each subset. A part that the router cannot fill stays empty.

facts_system() {
    part board
    ubus call system board 2>/dev/null
    part release
    cat /etc/openwrt_release
    part machine "$(uname -m)" "$(uname -r)"
    part hostname
    cat /proc/sys/kernel/hostname
}

facts_resources() {
    part uptime
    cat /proc/uptime
    part load
    cat /proc/loadavg
    part memory
    sed -n '/^Mem\(Total\|Free\|Available\):/p' /proc/meminfo
}

facts_interfaces() {
    part interfaces
    ubus call network.interface dump 2>/dev/null
}

# facts_tunnels: one kind of value per call. `wg show all dump` and `wg showconf` would print keys that are secret.
facts_tunnels() {
    command -v wg >/dev/null || return 0
    part tunnels "$(date +%s)"
    for tunnel in $(wg show interfaces); do
        for tunnel_value in public-key listen-port endpoints latest-handshakes transfer; do
            wg show "$tunnel" "$tunnel_value" | sed "s/^/$tunnel $tunnel_value /"
        done
    done
}

# facts_access: whether the field of root's password is empty, and nothing else of that file.
facts_access() {
    [ -r /etc/shadow ] || return 0
    part access "$(awk -F : '$1 == "root" { print ($2 == "" ? "empty" : "set") }' /etc/shadow)"
}

# facts_leases: what dnsmasq keeps of DHCP; where there is no such file, nothing is known.
facts_leases() {
    leases_file=$(uci -q get dhcp.@dnsmasq[0].leasefile)
    [ -r "${leases_file:-/tmp/dhcp.leases}" ] || return 0
    part leases
    cat "${leases_file:-/tmp/dhcp.leases}"
}

# facts_isolation: the ruleset that runs. A router of iptables has no nft, and some builds of nft have no JSON.
facts_isolation() {
    command -v nft >/dev/null || return 0
    part ruleset
    nft -j list table inet fw4 2>/dev/null || :
}
