# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154,SC2015
# Tells a SIM card its PIN, once, on an AT port: there it is in nobody's arguments. $pin has it; functions of modem_ask.sh.

modem_unlock() {
    modem_bounded 20 modem_unlock_now "$1"
    part unlocked "$modem_status"
    cat "$scratch/answer"
    # the card's files are there some seconds after its PIN
    sleep 5
}

modem_unlock_now() {
    at_free "$1" && at_begin "$1" >/dev/null && at_quiet || return "$modem_hung"
    at_command 15 "AT+CPIN=\"$pin\""
}
