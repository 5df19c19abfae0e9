# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash disable=SC2154
# What is plugged into a router, and what it has for modems, in a handful of forks. ROOT, before each path, is for tests; $scratch is
# a folder of our own.

# modem_probe [ROOT]: parts usb, usb-descriptors, usb-paths, usb-drivers, modem-switch, modem-ncm, modem-handlers.
modem_probe() {
    modem_usb=$1/sys/bus/usb/devices
    part usb
    if [ -d "$modem_usb" ]; then
        (cd "$modem_usb" && modem_attributes)
        part usb-descriptors
        (cd "$modem_usb" && modem_each modem_descriptors)
        part usb-paths
        (cd "$modem_usb" && modem_each modem_path)
        part modem-switch "$(modem_switches "$1")"
        (cd "$modem_usb" && modem_each modem_switched "$1")
    fi
    part usb-drivers
    ls "$1/sys/bus/usb/drivers" 2>/dev/null
    part modem-ncm "$(sed -n "s/^DISTRIB_RELEASE='\(.*\)'/\1/p" "$1/etc/openwrt_release" 2>/dev/null)" \
        "$(grep -c 'RS=' "$1/lib/netifd/proto/ncm.sh" 2>/dev/null)"
    sed -n 's/^\t"\(.*\)": {$/\1/p' "$1/etc/gcom/ncm.json" 2>/dev/null
    part modem-handlers
    ls "$1/lib/netifd/proto" 2>/dev/null
}

# modem_attributes: grep prints nothing of an empty file: a device without an active configuration has no such line.
modem_attributes() {
    grep -s . -- */idVendor */idProduct */bDeviceClass */bConfigurationValue */manufacturer */product \
        *:*/bInterfaceNumber *:*/bInterfaceClass *:*/bInterfaceSubClass *:*/bInterfaceProtocol *:*/bNumEndpoints /dev/null
    # shellcheck disable=SC2012 # the kernel's names have no blanks
    ls -ld -- *:*/driver 2>/dev/null
    ls -d -- *:*/net/* *:*/usbmisc/* *:*/ttyUSB* *:*/tty/tty* 2>/dev/null
}

# modem_each COMMAND WORD…: runs it with vendor, product and class set for each device.
modem_each() {
    for modem_port in *; do
        [ -r "$modem_port/idVendor" ] || continue
        modem_vendor='' modem_product='' modem_class=''
        read -r modem_vendor <"$modem_port/idVendor"
        read -r modem_product <"$modem_port/idProduct"
        read -r modem_class <"$modem_port/bDeviceClass"
        [ "$modem_class" = 09 ] || "$@"
    done
}

# modem_descriptors: only where they tell more than the interfaces do.
modem_descriptors() {
    modem_active='' modem_choices=''
    read -r modem_active <"$modem_port/bConfigurationValue"
    read -r modem_choices <"$modem_port/bNumConfigurations"
    [ -r "$modem_port/descriptors" ] || return 0
    case ${modem_active:-0}/${modem_choices:-1} in
        0/* | */[2-9]) echo "$modem_port $(hexdump -v -e '1/1 "%02x"' "$modem_port/descriptors")" ;;
    esac
}

modem_path() { echo "$modem_port $(readlink -f "$modem_port")"; }

modem_switches() { [ ! -r "$1/etc/usb-mode.json" ] || echo known; }

# modem_switched ROOT: of the devices that are there, those that usb-modeswitch has an entry for.
modem_switched() {
    ! grep -qsi "\"$modem_vendor:$modem_product\"" "$1/etc/usb-mode.json" || echo "$modem_vendor:$modem_product"
}

# --- after an installation ---------------------------------------------------------------------------------------------

# modem_settle PORT PRODUCT SECONDS [ROOT]: switches and waits until what is plugged in there is no longer PRODUCT (empty: nothing is
# switched, and it may be anything), and has the same interfaces and drivers for 3 s.
modem_settle() {
    settle_same=0 settle_before=
    for settle_second in $(seq "$3"); do
        [ "$settle_second" != 1 ] || [ -z "$2" ] || modem_switch
        settle_now=$(cd "$4/sys/bus/usb/devices" && cat "$1/idProduct" &&
            ls -d "$1":*/driver "$1":*/net/* "$1":*/ttyUSB* "$1":*/tty/tty* "$1":*/usbmisc/*) 2>"$scratch/errors"
        if [ "$settle_now" = "$settle_before" ]; then settle_same=$((settle_same + 1)); else settle_same=0; fi
        settle_before=$settle_now
        # gone for a moment, or still what it was
        case $settle_now in '') settle_same=0 ;; "$2"*) [ -z "$2" ] || settle_same=0 ;; esac
        [ "$settle_same" -lt 3 ] || return 0
        sleep 1
    done
}

# modem_switch: usb-modeswitch acts when something is plugged in; what is in already wants to be asked for.
modem_switch() {
    if [ -x /etc/init.d/usbmode ]; then
        /etc/init.d/usbmode start
    elif [ -x /sbin/usbmode ]; then
        /sbin/usbmode -s &
    fi </dev/null >/dev/null 2>&1
}
