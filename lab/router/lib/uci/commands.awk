# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The commands. Each answers the exit code; 255 is a wrong number of arguments or an unknown command.

BEGIN {
	flags = ENVIRON["uci_flags"]
	quiet = flags ~ /q/
	merging = flags ~ /m/
	print_parse_errors = flags ~ /S/
	strict = flags !~ /S[^s]*$/
	export_names = flags ~ /n[^N]*$/
	ids_in_show = flags ~ /X/
	delimiter = ENVIRON["uci_delimiter"]
	open_storage()

	argument_total = ARGC - 1
	for (i = 1; i <= argument_total; i++)
		argument[i] = ARGV[i]
	# Without operands the plain getline reads standard input.
	ARGC = 1
	code = run_command(0)
	if (code == 255)
		print_usage()
	close(STDERR)
	exit code
}

function run_command(in_batch,    name) {
	name = tolower(argument[1])
	if (name ~ /^(get|set|add_list|del_list|del|delete|ren|rename|revert|reorder)$/)
		return argument_total == 2 ? section_command(name) : 255
	if (name ~ /^(show|export|commit|changes)$/)
		return argument_total <= 2 ? package_command(name) : 255
	if (name == "import")
		return import_command()
	if (name == "add")
		return add_command()
	if (name == "batch" && !in_batch)
		return batch_command()
	if (name != "help")
		return 255
	print_usage()
	return 0
}

# ---- one section or option ----

# Read the config of an address and find what it means. Answers 0, or 1 with the error told.
function look_up(text,    error) {
	error = parse_address(text)
	if (!error)
		error = load_package(at_config)
	if (!error) {
		# Staged changes were applied by way of the same address.
		parse_address(text)
		error = find_address()
	}
	if (error)
		complain(error)
	return error != 0
}

function section_command(name,    error) {
	if (look_up(argument[2]))
		return 1
	if (name == "get" || name == "revert")
		return with_value ? 1 : name == "get" ? get_command() : revert_command()
	if (name ~ /^del(ete)?$/ && with_value) {
		leading_number(at_value)
		if (!number_found)
			return 1
	}
	if (name == "set")
		error = change_at_address("set")
	else
		error = change_at_address(name)
	if (!error)
		error = save_changes()
	if (error)
		complain(error)
	return error != 0
}

# Make the change and stage it under the names that were in force before it.
function change_at_address(name,    error) {
	if (name == "set")
		error = change_set()
	else if (name == "add_list")
		error = change_add_list()
	else if (name == "del_list")
		error = change_del_list()
	else if (name ~ /^ren/)
		error = change_rename()
	else if (name == "reorder")
		error = change_reorder()
	else
		error = change_delete()
	if (!error && change != "")
		stage(change, at_section, at_option, change_value, change_has_value)
	return error
}

function get_command() {
	if (!found) {
		complain(NOT_FOUND)
		return 1
	}
	if (the_option)
		print shown_value(the_option, 0) "\n"
	else if (the_section)
		print section_type[the_section] "\n"
	return 0
}

function revert_command() {
	if (!package_staged)
		return 0
	revert_changes(at_section, at_option, with_section, with_option)
	# The original reads the config once more; with -S its errors are told again.
	if (print_parse_errors)
		load_package(package_name)
	return 0
}

function add_command(    error, section) {
	if (argument_total != 3)
		return 255
	error = load_package(argument[2])
	if (!error) {
		section = new_section(argument[3], "")
		stage("+", section_name[section], "", argument[3], 1)
		error = save_changes()
	}
	if (error)
		complain(error)
	else
		print section_name[section] "\n"
	return error
}

# ---- whole configs ----

function package_command(name,    configs, total, i) {
	if (argument_total == 2)
		return one_package(name, argument[2])
	total = list_configs(configs)
	if (total < 0) {
		complain(NOT_FOUND)
		return 1
	}
	for (i = 1; i <= total; i++)
		one_package(name, configs[i])
	return 0
}

function one_package(name, address,    error, i) {
	if (look_up(address))
		return 1
	if (name == "show")
		return show_command()
	if (name == "changes" && package_staged)
		print change_list
	else if (name == "export") {
		export_package(1)
		for (i = 1; i <= export_parts; i++)
			print export_part[i]
	} else if (name == "commit" && !commits_nothing && (error = commit_package()))
		complain(error)
	return error != 0
}

# In the whole config, anonymous sections are shown by their place among those of their type.
function show_command(    i, section, type, seen) {
	if (!found) {
		complain(NOT_FOUND)
		return 1
	}
	if (the_option)
		show_option(section_name[the_section], the_option)
	else if (the_section)
		show_section(section_name[the_section], the_section)
	else
		for (i = 1; i <= section_count; i++) {
			section = section_order[i]
			type = section_type[section]
			if (section_anonymous[section] && !ids_in_show)
				show_section("@" type "[" (seen[type] + 0) "]", section)
			else
				show_section(section_name[section], section)
			seen[type]++
		}
	return 0
}

function show_section(reference, section,    k) {
	print package_name "." reference "=" section_type[section] "\n"
	for (k = 1; k <= option_count[section]; k++)
		show_option(reference, option_at[section, k])
}

function show_option(reference, option) {
	print package_name "." reference "." option_name[option] "=" shown_value(option, 1) "\n"
}

# Without *quoting*, only list elements with a blank in them are quoted.
function shown_value(option, quoting,    text, value, i) {
	if (!option_is_list[option])
		return quoting ? quoted(option_value[option]) : option_value[option]
	for (i = 1; i <= item_count[option]; i++) {
		value = item[option, i]
		text = text (i > 1 ? delimiter : "") (quoting || value ~ /[ \t\r\n]/ ? quoted(value) : value)
	}
	return text
}

function import_command(    named, error, merge) {
	named = argument_total == 2
	if (argument_total > 2 || merging && !named)
		return 255
	# A config that cannot be read is not merged with but replaced.
	merge = merging && !load_package(argument[2])
	forget_kept_packages()
	open_parser(1)
	error = parse_config(argument[2], named, merge)
	if (!error && merge)
		error = save_changes()
	else if (!error) {
		if (config_begun)
			keep_package()
		error = write_kept_packages()
	}
	if (error)
		complain(error)
	return error != 0
}

# ---- batch ----

function batch_command(    code) {
	open_input()
	while (input_next <= input_lines) {
		if (!read_batch_line())
			continue
		if (tolower(argument[1]) == "exit")
			return 0
		code = run_command(1)
		if (code == 255 && !quiet)
			print "Unknown command\n" | STDERR
	}
	return 0
}

# Read a line's words as the arguments; answers whether there is something to do. The words after a third are lost,
# and so is the line.
function read_batch_line(    error) {
	# Reading a config in between has closed the parser, and its line numbers begin anew.
	if (!parser_open || !parser_from_input)
		open_parser(1)
	parser_at = 0
	next_line()
	split("", argument)
	argument_total = 0
	while (!(error = read_word(0, "")) && word != "") {
		if (argument_total == 3) {
			if (!quiet)
				print "Too many arguments\n" | STDERR
			return 0
		}
		argument[++argument_total] = word
	}
	if (error)
		complain(error)
	return !error && argument_total
}

function print_usage() {
	print "Usage: uci [<options>] <command> [<arguments>]\n\n" \
		"Commands:\n" \
		"\tbatch\n" \
		"\texport     [<config>]\n" \
		"\timport     [<config>]\n" \
		"\tchanges    [<config>]\n" \
		"\tcommit     [<config>]\n" \
		"\tadd        <config> <section-type>\n" \
		"\tadd_list   <config>.<section>.<option>=<string>\n" \
		"\tdel_list   <config>.<section>.<option>=<string>\n" \
		"\tshow       [<config>[.<section>[.<option>]]]\n" \
		"\tget        <config>.<section>[.<option>]\n" \
		"\tset        <config>.<section>[.<option>]=<value>\n" \
		"\tdelete     <config>[.<section>[[.<option>][=<id>]]]\n" \
		"\trename     <config>.<section>[.<option>]=<name>\n" \
		"\trevert     <config>[.<section>[.<option>]]\n" \
		"\treorder    <config>.<section>=<position>\n" \
		"\nOptions:\n" \
		"\t-c <path>  set the search path for config files (default: /etc/config)\n" \
		"\t-C <path>  set the search path for config override files (default: /var/run/uci)\n" \
		"\t-d <str>   set the delimiter for list values in uci show\n" \
		"\t-f <file>  use <file> as input instead of stdin\n" \
		"\t-m         when importing, merge data into an existing package\n" \
		"\t-n         name unnamed sections on export (default)\n" \
		"\t-N         don't name unnamed sections\n" \
		"\t-p <path>  add a search path for config change files\n" \
		"\t-P <path>  add a search path for config change files and use as default\n" \
		"\t-t <path>  set save path for config change files\n" \
		"\t-q         quiet mode (don't print error messages)\n" \
		"\t-s         force strict mode (stop on parser errors, default)\n" \
		"\t-S         disable strict mode\n" \
		"\t-X         do not use extended syntax on 'show'\n\n" | STDERR
}
