# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# The options fw4 knows and what it says of bad ones (firewall4, root/usr/share/ucode/fw4.uc: parse_options and the
# parse_* functions it calls). A specification is a list of NAME:TYPE and marks: ! must be set, * may be a list,
# ^ is deprecated, ~ is not supported by fw4.

BEGIN {
	specification["defaults"] = "input:policy output:policy forward:policy drop_invalid:bool drop_invalid_early:bool \
		tcp_reject_code:reject_code any_reject_code:reject_code syn_flood:bool synflood_protect:bool \
		synflood_rate:limit synflood_burst:int tcp_syncookies:bool tcp_ecn:int tcp_window_scaling:bool \
		accept_redirects:bool accept_source_route:bool auto_helper:bool custom_chains:bool~ disable_ipv6:bool~ \
		flow_offloading:bool flow_offloading_hw:bool flow_offloading_related:bool auto_includes:bool"
	specification["zone"] = "enabled:bool name:identifier! family:family network:device* device:device* \
		subnet:network* input:policy output:policy forward:policy masq:bool masq_allow_invalid:bool \
		masq_src:network* masq_dest:network* masq6:bool extra:string~ extra_src:string~ extra_dest:string~ \
		mtu_fix:bool custom_chains:bool~ log:int log_limit:limit auto_helper:bool helper:string* counter:bool"
	specification["rule"] = "enabled:bool name:string _name:string^ family:family src:zone dest:zone device:device \
		direction:direction ipset:string helper:string set_helper:string proto:string* src_ip:network* src_mac:mac* \
		src_port:port* dest_ip:network* dest_port:port* icmp_type:icmptype* extra:string~ limit:limit \
		limit_burst:int utc_time:bool start_date:string stop_date:string start_time:string stop_time:string \
		weekdays:string monthdays:string~ mark:mark set_mark:mark set_xmark:mark dscp:string set_dscp:string \
		counter:bool log:string log_limit:limit target:target"
	specification["forwarding"] = "enabled:bool name:string family:family src:zone! dest:zone!"
	specification["redirect"] = "enabled:bool name:string _name:string^ family:family src:zone dest:zone ipset:string \
		helper:string proto:string* src_ip:network src_mac:mac* src_port:port src_dip:network src_dport:port \
		dest_ip:network dest_port:port extra:string~ limit:limit limit_burst:int utc_time:bool start_date:string \
		stop_date:string start_time:string stop_time:string weekdays:string monthdays:string~ mark:mark \
		reflection:bool reflection_src:reflection_source reflection_zone:zone* counter:bool log:string \
		log_limit:limit target:target"
	specification["nat"] = "enabled:bool name:string family:family src:zone device:string ipset:string~ proto:string* \
		src_ip:network src_port:port snat_ip:network snat_port:port dest_ip:network dest_port:port extra:string~ \
		limit:limit limit_burst:int connlimit_ports:bool utc_time:bool start_date:string stop_date:string \
		start_time:string stop_time:string weekdays:string monthdays:string~ mark:mark counter:bool log:string \
		target:target"
	specification["include"] = "enabled:bool path:string! type:includetype fw4_compatible:bool family:family~ \
		reload:bool~ position:includeposition chain:identifier"
	choices["policy"] = "accept reject drop"
	choices["target"] = "accept reject drop notrack helper mark dscp dnat snat masquerade"
	choices["reject_code"] = "tcp-reset port-unreachable admin-prohibited host-unreachable no-route"
	choices["reflection_source"] = "internal external"
	choices["includetype"] = "script nftables"
	choices["includeposition"] = "ruleset-prepend ruleset-postpend ruleset-append table-prepend table-postpend \
		table-append chain-prepend chain-postpend chain-append"
	# Type numbers; `4` and `6` of names that differ; `N/C`: with a code. Of names that IPv4 does not have, fw4 matches
	# code 0 only.
	split("echo-reply 0 destination-unreachable 3 redirect 5 echo-request 8 router-advertisement 9 router-solicitation 10 \
		time-exceeded 11 ttl-exceeded 11 parameter-problem 12 timestamp-request 13 timestamp-reply 14 \
		network-unreachable 3/0 host-unreachable 3/1 protocol-unreachable 3/2 port-unreachable 3/3 \
		fragmentation-needed 3/4 pong 0 ping 8", words)
	for (i = 1; i in words; i += 2) icmp4[words[i]] = words[i + 1]
	split("destination-unreachable 1 no-route 1/0 communication-prohibited 1/1 beyond-scope 1/2 \
		address-unreachable 1/3 port-unreachable 1/4 packet-too-big 2/0 time-exceeded 3 ttl-exceeded 3 \
		ttl-zero-during-transit 3/0 parameter-problem 4 bad-header 4/0 unknown-header-type 4/1 unknown-option 4/2 \
		echo-request 128 ping 128 echo-reply 129 pong 129 router-solicitation 133 router-advertisement 134 \
		neighbour-solicitation 135/0 neighbor-solicitation 135/0 neighbour-advertisement 136/0 \
		neighbor-advertisement 136/0 redirect 137", words)
	for (i = 1; i in words; i += 2) icmp6[words[i]] = words[i + 1]
}

function warn(text) {
	print "[!] " text > "/dev/stderr"
}

function warn_section(s, text) {
	warn("Section " label[s] (value[s, "name"] != "" ? " (" value[s, "name"] ")" : "") " " text)
}

# The first of the blank-separated choices that begins with the text, case ignored; empty if none does.
function choose(text, list,    n, words, i) {
	n = split(list, words)
	for (i = 1; i <= n; i++)
		if (text != "" && substr(words[i], 1, length(text)) == tolower(text)) return words[i]
	return ""
}

function bare(text) {
	sub(/^[ \t]*!/, "", text)
	return text
}

function is_address(text,    part, n, i) {
	if (text ~ /^[0-9]+(\.[0-9]+)(\.[0-9]+)(\.[0-9]+)$/) {
		n = split(text, part, ".")
		for (i = 1; i <= n; i++) if (part[i] > 255) return 0
		return 4
	}
	return text ~ /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/ ? 6 : 0
}

function is_network(text,    part, n) {
	n = split(text, part, "/")
	if (n == 2) return is_address(part[1]) && (part[2] ~ /^[0-9]+$/ || is_address(part[2]))
	n = split(text, part, "-")
	if (n == 2 && is_address(part[1])) return is_address(part[1]) == is_address(part[2])
	return n == 1 && (is_address(text) || text in network_device)
}

function is_port(text,    part, n) {
	if (text !~ /^[0-9][0-9]?[0-9]?[0-9]?[0-9]?([-:][0-9][0-9]?[0-9]?[0-9]?[0-9]?)?$/) return 0
	n = split(text, part, /[-:]/)
	return part[1] + 0 <= 65535 && part[n] + 0 <= 65535 && part[1] + 0 <= part[n] + 0
}

function is_valid(text, type) {
	if (type in choices) return choose(text, choices[type]) != ""
	if (type == "bool") return text ~ /^(1|on|true|yes|0|off|false|no)$/
	if (type == "family") return text ~ /^(any|all|\*|inet)$/ || text ~ /[46]/
	if (type == "zone") return text == "*" || text in zone_section
	if (type == "direction") return text ~ /^(in|ingress|out|egress)$/
	if (type == "identifier") return text ~ /^[a-zA-Z_.][a-zA-Z0-9\/_.-]*$/
	if (type == "int") return text ~ /^-?[0-9]+$/
	if (type == "network") return is_network(bare(text))
	if (type == "port") return is_port(bare(text))
	if (type == "mac") return bare(text) ~ /^[0-9A-Fa-f]+([:-][0-9A-Fa-f]+)([:-][0-9A-Fa-f]+)([:-][0-9A-Fa-f]+)([:-][0-9A-Fa-f]+)([:-][0-9A-Fa-f]+)$/
	if (type == "limit") return bare(text) ~ /^[0-9]+(\/(s|m|h|d)[a-z]*)?$/
	if (type == "mark") return bare(text) ~ /^(0x)?[0-9A-Fa-f]+(\/(0x)?[0-9A-Fa-f]+)?$/
	if (type == "icmptype") return text in icmp4 || text in icmp6 || text ~ /^[0-9]+(\/[0-9]+)?$/
	return bare(text) != ""
}

# Says what is wrong with a section, as parse_options; 0 if it must be skipped.
function check_options(s,    n, words, i, part, option, type, marks, known, j, items, count) {
	n = split(specification[section_type[s]], words)
	for (i = 1; i <= n; i++) {
		split(words[i], part, ":")
		option = part[1]
		type = marks = part[2]
		gsub(/[!*^~]/, "", type)
		gsub(/[a-z_]/, "", marks)
		known[option] = 1
		if (!((s, option) in value)) {
			if (index(marks, "!")) {
				warn_section(s, "option '" option "' is mandatory but not set")
				return 0
			}
			continue
		}
		if (is_list[s, option] && !index(marks, "*")) {
			warn_section(s, "option '" option "' must not be a list")
			return 0
		}
		count = is_list[s, option] || index(marks, "*") ? split(value[s, option], items, is_list[s, option] ? "\n" : " ") : 1
		if (count == 1) items[1] = value[s, option]
		for (j = 1; j <= count; j++)
			if (!is_valid(items[j], type)) {
				warn_section(s, "option '" option "' specifies invalid value '" items[j] "'")
				return 0
			}
		if (index(marks, "^")) warn_section(s, "option '" option "' is deprecated by fw4")
		if (index(marks, "~")) warn_section(s, "option '" option "' is not supported by fw4")
	}
	n = split(option_names[s], words)
	for (i = 1; i <= n; i++)
		if (!(words[i] in known) && words[i] != "type") warn_section(s, "specifies unknown option '" words[i] "'")
	return 1
}

function is_on(s, option, fallback) {
	return ((s, option) in value) ? value[s, option] ~ /^(1|on|true|yes)$/ : fallback
}

# Whether the section is to be used; says why not.
function usable(s) {
	if (!check_options(s)) {
		warn_section(s, "skipped due to invalid options")
		return 0
	}
	if (!is_on(s, "enabled", 1)) {
		warn_section(s, "is disabled, ignoring section")
		return 0
	}
	return 1
}

# 4, 6 or 0 (both).
function family_of(s,    text) {
	text = value[s, "family"]
	if (text == "inet" || text ~ /4/) return 4
	return text ~ /6/ ? 6 : 0
}
