# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# One config in memory, and what can be done to it.
#
# package_name      its name                         package_path   its file
# package_staged    1: changes go to a staging file; 0: the config was named by its path and is rewritten at once
# section_order[1..section_count]                    section numbers in the config's order
# section_type[s], section_name[s], section_anonymous[s], option_count[s]
# option_at[s, 1..option_count[s]]                   option numbers in the section's order
# option_name[o], option_value[o], option_is_list[o], item_count[o], item[o, 1..item_count[o]]
# section_by_name[name], option_by_name[s, name]     the first one of that name: `rename` can make two
#
# Numbers are never used twice, 0 is "none". section_total counts the sections ever made: it is in the anonymous ids.

function forget_package() {
	package_name = package_path = ""
	package_staged = section_count = section_total = 0
	split("", section_order)
	split("", section_type)
	split("", section_name)
	split("", section_anonymous)
	split("", section_by_name)
	split("", option_count)
	split("", option_at)
	split("", option_name)
	split("", option_value)
	split("", option_is_list)
	split("", option_by_name)
	split("", item_count)
	split("", item)
}

# ---- sections ----

function find_section(name) {
	return (name in section_by_name) ? section_by_name[name] : 0
}

# Add a section at the end; without a name it gets its id from its place and its type.
function new_section(type, name,    section) {
	section = ++section_total
	section_anonymous[section] = name == ""
	if (name == "")
		name = sprintf("cfg%02x", section_total) type_hash(type)
	section_order[++section_count] = section
	section_type[section] = type
	section_name[section] = name
	option_count[section] = 0
	if (!(name in section_by_name))
		section_by_name[name] = section
	return section
}

# Change a section's type; answers whether it was another. A type of another length makes the original allocate a new
# section under the old id, and an anonymous one becomes a named one by that.
function retype_section(section, type) {
	if (section_type[section] == type)
		return 0
	if (length(section_type[section]) != length(type))
		section_anonymous[section] = 0
	section_type[section] = type
	return 1
}

function section_place(section,    i) {
	for (i = 1; section_order[i] != section; i++)
		;
	return i
}

function index_section_name(name,    i) {
	delete section_by_name[name]
	for (i = 1; i <= section_count; i++)
		if (section_name[section_order[i]] == name) {
			section_by_name[name] = section_order[i]
			return
		}
}

function remove_section(section,    i) {
	for (i = section_place(section); i < section_count; i++)
		section_order[i] = section_order[i + 1]
	delete section_order[section_count--]
	index_section_name(section_name[section])
}

function rename_section(section, name,    old) {
	old = section_name[section]
	section_name[section] = name
	section_anonymous[section] = 0
	index_section_name(old)
	index_section_name(name)
}

# Move a section so that *position* others stand in front of it; answers whether it moved.
function move_section(section, position,    from, to, i) {
	from = section_place(section)
	to = position < 0 ? 1 : position + 1
	if (to > section_count)
		to = section_count
	for (i = from; i < to; i++)
		section_order[i] = section_order[i + 1]
	for (i = from; i > to; i--)
		section_order[i] = section_order[i - 1]
	section_order[to] = section
	index_section_name(section_name[section])
	return from != to
}

# ---- options ----

function find_option(section, name) {
	return ((section, name) in option_by_name) ? option_by_name[section, name] : 0
}

function new_option(section, name) {
	option_name[++option_total] = name
	option_at[section, ++option_count[section]] = option_total
	return option_by_name[section, name] = option_total
}

# Set an option; a list becomes an option. Answers whether anything changed.
function store_option(section, name, value,    option) {
	option = find_option(section, name)
	if (!option)
		option = new_option(section, name)
	else if (!option_is_list[option] && option_value[option] == value)
		return 0
	option_is_list[option] = item_count[option] = 0
	option_value[option] = value
	return 1
}

# Add an element to a list; an option becomes a list with the old value in front.
function append_item(section, name, value,    option) {
	option = find_option(section, name)
	if (!option)
		option = new_option(section, name)
	else if (!option_is_list[option])
		item[option, ++item_count[option]] = option_value[option]
	option_is_list[option] = 1
	item[option, ++item_count[option]] = value
}

function remove_item(option, place,    i) {
	for (i = place; i < item_count[option]; i++)
		item[option, i] = item[option, i + 1]
	item_count[option]--
}

function remove_equal_items(option, value,    i) {
	for (i = item_count[option]; i >= 1; i--)
		if (item[option, i] == value)
			remove_item(option, i)
}

function index_option_name(section, name,    i) {
	delete option_by_name[section, name]
	for (i = 1; i <= option_count[section]; i++)
		if (option_name[option_at[section, i]] == name) {
			option_by_name[section, name] = option_at[section, i]
			return
		}
}

function remove_option(section, option,    i) {
	for (i = 1; option_at[section, i] != option; i++)
		;
	for (; i < option_count[section]; i++)
		option_at[section, i] = option_at[section, i + 1]
	option_count[section]--
	index_option_name(section, option_name[option])
}

function rename_option(section, option, name,    old) {
	old = option_name[option]
	option_name[option] = name
	index_option_name(section, old)
	index_option_name(section, name)
}

# ---- CONFIG.SECTION.OPTION=VALUE ----

# Take such a text apart into at_config, at_section, at_option, at_value; the with_... say which were given.
# Answers an error number or 0.
function parse_address(text,    equals, parts, total) {
	at_config = at_section = at_option = at_value = ""
	with_section = with_option = with_value = at_index = 0
	equals = index(text, "=")
	if (equals) {
		with_value = 1
		at_value = substr(text, equals + 1)
		text = substr(text, 1, equals - 1)
	}
	total = split(text, parts, ".")
	if (total > 3 || !valid_type(at_config = parts[1]))
		return PARSE_ERROR
	if (total > 1) {
		with_section = 1
		at_section = parts[2]
		at_index = !valid_name(at_section)
	}
	if (total > 2) {
		with_option = 1
		at_option = parts[3]
		if (!valid_name(at_option))
			return PARSE_ERROR
	}
	return with_value && !valid_value(at_value) ? PARSE_ERROR : 0
}

# Find what the address means in the config in memory: the_section and the_option, and `found` if all of it is there.
# Answers an error number or 0.
function find_address(    error) {
	the_section = the_option = found = 0
	if (with_section) {
		if (!at_index)
			the_section = find_section(at_section)
		else if ((error = find_indexed()))
			return error
		if (!the_section)
			return 0
		if (with_option && !(the_option = find_option(the_section, at_option)))
			return 0
	}
	found = 1
	return 0
}

# @TYPE[N], or @[N] for any type; a negative N counts from the end. The address then has the section's real name.
function find_indexed(    open, number, type, matching, total, i) {
	open = index(at_section, "[")
	number = substr(at_section, open + 1)
	if (at_section !~ /^@/ || !open || index(number, "]") != length(number) || number == "")
		return INVALID
	number = substr(number, 1, length(number) - 1)
	if (number !~ /^([ \t\n\v\f\r]*[+-]?[0-9]+)?$/)
		return INVALID
	number = leading_number(number)
	type = substr(at_section, 2, open - 2)
	if (type != "" && !valid_type(type))
		return INVALID
	for (i = 1; i <= section_count; i++)
		if (type == "" || section_type[section_order[i]] == type)
			matching[total++] = section_order[i]
	if (number < 0)
		number += total
	if (number in matching) {
		the_section = matching[number]
		at_section = section_name[the_section]
	}
	return 0
}

# ---- changes at the address ----
#
# Each answers an error number or 0. `change` is then the kind of change to be staged: a staging file's first letter,
# "=" for none there (a set), or "" if nothing is to be staged. change_value is its value, change_has_value whether
# it has one.

function note_change(kind, value) {
	change = kind
	change_value = value
	change_has_value = kind != "-" || value != ""
}

function change_set() {
	change = ""
	if (!with_value || !the_section && (with_option || !with_section))
		return INVALID
	if (!with_option && at_value != "" && !valid_type(at_value))
		return INVALID
	if (at_value == "")
		return found ? change_delete() : 0
	if (with_option) {
		if (store_option(the_section, at_option, at_value))
			note_change("=", at_value)
	} else if (!the_section) {
		the_section = new_section(at_value, at_section)
		note_change("=", at_value)
	} else if (retype_section(the_section, at_value))
		note_change("=", at_value)
	return 0
}

function change_delete(    place) {
	change = ""
	if (!found)
		return NOT_FOUND
	if (!the_section)
		return INVALID
	if (the_option && option_is_list[the_option] && at_value != "") {
		place = leading_number(at_value) + 1
		if (place >= 1 && place <= item_count[the_option]) {
			remove_item(the_option, place)
			note_change("-", at_value)
		}
		return 0
	}
	if (the_option)
		remove_option(the_section, the_option)
	else {
		remove_section(the_section)
		the_section = 0
	}
	note_change("-", "")
	return 0
}

function change_rename() {
	change = ""
	if (!found)
		return NOT_FOUND
	if (!the_section || !with_value)
		return INVALID
	if (the_option)
		rename_option(the_section, the_option, at_value)
	else
		rename_section(the_section, at_value)
	note_change("@", at_value)
	return 0
}

function change_add_list() {
	change = ""
	if (!the_section || !with_value)
		return INVALID
	append_item(the_section, at_option, at_value)
	note_change("|", at_value)
	return 0
}

function change_del_list() {
	change = ""
	if (!the_section || !with_value)
		return INVALID
	if (the_option && option_is_list[the_option]) {
		remove_equal_items(the_option, at_value)
		note_change("~", at_value)
	}
	return 0
}

# The position as C's strtoul() and a cast to int take it.
function change_reorder(    position) {
	change = ""
	if (!the_section || !with_value)
		return NOT_FOUND
	position = leading_number(at_value) % 4294967296
	if (position < 0)
		position += 4294967296
	if (position >= 2147483648)
		position -= 4294967296
	if (move_section(the_section, position))
		note_change("^", sprintf("%d", position))
	return 0
}
