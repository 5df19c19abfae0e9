#!/bin/sh
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2034,SC2086 # a count, a respawn setting is words

# The part of the procd stand-in that starts, restarts and ends the instances of services. Sourced by PID 1 only.
#
# A service is a folder of SERVICES, an instance a folder in it: `definition` (shell assignments: command, env, respawn,
# stdout, stderr), `pid`, `supervisor`. Status: 0, or ubus' 4 (not found).

service_define() { # request folder, service-set | service-add
	[ -f "$1/name" ] || return 4
	read -r service <"$1/name"
	for definition in "$1"/instances/*; do
		[ -f "$definition" ] || continue
		instance_define "$SERVICES/$service/${definition##*/}" "$definition"
	done
	if [ "$2" = service-set ]; then
		for instance in "$SERVICES/$service"/*; do
			[ -f "$1/instances/${instance##*/}" ] || instance_end "$instance"
		done
	fi
	mkdir -p "$SERVICES/$service"
	rm -rf "$1"
	return 0
}

service_delete() { # service[/instance]
	[ -d "$SERVICES/$1" ] || return 4
	case $1 in
	*/*) instance_end "$SERVICES/$1" ;;
	*)
		for instance in "$SERVICES/$1"/*; do
			instance_end "$instance"
		done
		rmdir "$SERVICES/$1"
		;;
	esac
	return 0
}

service_event() { # package whose configuration changed; a file says that its triggers are still to come, or at work
	pending=$(mktemp /tmp/lab/trigger.XXXXXX)
	( sleep 1; /lib/lab/triggers "$1"; rm -f "$pending" ) </dev/null >/dev/null 2>&1 3>&- &
	return 0
}

instance_define() { # instance folder, definition file
	if [ -f "$1/supervisor" ] && kill -0 "$(cat "$1/supervisor")" 2>/dev/null; then
		# procd ignores a definition that says the same about a live instance.
		cmp -s "$2" "$1/definition" && return
		cp "$2" "$1/definition"
		kill -HUP "$(cat "$1/supervisor")"
		return
	fi
	mkdir -p "$1"
	cp "$2" "$1/definition"
	instance_supervise "$1" 3>&- &
	echo $! >"$1/supervisor"
}

instance_end() { # instance folder
	[ -d "$1" ] || return
	kill -TERM "$(cat "$1/supervisor")" 2>/dev/null
	# The supervisor goes on in the folder it stands in.
	serial=$((serial + 1))
	mv "$1" "/var/run/procd/gone/$serial"
}

instance_kill() {
	kill -TERM "$pid" 2>/dev/null
	victim=$pid
	( for second in 1 2 3 4 5; do sleep 1; kill -0 "$victim" 2>/dev/null || exit; done; kill -KILL "$victim" ) &
}

instance_supervise() { # instance folder
	cd "$1" || exit
	service=${1#"$SERVICES/"}
	log=/tmp/lab/${service%%/*}.log
	pid='' retries=0 wish=''
	trap 'wish=end; instance_kill' TERM
	trap 'wish=restart; instance_kill' HUP
	while [ "$wish" != end ]; do
		wish='' command='' env='' respawn='' stdout='' stderr=''
		. ./definition
		out=/dev/null err=/dev/null
		[ -z "$stdout" ] || out=$log
		[ -z "$stderr" ] || err=$log
		read -r started rest </proc/uptime
		eval "exec env $env setsid $command" </dev/null >>"$out" 2>>"$err" &
		pid=$!
		echo "$pid" >pid
		while kill -0 "$pid" 2>/dev/null; do
			wait "$pid"
		done
		rm -f pid
		pid=''
		[ -z "$wish" ] || continue
		[ -n "$respawn" ] || break
		set -- $respawn
		read -r ended rest </proc/uptime
		retries=$((retries + 1))
		[ $((${ended%%.*} - ${started%%.*})) -lt "$1" ] || retries=0
		[ "$3" -eq 0 ] || [ "$retries" -le "$3" ] || break
		sleep "$2" &
		wait $!
	done
}
