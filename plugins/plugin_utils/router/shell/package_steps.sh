# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2034,SC2086,SC2094,SC2154
# What it takes to install or remove packages, and to take back what was installed. SC2086: lists of names, which have no
# blanks and no wildcards. The plan has manager, action (install, upgrade, remove), names (handed to the manager) and expect
# (what must be there, or gone, then).
#
# $work (tmpfs): before (what was installed), programs (their files), database (opkg's), output, wrong (why it failed).

database=/usr/lib/opkg/status

# listed: "NAME VERSION" of what is installed, also of what is not configured.
listed() {
    case $manager in
        opkg) awk '
            function flush() { if (state == "installed" || state == "unpacked") print name, version; name = version = state = "" }
            $1 == "Package:" { name = $2 }
            $1 == "Version:" { version = $2 }
            $1 == "Status:" { state = $NF }
            !NF { flush() }
            END { flush() }' "$database" ;;
        apk) awk '/^P:/ { name = substr($0, 3) } /^V:/ { print name, substr($0, 3) }' /lib/apk/db/installed ;;
    esac
}

# differences: lines "added NAME VERSION", "removed NAME VERSION", "changed NAME OLD NEW" since the start.
differences() {
    listed >"$work/after"
    awk 'FILENAME == ARGV[1] { old[$1] = $2; next }
        { now[$1] = 1 }
        !($1 in old) { print "added", $1, $2; next }
        old[$1] != $2 { print "changed", $1, old[$1], $2 }
        END { for (name in old) if (!(name in now)) print "removed", name, old[name] }' "$work/before" "$work/after"
}

carry_out() {
    case $manager/$action in
        opkg/remove) managed "$work/output" opkg remove $names ;;
        opkg/*) managed "$work/output" opkg install $names ;;
        apk/remove) managed "$work/output" apk del $names ;;
        apk/install) managed "$work/output" apk add $names ;;
        apk/upgrade) managed "$work/output" apk add --upgrade $names ;;
    esac
}

# complaints: opkg tells of a full flash with exit status 0. That a changed configuration file was left as it is, is said
# among the errors too.
complaints() {
    sed -n '/^Collected errors:/,$p' "$work/output" | sed -n '/^ \* /p' | grep -v '^ \* resolve_conffiles: '
}

# reached: everything expected is there and configured, or gone.
reached() {
    for name in $expect; do
        grep -q "^$name " "$work/after"
        case $?$action in
            0remove) return 1 ;;
            0*) [ "$manager" = apk ] || configured "$name" || return 1 ;;
            *remove) ;;
            *) return 1 ;;
        esac
    done
}

configured() {
    awk -v name="$1" '$1 == "Package:" { found = $2 == name } $1 == "Status:" && found { good = $NF == "installed" }
        END { exit !good }' "$database"
}

free_kilobytes() { { df -k /overlay 2>/dev/null || df -k /; } | awk 'END { print $(NF - 2) }'; }

# full: far below what was kept in reserve. Files may be cut off then, of which no manager says a word.
full() { [ "$action" != remove ] && [ "$(free_kilobytes)" -lt 16 ]; }

# take_back: what was added goes again. opkg refuses to remove what another package needs, so whatever it lets go is removed,
# until nothing is left or nothing more goes.
take_back() {
    if [ "$manager" = opkg ]; then
        database_is_whole || database_back
    fi
    added=$(differences | sed -n 's/^added \([^ ]*\) .*/\1/p')
    while [ -n "$added" ]; do
        case $manager in
            opkg) for name in $added; do managed "$work/back" opkg remove "$name"; done ;;
            apk) managed "$work/back" apk del $added ;;
        esac
        left=$(differences | sed -n 's/^added \([^ ]*\) .*/\1/p')
        [ "$left" != "$added" ] || return
        added=$left
    done
    ! grep -q 'No space left' "$work/wrong" || drop_strays
}

# database_is_whole: opkg writes it in place, so on a full flash it is cut off, and then nothing can be removed any more.
database_is_whole() {
    listed >"$work/after"
    while read -r name rest; do
        grep -q "^$name " "$work/after" || return 1
    done <"$work/before"
}

# database_back: makes room, and renames the copy over what is left of the database.
database_back() {
    drop_strays
    cp "$work/database" "$database.farsite" && sync && mv -f "$database.farsite" "$database" && sync
}

# programs: the files of the overlay where packages have theirs, and nobody else writes. Configuration is not among them.
programs() {
    [ -d /overlay/upper ] || return 0
    (cd /overlay/upper && find bin sbin lib usr www \( -type f -o -type l \) ! -path 'usr/lib/opkg/status*' 2>/dev/null)
}

# drop_strays: after an installation on a full flash there are files in no list, cut off, and perhaps no list.
drop_strays() {
    programs | awk 'FILENAME == ARGV[1] { old[$0] = 1; next } !($0 in old)' "$work/programs" - | while read -r file; do
        rm -f "/$file"
    done
    sync
}

# remember: what there is before.
remember() {
    listed >"$work/before"
    programs >"$work/programs"
    [ "$manager" != opkg ] || cp "$database" "$work/database"
}

# carried_out: fails with $work/wrong, after taking back what was added, where not everything is as expected.
carried_out() {
    carry_out
    status=$?
    differences >/dev/null
    complaints >"$work/wrong"
    ! full || echo "No space left on device" >>"$work/wrong"
    [ "$status" != 0 ] || [ -s "$work/wrong" ] || ! reached || return 0
    [ -s "$work/wrong" ] || tail -n 12 "$work/output" >"$work/wrong"
    [ -s "$work/wrong" ] || echo "the package manager ended with $status and said nothing" >"$work/wrong"
    [ "$action" = remove ] || take_back
    return 1
}
