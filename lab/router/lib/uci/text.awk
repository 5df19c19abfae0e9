# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# uci's words: error numbers and their texts, quoting, what a name may hold, the hash in an anonymous section's id.

BEGIN {
	ORS = ""

	# The library's numbers; `uci add` exits with them.
	INVALID = 2
	NOT_FOUND = 3
	IO_ERROR = 4
	PARSE_ERROR = 5
	DUPLICATE = 6
	error_text[INVALID] = "Invalid argument"
	error_text[NOT_FOUND] = "Entry not found"
	error_text[IO_ERROR] = "I/O error"
	error_text[PARSE_ERROR] = "Parse error"
	error_text[DUPLICATE] = "Duplicate entry"

	# A file of its own is not opened for it: /dev/stderr may be a socket or a file that must not be cut off.
	STDERR = "cat >&2"
}

# Print an error as the library does. The place of a parse error is kept and repeated behind every later error of the
# same run (in a batch, or in a command over all configs), with one more newline each time.
function print_error(prefix, error) {
	if (error == PARSE_ERROR && parser_open)
		error_place = " (" (parser_reason == "" ? "unknown" : parser_reason) ") at line " parser_line \
			", byte " parser_byte
	error_place = error_place "\n"
	print prefix error_text[error] error_place | STDERR
}

# Tell the user of *error* unless -q was given.
function complain(error) {
	if (!quiet)
		print_error("uci: ", error)
}

# Quote for a POSIX shell; uci's files, `show` and `changes` have the same form.
function quoted(text) {
	return "'" escaped(text) "'"
}

# Only a single quote needs an escape. (gsub's rules for backslashes differ between awks.)
function escaped(text,    pieces, total, i, result) {
	if (!index(text, "'"))
		return text
	total = split(text, pieces, "'")
	result = pieces[1]
	for (i = 2; i <= total; i++)
		result = result "'\\''" pieces[i]
	return result
}

function valid_name(text) {
	return text ~ /^[A-Za-z0-9_]+$/
}

# Section types and config names: everything printable that is no blank.
function valid_type(text) {
	return text ~ /^[!-~]+$/
}

# Values: no control bytes but tab, newline and carriage return.
function valid_value(text) {
	return text !~ /[\001-\010\013\014\016-\037]/
}

# The low 16 bits of Bernstein's hash of *type*, as four hex digits. Bytes are signed, as on the recorded machine.
function type_hash(type,    i, hash, byte) {
	if (type in hash_of)
		return hash_of[type]
	if (!("a" in byte_of))
		for (i = 1; i < 256; i++)
			byte_of[sprintf("%c", i)] = i < 128 ? i : i - 256
	hash = 5381
	for (i = 1; i <= length(type); i++)
		hash = (hash * 33 + byte_of[substr(type, i, 1)] + 65536) % 65536
	return hash_of[type] = sprintf("%04x", hash)
}

# A leading decimal number as C's sscanf("%d") takes it: number_found is 0 only if something else stands there.
function leading_number(text) {
	number_found = text ~ /^[ \t\n\v\f\r]*([+-]?[0-9]|$)/
	if (!match(text, /^[ \t\n\v\f\r]*[+-]?[0-9]+/))
		return 0
	text = substr(text, 1, RLENGTH)
	sub(/^[ \t\n\v\f\r]*[+]?/, "", text)
	return text + 0
}
