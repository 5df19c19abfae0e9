# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# What is asked of a router that is to be adopted, besides its UCI and files.

# adoption_configs: the names of all UCI packages that it has.
adoption_configs() {
    part configs
    for adoption_file in /etc/config/*; do
        [ ! -f "$adoption_file" ] || echo "${adoption_file##*/}"
    done
}

# adoption_image: the packages of the firmware's image, and those that apk was asked for. An image without /rom, as one
# for ext4, does not tell its own apart.
adoption_image() {
    if [ -r /rom/usr/lib/opkg/status ]; then
        part image
        sed -n 's/^Package: //p' /rom/usr/lib/opkg/status
    elif [ -r /rom/lib/apk/db/installed ]; then
        part image
        sed -n 's/^P://p' /rom/lib/apk/db/installed
    fi
    [ ! -r /etc/apk/world ] || { part world; cat /etc/apk/world; }
}
