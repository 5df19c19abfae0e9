# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# The password of root: its field of /etc/shadow (shadow(5)), which never leaves the router.

password_file=/etc/shadow

password_field() { awk -F : '$1 == "root" { print $2 }' "$password_file"; }

# password_is_whole FIELD: the new file has a line for each of the old one, and root's with the field.
password_is_whole() {
    [ "$(awk 'END { print NR }' "$password_file")" = "$(awk 'END { print NR }' "$password_new")" ] &&
        grep -q '^root:' "$password_new" && [ "$(awk -F : '$1 == "root" { print $2 }' "$password_new")" = "$1" ]
}

# password_write FIELD: the file with that field, complete under its name or not there. cp keeps mode and owner. The field
# is read by nothing but the shell itself: it is in no argument list.
password_write() {
    password_new=${password_file%/*}/.${password_file##*/}.farsite
    cp -p "$password_file" "$password_new" &&
        while IFS= read -r password_line || [ -n "$password_line" ]; do
            case $password_line in
                root:*:*) password_line=${password_line#root:*:}; printf 'root:%s:%s\n' "$1" "$password_line" ;;
                *) printf '%s\n' "$password_line" ;;
            esac
        done <"$password_file" >"$password_new" && password_is_whole "$1" && sync && mv "$password_new" "$password_file" &&
        sync && return
    rm -f "$password_new"
    part failed "$password_file cannot be written; the flash may be full"
    return 1
}

# password MODE FIELD: MODE "look" changes nothing. FIELD is the one to have; empty, it is "*" where there is none, else what there is.
password() {
    grep -q '^root:[^:]*:' "$password_file" 2>/dev/null || { part failed "$password_file has no line of root"; return; }
    password_old=$(password_field)
    password_wanted=${2:-${password_old:-*}}
    password_state=same
    [ "$password_old" = "$password_wanted" ] || password_state=other
    [ -n "$password_old" ] || password_state=empty
    if [ "$1" = set ] && [ "$password_state" != same ]; then
        ! overlay_on_tmpfs || { part failed "the overlay is still on tmpfs: a password would be lost at the next boot"; return; }
        password_write "$password_wanted" || return
    fi
    part password "$password_state"
}
