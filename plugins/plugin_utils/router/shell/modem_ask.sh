# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154,SC3045,SC2015
# Asks the modems of a router for what they say of themselves. It changes nothing on them, and never waits for long: after a
# question that hangs the rest of that way is left out. Questions come from the caller, one a line: qmi_questions,
# mbim_questions, at_questions, hilink_questions, zte_questions, modemmanager_questions; also modem_thorough
# (not empty: ask on AT ports too where uqmi or umbim has answered) and modem_adapters (vendor ids without modems). $scratch is a folder
# of our own.
#
# Parts: answer-PORT-SOURCE-N STATUS QUESTION with the text, and at-ports-PORT TTY… (those that answer AT).

modem_hung=124
new_line='
'

# modem_bounded SECONDS COMMAND…: its output in $scratch/answer; 124 where it had to be killed. A program that is killed may
# leave a line half said.
modem_bounded() {
    modem_limit=$1
    shift
    "$@" >"$scratch/answer" 2>"$scratch/errors" </dev/null &
    modem_child=$!
    (sleep "$modem_limit"; kill -9 "$modem_child") >/dev/null 2>&1 </dev/null &
    modem_watch=$!
    wait "$modem_child" 2>/dev/null
    modem_status=$?
    kill "$modem_watch" 2>/dev/null
    [ "$modem_status" != 137 ] || modem_status=$modem_hung
    return "$modem_status"
}

# modem_questions SOURCE COMMAND…: the command with each question of $questions behind it.
modem_questions() {
    modem_source=$1
    modem_number=0
    shift
    while IFS= read -r modem_question; do
        modem_one_question "$@" || return 1
    done <<EOF
$questions
EOF
}

# modem_one_question COMMAND…: the command asks by modem_bounded.
modem_one_question() {
    modem_number=$((modem_number + 1))
    "$@" "$modem_question"
    # uqmi gives up by itself
    ! grep -q 'Request timed out' "$scratch/errors" || modem_status=$modem_hung
    part "answer-$modem_port-$modem_source-$modem_number" "$modem_status" "$modem_question"
    cat "$scratch/answer"
    [ "$modem_status" != "$modem_hung" ]
}

ask_qmi() { modem_bounded 5 uqmi -s -d "$modem_node" -t 3000 "--$1"; }

# umbim says some of it on its error output. With -t it does not open the device: that would cut a bearer that there is.
# shellcheck disable=SC2086 # nothing, or -t NUMBER
ask_mbim() {
    modem_bounded 5 umbim -n $mbim_transaction -d "$modem_node" "$1"
    cat "$scratch/errors" >>"$scratch/answer"
    return "$modem_status"
}

# shellcheck disable=SC2086 # a question is words
ask_modemmanager() { modem_bounded 5 mmcli $1; }

# mbim_begin: opens the device, unless netifd's handler has done so for an interface that is up, or coming up.
mbim_begin() {
    mbim_interface=$(uci -q show network 2>/dev/null | sed -n "s|^network\.\([^.]*\)\.device='$modem_node'$|\1|p" | head -n 1)
    mbim_transaction=
    case $(ubus call "network.interface.$mbim_interface" status 2>/dev/null) in
        *'"up": true'* | *'"pending": true'*) ;;
        *) ask_mbim caps || return 1 ;;
    esac
    # the handler counts from 1; an answer is told by its number
    mbim_transaction='-t 1000'
}

# --- AT ---------------------------------------------------------------------------------------------------------------

# A port that nobody has set up echoes what comes in back to the modem; without the modem's own echo it ignores that.
at_line() {
    at_text=
    IFS= read -r -t "$1" at_text <&7 || [ -n "$at_text" ]
}

# at_command SECONDS COMMAND: prints the lines up to the final result code; fails where that does not come.
at_command() {
    printf '%s\r' "$2" >&7
    while at_line "$1"; do
        at_bare=${at_text%"$at_return"}
        [ -z "$at_bare" ] || printf '%s\n' "$at_bare"
        case $at_bare in
            OK | ERROR | '+CME ERROR'* | '+CMS ERROR'* | 'COMMAND NOT SUPPORT'*) return 0 ;;
        esac
    done
    return 1
}

at_begin() {
    at_return=$(printf '\r')
    # else it would be made
    [ -c "$1" ] && exec 7<>"$1" || return 1
    at_command 1 ATE0 && [ "$at_bare" = OK ]
}

# at_quiet: the modem's echo of ATE0 came back to it as a second one, whose answer is still to come. After that it answers AT
# with OK alone; one that echoes on would get a PIN back as a command, again and again.
at_quiet() {
    at_rest=12
    while at_line 1; do
        at_rest=$((at_rest - 1))
        [ "$at_rest" -gt 0 ] || return 1
    done
    printf 'AT\r' >&7
    while at_line 2; do
        case ${at_text%"$at_return"} in
            OK) return 0 ;;
            AT*) return 1 ;;
        esac
    done
    return 1
}

at_answers() { at_begin "$1" >/dev/null; }

# at_conversation TTY: all questions while it is open once: some modems restart when their port is closed.
at_conversation() {
    at_begin "$1" >"$scratch/at" && at_quiet || return "$modem_hung"
    at_number=0
    while IFS= read -r at_question; do
        at_number=$((at_number + 1))
        at_status=0
        at_command 3 "$at_question" >"$scratch/at" || at_status=$modem_hung
        part "answer-$modem_port-at-$at_number" "$at_status" "$at_question"
        cat "$scratch/at"
        [ "$at_status" = 0 ] || return 0
    done <<EOF
$at_questions
EOF
}

# at_free TTY: nobody has it open; a handler at work owns its port.
at_free() {
    # shellcheck disable=SC2010 # links, not files
    ! ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q -- "-> $1\$"
}

# at_is_modem INTERFACE: held by a driver that knows modems by their ids; CDC ACM is that of many a device, and counts where
# the device has a data function too.
at_is_modem() {
    at_driver=$(readlink "$1/driver")
    case ${at_driver##*/} in
        option | qcserial | sierra) return 0 ;;
        cdc_acm) ls -d "$modem_port":*/net "$modem_port":*/usbmisc >/dev/null 2>&1 ;;
        *) return 1 ;;
    esac
}

ask_at_ports() {
    at_found='' at_asked=''
    for at_node in "$modem_port":*/ttyUSB* "$modem_port":*/tty/tty*; do
        [ -e "$at_node" ] && at_is_modem "${at_node%%/*}" || continue
        at_tty=$modem_root/dev/${at_node##*/}
        at_asked=yes
        at_free "$at_tty" && modem_bounded 3 at_answers "$at_tty" && at_found="$at_found ${at_tty##*/}"
    done
    [ -z "$at_asked" ] || part "at-ports-$modem_port" "$at_found"
    for at_first in $at_found; do
        modem_bounded 30 at_conversation "$modem_root/dev/$at_first"
        cat "$scratch/answer"
        return
    done
}

# --- sticks with web pages ---------------------------------------------------------------------------------------------

# http_get HOST PATH HEADER: the body in $scratch/answer; 1 where nobody answers, or with anything but 200.
http_get() {
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\n%s\r\n\r\n' "$2" "$1" "$3" >"$scratch/request"
    modem_bounded 5 http_exchange "$1"
    mv "$scratch/answer" "$scratch/http"
    case $(head -n 1 "$scratch/http") in
        HTTP/*' 200'*) ;;
        *) [ "$modem_status" = "$modem_hung" ] || modem_status=1 ;;
    esac
    sed '1,/^.\{0,1\}$/d' "$scratch/http" >"$scratch/answer"
    return "$modem_status"
}

# exec: it is nc itself that is killed where nobody answers.
http_exchange() { exec nc "$1" "${modem_http_port:-80}" <"$scratch/request"; }

# gateway_of DEVICE: the stick that gives the address, which is the first of its network where it gives no route.
gateway_of() {
    ip -4 route show dev "$1" 2>/dev/null | awk '
        $1 == "default" && $2 == "via" { found = $3 }
        !found && $1 ~ /\/24$/ { near = $1; sub(/[0-9]+\/24$/, "1", near) }
        END { print found ? found : near }'
}

ask_hilink() { http_get "$hilink_host" "$1" "Cookie: $hilink_cookie"; }

ask_zte() { http_get "$hilink_host" "$1" "Referer: http://$hilink_host/index.html"; }

# ask_http HOST: which kind it is, by its own door.
ask_http() {
    hilink_host=$1 hilink_cookie=
    http_get "$1" /api/webserver/SesTokInfo 'Accept: */*' &&
        hilink_cookie=$(sed -n 's/.*<SesInfo>\(.*\)<\/SesInfo>.*/\1/p' "$scratch/answer")
    if [ -n "$hilink_cookie" ]; then
        questions=$hilink_questions
        modem_questions hilink ask_hilink
    elif [ "$modem_status" != "$modem_hung" ]; then
        ask_zte "${zte_questions%%"$new_line"*}" || [ "$modem_status" = "$modem_hung" ] || return
        questions=$zte_questions
        modem_questions zte ask_zte
    fi
}

# ----------------------------------------------------------------------------------------------------------------------

# modem_ask [ROOT]: every way that a device offers. ModemManager keeps the ports of its modems for itself.
modem_ask() {
    modem_root=$1
    cd "$1/sys/bus/usb/devices" 2>/dev/null || return 0
    if pidof ModemManager >/dev/null; then
        modem_port=any
        questions=$modemmanager_questions
        modem_questions modemmanager ask_modemmanager && ask_bearer
    else
        modem_each ask_device
    fi
    cd / || return
}

# ask_bearer: mmcli knows no "any" for bearers; the first answer names them. Its number begins where the others end.
ask_bearer() {
    ask_modemmanager '-m any -J'
    modem_question=$(sed -n 's|.*"bearers":\["\(/org/freedesktop/ModemManager1/Bearer/[0-9]*\)".*|-b \1 -J|p' "$scratch/answer")
    [ -z "$modem_question" ] || modem_one_question ask_modemmanager
}

# enough: asking an AT port besides takes seconds, and tells what uqmi and umbim do not: who made it, its firmware, its signal.
enough() { [ -z "$modem_thorough" ]; }

ask_device() {
    for modem_node in "$modem_port":*/usbmisc/cdc-wdm*; do
        [ -e "$modem_node" ] || continue
        modem_driver=$(readlink "${modem_node%%/*}/driver")
        modem_node=$modem_root/dev/${modem_node##*/}
        case ${modem_driver##*/} in
            qmi_wwan)
                ! command -v uqmi >/dev/null || { questions=$qmi_questions; modem_questions qmi ask_qmi && enough && return; }
                break
                ;;
            cdc_mbim)
                ! command -v umbim >/dev/null || { questions=$mbim_questions; mbim_begin && modem_questions mbim ask_mbim && enough && return; }
                break
                ;;
        esac
    done
    ask_at_ports
    for modem_net in "$modem_port":*/net/*; do
        [ -e "$modem_net" ] || continue
        # adapters, whose gateway is somebody's router
        case " $modem_adapters " in *" $modem_vendor "*) continue ;; esac
        modem_gateway=$(gateway_of "${modem_net##*/}")
        [ -z "$modem_gateway" ] || ask_http "$modem_gateway"
    done
}
