# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# JSON for ash. mode=check: status 1 if the input is no JSON object. mode=member: the value at `want` (names joined by
# dots). mode=service: the message of `ubus call service set` as files below `folder`: `name`, `instances/NAME`, each of
# shell assignments (command, env, respawn, stdout, stderr).

function fail() { bad = 1; exit 1 }
function skip() { while (substr(text, at, 1) ~ /[ \t\r\n]/) at++ }
function quote(value) { gsub(/'/, "'\\''", value); return "'" value "'" }

function read_string(    value, c) {
	at++
	while ((c = substr(text, at, 1)) != "\"") {
		if (c == "") fail()
		if (c == "\\") {
			c = substr(text, ++at, 1)
			if (c == "n") c = "\n"
			else if (c == "t") c = "\t"
			else if (c == "r") c = "\r"
			else if (c == "b") c = "\b"
			else if (c == "f") c = "\f"
			else if (c == "u") { c = sprintf("%c", hexadecimal(substr(text, at + 1, 4))); at += 4 }
		}
		value = value c
		at++
	}
	at++
	return value
}

function hexadecimal(digits,    i, value) {
	for (i = 1; i <= length(digits); i++)
		value = value * 16 + index("0123456789abcdef", tolower(substr(digits, i, 1))) - 1
	return value
}

function read_value(path,    c, key, n, start) {
	skip()
	c = substr(text, at, 1)
	if (c == "{" || c == "[") {
		at++
		skip()
		type[path] = c
		if (substr(text, at, 1) == (c == "{" ? "}" : "]")) { at++; return }
		for (;;) {
			skip()
			if (c == "{") {
				if (substr(text, at, 1) != "\"") fail()
				key = read_string()
				skip()
				if (substr(text, at++, 1) != ":") fail()
			} else key = n + 1
			n++
			names[path, n] = key
			count[path] = n
			read_value(path == "" ? key : path SUBSEP key)
			skip()
			start = substr(text, at++, 1)
			if (start == (c == "{" ? "}" : "]")) return
			if (start != ",") fail()
		}
	}
	if (c == "\"") { value[path] = read_string(); type[path] = "\""; return }
	if (match(substr(text, at), /^(true|false|null|-?[0-9.eE+-]+)/)) {
		value[path] = substr(text, at, RLENGTH)
		type[path] = "literal"
		at += RLENGTH
		return
	}
	fail()
}

function words(path,    i, line) {
	for (i = 1; i <= count[path]; i++)
		line = line (i > 1 ? " " : "") quote(value[path SUBSEP i])
	return line
}

function pairs(path,    i, line) {
	for (i = 1; i <= count[path]; i++)
		line = line (i > 1 ? " " : "") quote(names[path, i] "=" value[path SUBSEP names[path, i]])
	return line
}

function write_service(    i, instance, path, file, respawn) {
	if (value["name"] == "" || value["name"] ~ /[\/ \n]/) fail()
	print value["name"] > (folder "/name")
	for (i = 1; i <= count["instances"]; i++) {
		instance = names["instances", i]
		path = "instances" SUBSEP instance
		if (!count[path SUBSEP "command"] || instance ~ /[\/ \n]/) fail()
		file = folder "/instances/" instance
		print "command=" quote(words(path SUBSEP "command")) > file
		print "env=" quote(pairs(path SUBSEP "env")) > file
		if ((path SUBSEP "respawn") in type) {
			respawn = words(path SUBSEP "respawn")
			gsub(/'/, "", respawn)
			print "respawn=" quote(respawn == "" ? "3600 5 5" : respawn) > file
		}
		if (value[path SUBSEP "stdout"] ~ /^(true|1)$/) print "stdout=yes" > file
		if (value[path SUBSEP "stderr"] ~ /^(true|1)$/) print "stderr=yes" > file
	}
}

{ text = text (NR > 1 ? "\n" : "") $0 }

END {
	if (bad) exit 1
	at = 1
	skip()
	if (substr(text, at, 1) != "{") fail()
	read_value("")
	skip()
	if (at <= length(text)) fail()
	if (mode == "member") {
		gsub(/\./, SUBSEP, want)
		if (want in value) print value[want]
	} else if (mode == "service") write_service()
}
