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
