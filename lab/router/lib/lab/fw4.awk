# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# UCI's firewall as an nftables ruleset. Input: `network NAME DEVICE ADDRESS…` and `include POSITION FILE` lines, then
# `uci export firewall`. Chains and comments are named as firewall4 names them. Not made: syn_flood, marks, notrack,
# helpers, time and ipset matches, reflection rules (what fw4 says about them is).

function unquote(text) {
	gsub(/'\\''/, "\001", text)
	gsub(/'/, "", text)
	gsub(/\001/, "'", text)
	return text
}

function balanced(text) {
	gsub(/\\'/, "", text)
	return gsub(/'/, "", text) % 2 == 0
}

{
	while (!balanced($0) && (getline more) > 0) $0 = $0 "\n" more
	sub(/^[ \t]+/, "")
}

$1 == "network" { network_device[$2] = $3; for (i = 4; i <= NF; i++) network_addresses[$2] = network_addresses[$2] " " $i }

$1 == "include" { automatic[$2] = automatic[$2] " " $3 }

$1 == "config" {
	sections++
	section_type[sections] = unquote($2)
	name = unquote($3)
	label[sections] = name != "" ? name : "@" section_type[sections] "[" (of_type[section_type[sections]] + 0) "]"
	of_type[section_type[sections]]++
}

$1 == "option" || $1 == "list" {
	option = $2
	text = $0
	sub(/^[a-z]+[ \t]+[^ \t]+[ \t]/, "", text)
	text = unquote(text)
	if (!((sections, option) in value)) option_names[sections] = option_names[sections] " " option
	if ($1 == "list") {
		if ((sections, option) in value) text = value[sections, option] "\n" text
		value[sections, option] = text
		is_list[sections, option] = 1
	} else {
		value[sections, option] = text
		delete is_list[sections, option]
	}
}

function add(chain, line) {
	rules[chain] = rules[chain] "\t\t" line "\n"
	if (!(chain in known_chain)) {
		known_chain[chain] = 1
		chain_list[++chain_count] = chain
	}
}

# `{ "a", "b" }` or `"a"` of a blank-separated list; words that are numbers stay bare.
function set_of(list, quoted,    n, words, i, text) {
	n = split(list, words, /[ \n]+/)
	for (i = 1; i <= n; i++)
		if (words[i] != "") text = text (text == "" ? "" : ", ") (quoted ? "\"" words[i] "\"" : words[i])
	return text ~ /,/ ? "{ " text " }" : text
}

function policy(s, option, fallback) {
	return s && (s, option) in value ? choose(value[s, option], choices["policy"]) : fallback
}

function verdict(target) {
	return target == "reject" ? "jump handle_reject" : target
}

function comment(text) {
	gsub(/"/, "'", text)
	return " comment \"!fw4: " text "\""
}

function add_zone(s,    name, n, words, i, devices, subnets, match4, match6) {
	name = value[s, "name"]
	zone_section[name] = s
	n = split(value[s, "network"], words, /[ \n]+/)
	for (i = 1; i <= n; i++)
		if (words[i] in network_device) {
			devices = devices " " network_device[words[i]]
			zone_addresses[name] = zone_addresses[name] network_addresses[words[i]]
		}
	devices = devices " " value[s, "device"]
	gsub(/\n/, " ", devices)
	gsub(/\+/, "*", devices)
	zone_devices[name] = devices ~ /[^ ]/ ? set_of(devices, 1) : ""
	zone_subnets[name] = set_of(value[s, "subnet"])
	split("input output forward", words)
	for (i = 1; i <= 3; i++) zone_policy[name, words[i]] = policy(s, words[i], default_policy[words[i]])
	zones[++zone_count] = name
}

function zone_matches(name, side,    text) {
	if (zone_devices[name] != "") text = side == "in" ? "iifname " zone_devices[name] " " : "oifname " zone_devices[name] " "
	if (zone_subnets[name] != "") text = text (zone_subnets[name] ~ /:/ ? "ip6" : "ip") (side == "in" ? " saddr " : " daddr ") zone_subnets[name] " "
	return text
}

function write_zone(name,    into, out, i, kinds, target, masq4, masq6, mssfix) {
	into = zone_matches(name, "in")
	out = zone_matches(name, "out")
	mssfix = "tcp flags syn / syn,fin,rst tcp option maxseg size set rt mtu"
	split("accept reject drop", kinds)
	masq4 = is_on(zone_section[name], "masq", 0)
	masq6 = is_on(zone_section[name], "masq6", 0)
	if (out != "" && (masq4 || masq6) && !is_on(zone_section[name], "masq_allow_invalid", 0))
		add("accept_to_" name, (masq4 && masq6 ? "" : "meta nfproto ipv" (masq4 ? 4 : 6) " ") out "ct state invalid counter drop" comment("Prevent NAT leakage"))
	if (into != "" && is_on(zone_section[name], "mtu_fix", 0)) {
		add("mangle_postrouting", out mssfix comment("Zone " name " IPv4/IPv6 egress MTU fixing"))
		add("mangle_forward", into mssfix comment("Zone " name " IPv4/IPv6 ingress MTU fixing"))
	}
	for (i = 1; i <= 3; i++) {
		target = kinds[i]
		add(target "_from_" name, (into == "" ? "" : into "counter " verdict(target) comment(target " " name " IPv4/IPv6 traffic")))
		add(target "_to_" name, (out == "" ? "" : out "counter " verdict(target) comment(target " " name " IPv4/IPv6 traffic")))
	}
}

# After all rules, as fw4 has it: the way into the zone's chains, and their ends.
function close_zone(name,    into, out) {
	into = zone_matches(name, "in")
	out = zone_matches(name, "out")
	if (into != "") {
		add("input", into "jump input_" name comment("Handle " name " IPv4/IPv6 input traffic"))
		add("forward", into "jump forward_" name comment("Handle " name " IPv4/IPv6 forward traffic"))
		add("output", out "jump output_" name comment("Handle " name " IPv4/IPv6 output traffic"))
		if (name in has_dnat) add("dstnat", into "jump dstnat_" name comment("Handle " name " IPv4/IPv6 dstnat traffic"))
		add("srcnat", out "jump srcnat_" name comment("Handle " name " IPv4/IPv6 srcnat traffic"))
	}
	if (name in has_dnat) {
		add("dstnat_" name, "")
		add("input_" name, "ct status dnat accept" comment("Accept port redirections"))
		add("forward_" name, "ct status dnat accept" comment("Accept port forwards"))
	}
	add("input_" name, "jump " zone_policy[name, "input"] "_from_" name)
	add("output_" name, "jump " zone_policy[name, "output"] "_to_" name)
	add("forward_" name, "jump " zone_policy[name, "forward"] "_to_" name)
	add("srcnat_" name, "")
	if (is_on(zone_section[name], "masq", 0))
		add("srcnat_" name, "meta nfproto ipv4 masquerade" comment("Masquerade IPv4 " name " traffic"))
	if (is_on(zone_section[name], "masq6", 0))
		add("srcnat_" name, "meta nfproto ipv6 masquerade" comment("Masquerade IPv6 " name " traffic"))
}

function address_match(list, family, side,    n, words, i, own, text) {
	n = split(list, words, /[ \n]+/)
	for (i = 1; i <= n; i++) {
		if (words[i] in network_addresses) words[i] = network_addresses[words[i]]
		own = words[i] ~ /:/ ? 6 : 4
		if (words[i] != "" && own == family) text = text " " bare(words[i])
	}
	if (text == "") return list == "" ? "" : "-"
	return (family == 4 ? "ip " : "ip6 ") side (list ~ /!/ ? " != " : " ") set_of(text) " "
}

function port_match(list, protocol, side) {
	if (list == "") return ""
	if (protocol != "tcp" && protocol != "udp") return ""
	gsub(/:/, "-", list)
	return protocol " " side (list ~ /!/ ? " != " : " ") set_of(bare(list)) " "
}

function icmp_match(list, family,    n, words, i, code, types, pairs, text) {
	n = split(list, words, /[ \n]+/)
	for (i = 1; i <= n; i++) {
		code = words[i] ~ /^[0-9]/ ? words[i] : family == 4 ? icmp4[words[i]] : icmp6[words[i]]
		if (code == "") continue
		if (sub(/\//, " . ", code)) pairs = pairs (pairs == "" ? "" : ", ") code
		else types = types (types == "" ? "" : ", ") code
	}
	text = family == 4 ? "icmp" : "icmpv6"
	icmp_lines = 0
	if (types != "") icmp_line[++icmp_lines] = text " type { " types " } "
	if (pairs != "") icmp_line[++icmp_lines] = text " type . " text " code { " pairs " } "
	return icmp_lines
}

# Writes the matches of one protocol and family as lines that end in `action`.
function add_matches(s, chain, protocol, family, action, sport, dport,    head, source, destination, i) {
	if (value[s, "src_mac"] != "") head = "ether saddr " set_of(value[s, "src_mac"]) " "
	if (value[s, "device"] != "") head = head "iifname \"" value[s, "device"] "\" "
	if (family) {
		source = address_match(value[s, "src_ip"], family, "saddr")
		destination = address_match(section_type[s] == "redirect" ? value[s, "src_dip"] : value[s, "dest_ip"], family, "daddr")
		if (source == "-" || destination == "-") return
		head = head "meta nfproto ipv" family " " source destination
	}
	if (protocol == "icmp" && family && value[s, "icmp_type"] != "") {
		icmp_match(value[s, "icmp_type"], family)
		for (i = 1; i <= icmp_lines; i++) add(chain, head icmp_line[i] action)
		return
	}
	if (protocol == "icmp") protocol = family == 4 ? "icmp" : family == 6 ? "ipv6-icmp" : "{ icmp, ipv6-icmp }"
	if (protocol !~ /^(all|any|\*)$/ && sport dport == "") head = head "meta l4proto " protocol " "
	add(chain, head port_match(sport, protocol, "sport") port_match(dport, protocol, "dport") action)
}

function add_for_each(s, chain, action, protocols, sport, dport, families,    n, words, i, specific) {
	gsub(/tcpudp/, "tcp udp", protocols)
	n = split(tolower(protocols), words, /[ \n]+/)
	specific = value[s, "src_ip"] value[s, "src_dip"] value[s, "dest_ip"] value[s, "icmp_type"] != ""
	for (i = 1; i <= n; i++) {
		if (families == 0 && !specific) add_matches(s, chain, words[i], 0, action, sport, dport)
		else {
			if (families != 6) add_matches(s, chain, words[i], 4, action, sport, dport)
			if (families != 4) add_matches(s, chain, words[i], 6, action, sport, dport)
		}
	}
}

function limit_of(s,    part, unit) {
	if (value[s, "limit"] == "") return ""
	split(value[s, "limit"], part, "/")
	unit = part[2] == "" ? "second" : choose(part[2], "second minute hour day")
	return "limit rate " part[1] "/" unit " " (value[s, "limit_burst"] != "" ? "burst " value[s, "limit_burst"] " packets " : "")
}

function add_rule(s,    source, destination, chain, target, action) {
	source = value[s, "src"]
	destination = value[s, "dest"]
	target = choose(value[s, "target"], choices["target"])
	if (target !~ /^(accept|reject|drop)$/) return
	if (source == "") chain = destination == "" || destination == "*" ? "output" : "output_" destination
	else chain = (destination == "" ? "input" : "forward") (source == "*" ? "" : "_" source)
	action = destination != "" && destination != "*" ? "jump " target "_to_" destination : verdict(target)
	action = limit_of(s) "counter " action comment(value[s, "name"] != "" ? value[s, "name"] : label[s])
	add_for_each(s, chain, action, value[s, "proto"] == "" ? "tcpudp" : value[s, "proto"], value[s, "src_port"], value[s, "dest_port"], family_of(s))
}

function add_redirect(s,    source, destination, target, action, to, port) {
	target = value[s, "target"] == "" ? "dnat" : choose(value[s, "target"], choices["target"])
	source = value[s, "src"]
	destination = value[s, "dest"]
	if (target !~ /^(dnat|snat)$/) {
		warn_section(s, "has invalid target specified, defaulting to dnat")
		target = "dnat"
	}
	if (target == "snat") return
	if (source == "") { warn_section(s, "has no source specified"); return }
	if (source == "*") { warn_section(s, "must not have source '*' for dnat target"); return }
	port = value[s, "dest_port"] == "" ? value[s, "src_dport"] : value[s, "dest_port"]
	gsub(/:/, "-", port)
	to = value[s, "dest_ip"]
	action = to == "" ? "redirect to :" port : "dnat ip to " to (port == "" ? "" : ":" port)
	if (is_on(s, "reflection", 1) && to != "" && destination != "" && is_on(zone_section[source], "masq", 0) && zone_addresses[source] == "") {
		if (zone_addresses[destination] == "") warn_section(s, "internal rewrite IP cannot be determined, disabling reflection")
		else warn_section(s, "external address range cannot be determined, disabling reflection")
	}
	action = limit_of(s) "counter " action comment(value[s, "name"] != "" ? value[s, "name"] : label[s])
	has_dnat[source] = 1
	delete value[s, "dest_ip"]
	add_for_each(s, "dstnat_" source, action, value[s, "proto"] == "" ? "tcpudp" : value[s, "proto"], value[s, "src_port"], value[s, "src_dport"], 4)
}

function add_nat(s,    target, chain, action) {
	target = value[s, "target"] == "" ? "masquerade" : choose(value[s, "target"], choices["target"])
	if (target !~ /^(accept|snat|masquerade)$/) {
		warn_section(s, "has invalid target specified, defaulting to masquerade")
		target = "masquerade"
	}
	if (target == "snat" && value[s, "snat_ip"] value[s, "snat_port"] == "") {
		warn_section(s, "needs either 'snat_ip' or 'snat_port' for target snat, ignoring section")
		return
	}
	chain = value[s, "src"] == "" || value[s, "src"] == "*" ? "srcnat" : "srcnat_" value[s, "src"]
	action = target == "snat" ? "snat ip to " value[s, "snat_ip"] : target
	action = action comment(value[s, "name"] != "" ? value[s, "name"] : label[s])
	add_for_each(s, chain, action, value[s, "proto"] == "" ? "all" : value[s, "proto"], value[s, "src_port"], value[s, "dest_port"], 4)
}

function add_include(s,    kind, position, test) {
	kind = (s, "type") in value ? choose(value[s, "type"], choices["includetype"]) : "script"
	if (kind == "script" && !is_on(s, "fw4_compatible", value[s, "path"] != "/etc/firewall.user")) {
		warn_section(s, "is not marked as compatible with fw4, ignoring section")
		warn_section(s, "requires 'option fw4_compatible 1' to be considered compatible")
		return
	}
	test = value[s, "path"]
	if ((getline line < test) < 0) {
		warn_section(s, "specifies unreachable path '" test "', ignoring section")
		return
	}
	close(test)
	if (kind != "nftables") return
	position = (s, "position") in value ? choose(value[s, "position"], choices["includeposition"]) : "table-append"
	sub(/-(postpend|append)$/, "-post", position)
	sub(/-prepend$/, "-pre", position)
	if (position ~ /^chain/) position = position "/" value[s, "chain"]
	automatic[position] = automatic[position] " " test
}

function for_each(type,    s) {
	for (s = 1; s <= sections; s++) {
		if (section_type[s] != type || !usable(s)) continue
		if (type == "zone") add_zone(s)
		else if (type == "rule") add_rule(s)
		else if (type == "redirect") add_redirect(s)
		else if (type == "nat") add_nat(s)
		else if (type == "include") add_include(s)
		else if (type == "forwarding")
			add(value[s, "src"] == "*" ? "forward" : "forward_" value[s, "src"], \
				(value[s, "dest"] == "*" ? "accept" : "jump accept_to_" value[s, "dest"]) \
				comment("Accept " value[s, "src"] " to " value[s, "dest"] " forwarding"))
	}
}

function print_includes(position,    n, words, i) {
	n = split(automatic[position], words)
	for (i = 1; i <= n; i++) print "include \"" words[i] "\""
}

function print_chain(chain, head, tail) {
	print "\tchain " chain " {"
	if (head != "") print "\t\t" head
	print_includes("chain-pre/" chain)
	gsub(/\t\t\n/, "", rules[chain])
	printf "%s", rules[chain]
	print_includes("chain-post/" chain)
	if (tail != "") print "\t\t" tail
	print "\t}"
	printed[chain] = 1
}

function base(chain, kind, hook, priority,    own, tail, established, flows) {
	own = default_policy[chain]
	flows = chain == "input" ? "inbound" : chain == "output" ? "outbound" : "forwarded"
	if (priority == "filter") {
		established = "\n\t\t" (chain == "input" ? "iifname \"lo\" accept\n\t\t" : chain == "output" ? "oifname \"lo\" accept\n\t\t" : "") \
			"ct state vmap { established : accept, related : accept }" comment("Handle " flows " flows")
		tail = own == "reject" ? "jump handle_reject" : ""
	} else own = "accept"
	print_chain(chain, "type " kind " hook " hook " priority " priority "; policy " (own == "reject" ? "drop" : own) ";" established, tail)
}

END {
	split("input output forward", words)
	for (s = 1; s <= sections && section_type[s] != "defaults"; s++);
	if (s > sections || !check_options(s)) s = 0
	for (i = 1; i <= 3; i++) default_policy[words[i]] = policy(s, words[i], "drop")
	for_each("zone")
	for (i = 1; i <= zone_count; i++) write_zone(zones[i])
	for_each("rule")
	for_each("forwarding")
	for_each("redirect")
	for_each("nat")
	for_each("include")
	for (i = 1; i <= zone_count; i++) close_zone(zones[i])
	print "table inet fw4\nflush table inet fw4\ndelete table inet fw4"
	print_includes("ruleset-pre")
	print "table inet fw4 {\n\tinclude \"/etc/nftables.d/*.nft\""
	print_includes("table-pre")
	base("input", "filter", "input", "filter")
	base("forward", "filter", "forward", "filter")
	base("output", "filter", "output", "filter")
	print "\tchain handle_reject {\n\t\tmeta l4proto tcp reject with tcp reset\n\t\treject with icmpx port-unreachable\n\t}"
	base("dstnat", "nat", "prerouting", "dstnat")
	base("srcnat", "nat", "postrouting", "srcnat")
	base("mangle_postrouting", "filter", "postrouting", "mangle")
	base("mangle_forward", "filter", "forward", "mangle")
	for (i = 1; i <= chain_count; i++) if (!(chain_list[i] in printed)) print_chain(chain_list[i])
	print_includes("table-post")
	print "}"
	print_includes("ruleset-post")
}
