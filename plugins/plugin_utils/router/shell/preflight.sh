# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# Is the candidate fit to go live? Tried in a scratch tree of tmpfs before anything on flash changes.

# candidate_parses FOLDER FILE: as uci itself reads it, under a name for which nobody can have staged edits.
candidate_parses() {
    mkdir -p "$1/parse" && cp "$2" "$1/parse/farsite-candidate" 2>"$1/parse/errors" &&
        cmp -s "$2" "$1/parse/farsite-candidate" || { echo "/tmp is full" >"$1/parse/errors"; return 1; }
    uci -c "$1/parse" export farsite-candidate >/dev/null 2>"$1/parse/errors" && ! [ -s "$1/parse/errors" ]
}

# the folders below /etc of which the programs below read more than one file
scratch_folders='config nftables.d dnsmasq.d'

# preflight_reads PATH: whether the file is in one of them.
preflight_reads() {
    preflight_folder=${1#/etc/} preflight_folder=${preflight_folder%/*}
    case " $scratch_folders " in *" $preflight_folder "*) return 0 ;; esac
    return 1
}

# candidate_folder FOLDER PATH: the folder that the file is in, as it is on the router, below FOLDER/etc.
candidate_folder() {
    candidate_from=${2%/*} candidate_to=$1${2%/*}
    [ ! -d "$candidate_to" ] || return 0
    mkdir -p "$candidate_to" || return
    [ ! -d "$candidate_from" ] || cp -pR "$candidate_from/." "$candidate_to/"
}

# scratch_tree FOLDER: the root at FOLDER/root with the folders of FOLDER/etc and a /tmp of its own. /etc may be a file
# system of its own. Both are read-only here: nothing that goes wrong in this tree may reach the router.
scratch_tree() {
    mkdir -p "$1/root" "$1/tmp/run/ubus" "$1/tmp/lock" "$1/tmp/etc" &&
        mount --bind / "$1/root" && mount --bind /etc "$1/root/etc" || return
    for scratch_mount in $scratch_folders; do
        [ ! -d "$1/etc/$scratch_mount" ] || [ ! -d "/etc/$scratch_mount" ] ||
            mount --bind "$1/etc/$scratch_mount" "$1/root/etc/$scratch_mount" || return
    done
    mount --bind "$1/tmp" "$1/root/tmp" && mount --bind /dev "$1/root/dev" && mount --bind /proc "$1/root/proc" &&
        mount -o remount,bind,ro "$1/root" && mount -o remount,bind,ro "$1/root/etc"
}

scratch_tree_drop() {
    for scratch_mount in proc dev tmp etc/dnsmasq.d etc/nftables.d etc/config etc ''; do
        umount -l "$1/root/$scratch_mount" 2>/dev/null
    done
    return 0
}

# firewall_complaints: positions are taken out, since a new section renumbers those behind it, and a line those of what nft is
# given. A zone without an address cannot reflect, which is no fault of the configuration.
firewall_complaints() {
    sed -n 's/@\([a-z]*\)\[[0-9]*\]/@\1/g; s/:[0-9]*:[0-9-]*: Error: /: Error: /
        /disabling reflection/d; /^\[!\]/p; /: Error: /p'
}

# preflight FOLDER PACKAGES: FOLDER/etc holds the whole candidate /etc/config. Prints what is wrong with it.
preflight() {
    case " $2 " in *' firewall '* | *' network '* | *' dhcp '*) ;; *) return 0 ;; esac
    scratch_tree "$1" || { scratch_tree_drop "$1"; echo "the scratch tree for the preflight could not be mounted"; return 1; }
    preflight_result=0
    case " $2 " in
        *' firewall '* | *' network '*)
            if [ -x /sbin/fw4 ]; then
                ln /var/run/ubus/ubus.sock "$1/tmp/run/ubus/" 2>/dev/null
                /sbin/fw4 check 2>&1 | firewall_complaints >"$1/complaints"
                chroot "$1/root" /sbin/fw4 check 2>&1 | firewall_complaints >"$1/new"
                rm -f "$1/tmp/run/ubus/ubus.sock"
                while IFS= read -r preflight_line; do
                    grep -qxF -e "$preflight_line" "$1/complaints" && continue
                    case $preflight_line in
                        *skipped* | *'unknown option'* | *'invalid value'* | *'not found'* | *'does not exist'* | *': Error: '*)
                            echo "firewall: $preflight_line"
                            preflight_result=1
                            ;;
                    esac
                done <"$1/new"
            fi
            ;;
    esac
    case " $2 " in
        *' dhcp '*)
            if [ -x /etc/init.d/dnsmasq ] && [ -x /usr/sbin/dnsmasq ]; then
                chroot "$1/root" /bin/sh /etc/rc.common /etc/init.d/dnsmasq start >/dev/null 2>&1
                for preflight_file in "$1"/tmp/etc/dnsmasq.conf*; do
                    [ -f "$preflight_file" ] || continue
                    chroot "$1/root" /usr/sbin/dnsmasq --test -C "/tmp/etc/${preflight_file##*/}" >"$1/dnsmasq" 2>&1 && continue
                    echo "dhcp: $(head -n 3 "$1/dnsmasq")"
                    preflight_result=1
                done
            fi
            ;;
    esac
    scratch_tree_drop "$1"
    return "$preflight_result"
}
