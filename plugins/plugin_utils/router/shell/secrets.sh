# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
# Secret values in the text of `uci export`, which quotes every value: they leave the router only as salted digests.

# secret_filter MODE NAMES: the values of these options are secret; a name that begins with ~ is a pattern.
# A value may span lines; it ends where its quotes are balanced. \001 joins its lines: uci stores no such byte.
#   values  prints every secret value, a line each
#   mask    reads their digests first, up to a line "@", and prints the text with each value replaced by its digest
#   fill    reads "DIGEST VALUE" lines first, up to a line "@", and prints the text with the digests it knows replaced
secret_filter() {
    awk -v mode="$1" -v names="$2" '
        function odd(line) { gsub(/\047\\\047\047/, "", line); return gsub(/\047/, "", line) % 2 }
        function is_secret(option) {
            return option in secret || tolower(option) in secret || (pattern != "" && tolower(option) ~ pattern)
        }
        BEGIN {
            for (count = split(names, name, " "); count; count--) {
                if (name[count] ~ /^~/) pattern = substr(name[count], 2)
                else secret[name[count]] = 1
            }
            head = mode != "values"
        }
        head && $0 == "@" { head = 0; next }
        head && mode == "mask" { digest[++digests] = $1; next }
        head { value_of[$1] = substr($0, length($1) + 2); next }
        {
            entry = open ? entry "\001" $0 : $0
            open = open ? !odd($0) : odd($0)
            if (open) next
            value = ""
            if (match(entry, /^\t(option|list) [^ ]+ /)) {
                split(entry, word, " ")
                start = substr(entry, 1, RLENGTH)
                value = substr(entry, RLENGTH + 1)
            }
            if (mode == "values") { if (value != "" && is_secret(word[2])) print value; next }
            if (value != "" && mode == "mask" && is_secret(word[2])) entry = start "\047@farsite-" digest[++used] "\047"
            if (value != "" && mode == "fill" && value ~ /^\047@farsite-[0-9a-f]+\047$/ && length(value) == 75) {
                key = substr(value, 11, length(value) - 11)
                if (!(key in value_of)) exit 3
                entry = start value_of[key]
            }
            gsub(/\001/, "\n", entry)
            print entry
        }'
}

# secret_digests SALT: a digest for each line of `secret_filter values`. The builtin printf keeps values out of argv.
secret_digests() {
    while IFS= read -r secret_value; do
        printf '%s%s' "$1" "$secret_value" | sha256sum
    done
}

# mask SALT NAMES: standard input is the export.
mask() {
    mask_text=$(cat)
    # "." says that all was looked through: where memory is short awk may be killed, and that is not "no secrets"
    mask_values=$(printf '%s\n' "$mask_text" | secret_filter values "$2" && echo .)
    [ "$mask_values" != . ] || { printf '%s\n' "$mask_text"; return; }
    mask_digests=$(printf '%s' "${mask_values%.}" | secret_digests "$1")
    { printf '%s\n@\n' "$mask_digests"; printf '%s\n' "$mask_text"; } | secret_filter mask "$2"
}

# fill SALT NAMES EXPORT CANDIDATE: the candidate with the values that only the running export knows; fails if one is not there.
fill() {
    {
        secret_filter values "$2" <"$3" | while IFS= read -r secret_value; do
            fill_digest=$(printf '%s%s' "$1" "$secret_value" | sha256sum)
            printf '%s %s\n' "${fill_digest%% *}" "$secret_value"
        done
        echo @
        cat "$4"
    } | secret_filter fill "$2"
}
