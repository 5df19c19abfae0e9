# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC3045,SC2154,SC2015
# The two ends of a change seen from a connection: handing it to its runner, and asking for its confirmation.

# submit ID LAST SECONDS: $work is filled. Starts the runner and passes on what it says up to the word LAST: "swapped" where the
# reload may take the address away, "reloaded" where a confirmation follows, else "confirmed". SECONDS: that it may be silent.
submit() {
    if [ -n "$full" ] || ! mkfifo "$work/events"; then
        clear_folder "$work"
        echo "farsite refused failed /tmp is full"
        return 0
    fi
    exec 8<>"$work/events"
    submit_instance="{\"command\":[\"/bin/sh\",\"$work/tx\",\"run\",\"$1\"],\"respawn\":[\"3600\",\"1\",\"0\"]}"
    submit_service="{\"name\":\"farsite-$1\",\"instances\":{\"tx\":$submit_instance}}"
    if ! ubus call service add "$submit_service" 8>&- && sleep 1 && ! ubus call service add "$submit_service" 8>&-; then
        # it may take it late: then it must forget it again, or it would start what is not there for ever
        ubus call service delete "{\"name\":\"farsite-$1\"}" 8>&-
        clear_folder "$work"
        echo "farsite refused failed procd does not take the runner"
        return 0
    fi
    while read -r -t "$3" submit_word submit_text <&8; do
        echo "farsite $submit_word $submit_text"
        case $submit_word in
            refused | undone | "$2") return 0 ;;
        esac
    done
}

# ask ID FILE...: confirms the change if it is armed (unless $only_ask), and tells what is known of it. The digests of the files
# tell where nothing else does: the records are in tmpfs.
ask() {
    if [ -z "$only_ask" ] && [ -r /etc/farsite.tx/tx ] && [ "$(cat /etc/farsite.tx/id)" = "$1" ]; then
        sh /etc/farsite.tx/tx confirm "$1"
    fi
    [ ! -d "/tmp/farsite/$1" ] || echo "farsite begun"
    [ ! -r "/tmp/farsite/$1/result" ] || sed 's/^/farsite said /' "/tmp/farsite/$1/result"
    [ ! -r /tmp/farsite.last ] || sed 's/^/farsite last /' /tmp/farsite.last
    shift
    for ask_file in "$@"; do
        ask_digest=$(sha256sum <"$ask_file" 2>/dev/null)
        echo "farsite live ${ask_digest%% *} $ask_file"
    done
}
