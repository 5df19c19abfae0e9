# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154
# The program that installs or removes packages (package_steps.sh), supervised by procd: started again if it is killed, it
# does the same once more, which heals what was left half done.
#
# $work (tmpfs): tx (this program), plan, result, and what package_steps.sh keeps. plan sets id, manager, action, names and expect.

# finish END: the record of the end appears at once and whole.
finish() {
    {
        echo "end $1"
        [ ! -s "$work/wrong" ] || sed 's/^/reason /' "$work/wrong"
        [ ! -e "$work/before" ] || differences
        echo "free $(free_kilobytes)"
    } >"$work/report"
    sync
    mv "$work/report" "$work/result"
    leave
}

# leave: the supervisor forgets this runner, and so stops it.
leave() {
    ubus call service delete "{\"name\":\"farsite-packages-$id\"}" 9>&-
    exit 0
}

refuse() {
    echo "$1" >"$work/wrong"
    finish refused
}

run() {
    exec 9>>/tmp/farsite.lock
    [ ! -e "$work/result" ] || leave
    if [ -e "$work/started" ]; then
        until flock -n 9; do sleep 1; done
    else
        flock -n 9 || refuse "another change of this router is under way"
        [ ! -e /etc/farsite.tx/state.armed ] && [ ! -e /etc/farsite.tx/state.undoing ] ||
            refuse "a change of the configuration is not confirmed yet"
        remember
        : >"$work/started"
    fi
    ! carried_out || finish "done"
    finish failed
}

id=$1
work=/tmp/farsite/packages-$id
. "$work/plan"
run
