# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Files: configs, their staging files, commits. What awk cannot do itself (modes, renames) is in files.sh.
#
# A staging file has one change per line: a letter for the kind (none for a set), CONFIG.SECTION[.OPTION], and ='VALUE'.

function open_storage(    flags, total, i) {
	staging_folder = ENVIRON["uci_staging_folder"]
	staging_folders = 1
	staging_folder_at[1] = staging_folder
	total = split(ENVIRON["uci_staging_flags"], flags, "\n")
	for (i = 1; i <= total; i++)
		if (flags[i] != "")
			add_staging_folder(substr(flags[i], 1, 1), substr(flags[i], 2))
}

# -t and -P: the folder is read last and written to. -p: it is read, before the one that is written to.
function add_staging_folder(flag, folder,    i, known) {
	for (i = 1; i <= staging_folders && !known; i++)
		if (staging_folder_at[i] == folder)
			known = i
	if (flag == "p") {
		if (known)
			return
		staging_folder_at[++staging_folders] = staging_folder_at[staging_folders - 1]
		staging_folder_at[staging_folders - 1] = folder
		return
	}
	if (!known)
		staging_folders++
	else
		for (i = known; i < staging_folders; i++)
			staging_folder_at[i] = staging_folder_at[i + 1]
	staging_folder_at[staging_folders] = staging_folder = folder
	if (flag == "P")
		commits_nothing = 1
}

# A file's text; file_there says whether there is such a file. The record separator is a byte that no valid value has,
# so that a text comes in one piece and its last newline is seen.
function read_file(path,    text, record, parts, status) {
	RS = "\001"
	file_there = 0
	if (index(ENVIRON["uci_folders"], "\n" path "/\n"))
		return ""
	while ((status = (getline record < path)) > 0)
		text = text (parts++ ? RS : "") record
	close(path)
	file_there = parts || !status
	return text
}

function in_shell(text) {
	return "sh " quoted(ENVIRON["uci_library"] "/files.sh") " " text
}

# The names of the configs, in order, as configs[1..]; answers how many, or -1 if the folder has no file at all.
function list_configs(configs,    command, name, total) {
	command = in_shell("list " quoted(ENVIRON["uci_folder"]))
	RS = "\n"
	total = -1
	while ((command | getline name) > 0) {
		if (total < 0)
			total = 0
		if (name != ".")
			configs[++total] = name
	}
	close(command)
	return total
}

# ---- reading a config ----

# Read config *name* and its staged changes into memory. A name with a slash in front is a path, and not staged.
# Answers an error number or 0.
function load_package(name,    path, text, folder, staged, error) {
	folder = ENVIRON["uci_folder"]
	staged = 1
	if (name ~ /^\.?\//) {
		path = name
		sub(/^.*\//, "", name)
		staged = 0
	} else if (name ~ /^\./)
		return NOT_FOUND
	else if (!valid_type(name))
		return INVALID
	if (index(path name, "/") && system("[ ! -d " quoted(staged ? folder "/" name : path) " ]"))
		return NOT_FOUND
	if (staged) {
		path = ENVIRON["uci_override_folder"] "/" name
		file_there = 0
		if (ENVIRON["uci_override_folder"] != "")
			text = read_file(path)
		if (file_there)
			folder = ENVIRON["uci_override_folder"]
		else
			path = folder "/" name
	}
	if (!staged || folder == ENVIRON["uci_folder"])
		text = read_file(path)
	if (!file_there)
		return NOT_FOUND
	open_text(text)
	open_parser(0)
	if ((error = parse_config(name, 1, 0)))
		return error
	package_path = path
	package_folder = folder
	package_staged = staged
	if (staged)
		load_staging()
	return 0
}

# Apply the staged changes: staged_changes is how many could be read, change_list what `uci changes` prints.
function load_staging(    i, text) {
	staged_changes = 0
	change_list = staged_text = ""
	for (i = 1; i <= staging_folders; i++) {
		text = read_file(staging_folder_at[i] "/" package_name)
		if (staging_folder_at[i] == staging_folder)
			staging_file_there = file_there
		if (!file_there)
			continue
		open_text(text)
		open_parser(0)
		while (more_lines()) {
			parser_at = 0
			next_line()
			# A line that cannot be read or no longer fits is passed over, as much as possible is kept.
			if (!read_staged_line() && !apply_staged_line())
				staged_changes++
		}
		parser_open = 0
	}
}

# Take the line in hand apart into the address and staged_kind. Answers an error number or 0.
function read_staged_line(    error) {
	if ((error = read_word(0, "")))
		return error
	if (rest != "")
		return INVALID
	staged_kind = substr(word, 1, 1)
	if (staged_kind ~ /[-+@^|~]/)
		word = substr(word, 2)
	else
		staged_kind = "="
	if ((error = parse_address(word)))
		return error
	if (!with_section || at_index || staged_kind != "-" && !with_value)
		return INVALID
	if (staged_kind == "^" && with_option || staged_kind == "@" && !valid_name(at_value))
		return INVALID
	return staged_kind ~ /[|~]/ && !with_option ? INVALID : 0
}

function apply_staged_line(    error) {
	if (at_config != package_name)
		return PARSE_ERROR
	change_list = change_list shown_change()
	find_address()
	if (staged_kind == "^")
		return change_reorder()
	if (staged_kind == "@")
		return change_rename()
	if (staged_kind == "-")
		return change_delete()
	if (staged_kind == "|")
		return change_add_list()
	if (staged_kind == "~")
		return change_del_list()
	error = change_set()
	if (staged_kind == "+" && !error && !with_option && the_section)
		section_anonymous[the_section] = 1
	return error
}

function shown_change(    place) {
	place = package_name "." at_section (with_option ? "." at_option : "")
	if (staged_kind == "-")
		return "-" place "\n"
	return place (staged_kind == "|" ? "+=" : staged_kind == "~" ? "-=" : "=") quoted(at_value) "\n"
}

# ---- staging ----

# Keep a change for save_changes(). A config that was named by its path has no staging.
function stage(kind, section, option, value, has_value) {
	if (package_staged)
		staged_text = staged_text staged_line(kind, section, option, value, has_value)
}

function staged_line(kind, section, option, value, has_value) {
	return (kind == "=" ? "" : kind) package_name "." section (option == "" ? "" : "." option) \
		(has_value ? "=" quoted(value) : "") "\n"
}

# Write the kept changes behind those in the staging file. Answers an error number or 0.
function save_changes(    path) {
	if (!package_staged)
		return write_package(package_path, package_folder)
	if (staged_text == "")
		return 0
	path = staging_folder "/" package_name
	if (!staging_file_there && system(in_shell("stage " quoted(staging_folder) " " quoted(path) " " \
			quoted(ENVIRON["uci_folder"]) " " quoted(package_name))))
		return IO_ERROR
	print staged_text >> path
	close(path)
	staged_text = ""
	return 0
}

# Drop the changes of a section or an option, or all of them, from the staging file in force. A line that cannot be read
# keeps the file as it is.
function revert_changes(section, option, has_section, has_option,    path, kept) {
	path = staging_folder "/" package_name
	open_text(read_file(path))
	if (!file_there)
		return
	open_parser(0)
	while (more_lines()) {
		parser_at = 0
		next_line()
		if (read_staged_line()) {
			parser_open = 0
			return
		}
		if (has_section && at_section != section || has_option && !(with_option && at_option == option))
			kept = kept staged_line(staged_kind, at_section, at_option, at_value, with_value)
	}
	parser_open = 0
	print kept > path
	close(path)
}

# ---- writing a config ----

# The config's text as export_part[1..export_parts].
function export_package(header,    i, k, section, option, text, prefix, n) {
	export_parts = 0
	if (header)
		export_part[++export_parts] = "package " escaped(package_name) "\n"
	for (i = 1; i <= section_count; i++) {
		section = section_order[i]
		text = "\nconfig " escaped(section_type[section])
		if (!section_anonymous[section] || export_names)
			text = text " " quoted(section_name[section])
		text = text "\n"
		for (k = 1; k <= option_count[section]; k++) {
			option = option_at[section, k]
			if (!option_is_list[option]) {
				text = text "\toption " escaped(option_name[option]) " " quoted(option_value[option]) "\n"
				continue
			}
			prefix = "\tlist " escaped(option_name[option]) " "
			for (n = 1; n <= item_count[option]; n++)
				text = text prefix quoted(item[option, n]) "\n"
		}
		export_part[++export_parts] = text
	}
	export_part[++export_parts] = "\n"
}

# Put the config in memory in the place of *path* by a new file in *folder* and a rename. Answers an error number or 0.
function write_package(path, folder,    command, i) {
	command = in_shell("replace " quoted(path) " " quoted(folder "/." package_name ".uci-XXXXXX"))
	export_package(0)
	for (i = 1; i <= export_parts; i++)
		print export_part[i] | command
	return close(command) ? IO_ERROR : 0
}

# Write the staged changes into the config. The staging file is emptied first, as the original does it: a kill in
# between loses them. Answers an error number or 0.
function commit_package(    error, path) {
	# (With -S the second reading tells its errors a second time.)
	if (package_staged && !staged_changes && !print_parse_errors)
		return 0
	lock()
	# Others may have staged or committed since the config was read.
	error = load_package(package_staged ? package_name : package_path)
	if (!error && (staged_changes || !package_staged)) {
		path = staging_folder "/" package_name
		if (package_staged && staging_file_there) {
			print "" > path
			close(path)
		}
		error = write_package(package_path, package_folder)
	}
	unlock()
	return error
}

# Keep the config in memory for write_kept_packages().
function keep_package(    i, text) {
	export_package(0)
	for (i = 1; i <= export_parts; i++)
		text = text export_part[i]
	kept_packages[package_name] = text
	kept_order[++kept_total] = package_name
}

# Write the kept configs over those in the config folder. Answers the last one's error number or 0.
function write_kept_packages(    i, name, command, error) {
	lock()
	for (i = 1; i <= kept_total; i++) {
		name = kept_order[i]
		command = in_shell("replace " quoted(ENVIRON["uci_folder"] "/" name) " " \
			quoted(ENVIRON["uci_folder"] "/." name ".uci-XXXXXX"))
		print kept_packages[name] | command
		error = close(command) ? IO_ERROR : 0
	}
	unlock()
	forget_kept_packages()
	# (busybox's awk hands an unset variable on as a text, and "" is not 0.)
	return error + 0
}

function forget_kept_packages() {
	kept_total = 0
	split("", kept_packages)
	split("", kept_order)
}

# Commits stand in line behind a lock (the original's does not hold: its commits race). The shell that takes it answers
# with a line, then blocks in `yes` until the pipe is closed; so the lock falls even if this program is killed.
function lock(    line) {
	lock_command = "{ command -v flock && exec 9>>" quoted(ENVIRON["uci_lock"]) " && flock -x 9; } >/dev/null 2>&1" \
		" && exec yes 2>/dev/null"
	RS = "\n"
	lock_command | getline line
}

function unlock() {
	close(lock_command)
}
