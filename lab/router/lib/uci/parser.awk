# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Reading: lines to words (the same rules in configs, staging files and batches), and the statements of a config.
#
# A source is a text cut into lines, its last line marked if no newline ends it. Standard input is a second source
# beside the file in hand: in a batch, files are read between its lines.
#
# `rest` is what is left of the line, parser_at how many bytes were taken; messages give it as the byte. It counts from
# the start of the first line of a value that goes on over several lines.

function open_text(text) {
	file_lines = split(text, file_line, "\n")
	file_next = 1
	file_cut_off = file_lines && file_line[file_lines] != ""
	if (file_lines && !file_cut_off)
		file_lines--
}

# The plain getline of a BEGIN rule reads standard input as there are no operands left (see commands.awk).
function open_input(    text, record, parts) {
	if (input_open++)
		return
	RS = "\001"
	while ((getline record) > 0)
		text = text (parts++ ? RS : "") record
	input_lines = split(text, input_line, "\n")
	input_next = 1
	input_cut_off = input_lines && input_line[input_lines] != ""
	if (input_lines && !input_cut_off)
		input_lines--
}

# Start reading: *from_input* chooses the source.
function open_parser(from_input) {
	parser_open = 1
	parser_from_input = from_input
	parser_line = parser_byte = parser_at = 0
	parser_reason = rest = ""
	if (from_input)
		open_input()
}

function more_lines() {
	return parser_from_input ? input_next <= input_lines : file_next <= file_lines
}

# Put the next line in the place of what is left; at the end of the source that is nothing.
function next_line(    last) {
	rest = ""
	if (!more_lines())
		return
	if (parser_from_input) {
		last = input_next == input_lines && input_cut_off
		rest = input_line[input_next++]
	} else {
		last = file_next == file_lines && file_cut_off
		rest = file_line[file_next++]
	}
	if (!last) {
		rest = rest "\n"
		parser_line++
	}
}

function parse_error(reason) {
	parser_reason = reason
	parser_byte = parser_at
	return PARSE_ERROR
}

function skip(bytes) {
	parser_at += bytes
	rest = substr(rest, bytes + 1)
}

function skip_blanks() {
	if (match(rest, /^[ \t\n\v\f\r]+/))
		skip(RLENGTH)
}

# ---- words ----

# Read the next word into `word` ("" if there is none). *needed*: none is an error; *kind*: "name" or "package" asks for
# what those may hold. Answers an error number or 0.
function read_word(needed, kind,    error) {
	skip_blanks()
	word = ""
	if (substr(rest, 1, 1) == ";")
		skip(1)
	else if ((error = read_pieces()))
		return error
	if (word == "")
		return needed ? parse_error("insufficient arguments") : 0
	if (kind == "name" && !valid_name(word) || kind == "package" && word !~ /^[A-Za-z0-9_-]+$/)
		return parse_error("invalid character in name field")
	return 0
}

# A word is made of quoted and bare pieces up to a blank, a comment or a semicolon.
function read_pieces(    begin, char, error) {
	begin = parser_at
	do {
		char = substr(rest, 1, 1)
		if (char == "'")
			error = read_single_quoted()
		else if (char == "\"")
			error = read_double_quoted()
		else if (char == "#")
			rest = ""
		else if (char == ";") {
			# The original ends a bare word by overwriting the semicolon: what follows on the line is lost.
			if (parser_at - begin == length(word))
				rest = ""
			return 0
		} else if (char == "\\") {
			if (take_backslash())
				take_char()
		} else if (match(rest, /^[^ \t\n\v\f\r'"#;\\]+/)) {
			word = word substr(rest, 1, RLENGTH)
			skip(RLENGTH)
		}
		if (error)
			return error
	} while (rest != "" && rest !~ /^[ \t\n\v\f\r]/)
	if (rest != "")
		skip(1)
	return 0
}

function take_char() {
	word = word substr(rest, 1, 1)
	skip(1)
}

# Answers whether the character behind the backslash is to be taken; a newline joins the next line on instead.
function take_backslash() {
	skip(1)
	if (rest != "" && rest != "\n" && rest != "\r\n")
		return 1
	next_line()
	return 0
}

function read_single_quoted(    end) {
	skip(1)
	while (1) {
		if (rest == "") {
			next_line()
			if (rest == "")
				return parse_error("EOF with unterminated '")
		}
		end = index(rest, "'")
		if (end) {
			word = word substr(rest, 1, end - 1)
			skip(end)
			return 0
		}
		word = word rest
		skip(length(rest))
	}
}

function read_double_quoted() {
	skip(1)
	while (1) {
		if (rest == "") {
			next_line()
			if (rest == "")
				return parse_error("EOF with unterminated \"")
		}
		if (match(rest, /^[^"\\]+/)) {
			word = word substr(rest, 1, RLENGTH)
			skip(RLENGTH)
		} else if (substr(rest, 1, 1) == "\"") {
			skip(1)
			return 0
		} else if (take_backslash())
			take_char()
	}
}

# ---- the statements of a config ----

# Read the open source as config *name* into memory. *named*: 0 if `package` lines are to give the names; each config
# is then kept aside (keep_package) as the next begins. *merge*: add to the config in memory, and stage what changes.
# Answers an error number or 0.
function parse_config(name, named, merge,    error) {
	config_name = name
	config_named = named
	config_merge = merge
	config_begun = merge
	config_section = 0
	if (named && !valid_type(name))
		return INVALID
	while (more_lines()) {
		if (!parser_from_input && parse_plain_line())
			continue
		parser_at = 0
		next_line()
		error = parse_statements()
		if (error) {
			if (print_parse_errors)
				print_error("", error)
			if (error != PARSE_ERROR || strict)
				return error
		}
	}
	if (!config_begun && named)
		begin_config()
	parser_open = 0
	return 0
}

# Most lines are as uci itself writes them and cannot be wrong: these are read here, several times faster. Answers
# whether the line was such a one; parse_statements() reads all others.
function parse_plain_line(    line, pieces, total, start) {
	line = file_line[file_next]
	if (file_next == file_lines && file_cut_off)
		return 0
	if (line != "") {
		if (!config_begun)
			return 0
		total = split(line, pieces, "'")
		start = pieces[1]
		if (!(start in plain_keyword))
			note_plain_start(start)
		if (total == 1 && plain_keyword[start] == "section")
			config_section = new_section(plain_name[start], "")
		else if (total != 3 || pieces[3] != "")
			return 0
		else if (plain_keyword[start] == "config") {
			if ((pieces[2] in section_by_name) || !valid_name(pieces[2]))
				return 0
			config_section = new_section(plain_name[start], pieces[2])
		} else if (!config_section)
			return 0
		else if (plain_keyword[start] == "option") {
			if (pieces[2] != "")
				store_option(config_section, plain_name[start], pieces[2])
		} else if (plain_keyword[start] == "list")
			append_item(config_section, plain_name[start], pieces[2])
		else
			return 0
	}
	file_next++
	parser_line++
	return 1
}

# Say what a plain line's text in front of the value is: plain_keyword[start] and plain_name[start].
function note_plain_start(start,    words) {
	split(start, words, " ")
	plain_keyword[start] = ""
	plain_name[start] = words[2]
	if (start ~ /^\t(option|list) [A-Za-z0-9_]+ $/)
		plain_keyword[start] = words[1]
	else if (start ~ /^config [A-Za-z0-9_-]+ ?$/)
		plain_keyword[start] = start ~ / $/ ? "config" : "section"
}

function begin_config() {
	if (!config_named) {
		if (config_begun)
			keep_package()
		if (config_name in kept_packages)
			return DUPLICATE
	}
	forget_package()
	package_name = config_name
	config_begun = 1
	config_section = 0
	return 0
}

# A line's statements; a second one can stand behind a semicolon that follows a quoted word.
function parse_statements(    keyword, blanks, error) {
	skip_blanks()
	while (1) {
		blanks = match(rest, /^[ \t]+/) ? RLENGTH : 0
		keyword = blanks ? substr(rest, blanks + 1) : rest
		if (keyword == "" || keyword ~ /^#/)
			return 0
		match(keyword, /^[^ \t]+/)
		keyword = substr(keyword, 1, RLENGTH)
		if (keyword == "option" || keyword == "o")
			error = parse_option(blanks + RLENGTH + 1, 0)
		else if (keyword == "list" || keyword == "l")
			error = parse_option(blanks + RLENGTH + 1, 1)
		else if (keyword == "config" || keyword == "c")
			error = parse_section(blanks + RLENGTH + 1)
		else if (keyword == "package" || keyword == "p")
			error = parse_package(blanks + RLENGTH + 1)
		else
			error = parse_error("invalid command")
		if (error)
			return error
	}
}

function end_of_statement(    error) {
	skip_blanks()
	if ((error = read_word(0, "")))
		return error
	return word != "" && strict ? parse_error("too many arguments") : 0
}

function parse_package(keyword_bytes,    name, error) {
	if (keyword_bytes > length(rest))
		return parse_error("package without name")
	skip(keyword_bytes)
	if ((error = read_word(1, "package")))
		return error
	name = word
	if ((error = end_of_statement()))
		return error
	if (config_named)
		return 0
	config_name = name
	return begin_config()
}

function parse_section(keyword_bytes,    type, name, error) {
	if (!config_begun) {
		if (config_name == "")
			return parse_error("attempting to import a file without a package name")
		if ((error = begin_config()))
			return error
	}
	if (keyword_bytes > length(rest))
		return parse_error("config without name")
	skip(keyword_bytes)
	if ((error = read_word(1, "")))
		return error
	type = word
	if (!valid_type(type))
		return parse_error("invalid character in type field")
	if ((error = read_word(0, "name")))
		return error
	name = word
	if ((error = end_of_statement()))
		return error
	if (name == "") {
		config_section = new_section(type, "")
		if (config_merge)
			stage("+", section_name[config_section], "", type, 1)
		return 0
	}
	config_section = find_section(name)
	if (config_section) {
		if (strict && section_type[config_section] != type)
			return parse_error("section of different type overwrites prior section with same name")
		if (!retype_section(config_section, type))
			return 0
	} else
		config_section = new_section(type, name)
	if (config_merge)
		stage("=", name, "", type, 1)
	return 0
}

function parse_option(keyword_bytes, list,    name, value, error) {
	if (!config_section)
		return parse_error("option/list command found before the first section")
	if (keyword_bytes > length(rest))
		return parse_error("option without name")
	skip(keyword_bytes)
	if ((error = read_word(1, "name")))
		return error
	name = word
	if ((error = read_word(0, "")))
		return error
	value = word
	if ((error = end_of_statement()))
		return error
	if (list) {
		append_item(config_section, name, value)
		if (config_merge)
			stage("|", section_name[config_section], name, value, 1)
	} else if (value != "" && store_option(config_section, name, value) && config_merge)
		stage("=", section_name[config_section], name, value, 1)
	return 0
}
