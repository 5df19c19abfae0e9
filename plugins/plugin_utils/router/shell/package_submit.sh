# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154
# Hands an installation to its runner, and waits for its end.

# package_submit ID SECONDS: $work is filled. What the runner has recorded is passed on and then forgotten. A line now and then
# ends this when the connection has broken; the runner goes on.
package_submit() {
    if [ -n "$full" ]; then
        rm -rf "$work"
        printf 'farsite end refused\nfarsite reason /tmp is full\n'
        return 0
    fi
    submit_instance="{\"command\":[\"/bin/sh\",\"$work/tx\",\"$1\"],\"respawn\":[\"3600\",\"1\",\"5\"]}"
    if ! ubus call service add "{\"name\":\"farsite-packages-$1\",\"instances\":{\"tx\":$submit_instance}}"; then
        ubus call service delete "{\"name\":\"farsite-packages-$1\"}"
        rm -rf "$work"
        printf 'farsite end refused\nfarsite reason procd does not take the runner\n'
        return 0
    fi
    submit_waited=0
    until [ -e "$work/result" ]; do
        [ "$submit_waited" -lt "$2" ] || return 0
        sleep 1
        submit_waited=$((submit_waited + 1))
        [ $((submit_waited % 5)) != 0 ] || echo "farsite waiting"
    done
    sed 's/^/farsite /' "$work/result"
    ubus call service delete "{\"name\":\"farsite-packages-$1\"}" 2>/dev/null
    rm -rf "$work"
}
