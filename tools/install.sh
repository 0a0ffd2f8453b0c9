#!/usr/bin/env bash
# Installs the Debian packages that are missing. usage: tools/install.sh GROUP...   (run, test, bench)
# Asks nothing. As an ordinary user it goes through sudo. Prints what it installs, and nothing when all is there.
set -euo pipefail

list="$(dirname "${BASH_SOURCE[0]}")/packages.txt"

is_present() { # package [command]
    if [[ -n ${2:-} ]]; then
        # /usr/sbin is not on an ordinary user's PATH, and nginx lives there.
        PATH="$PATH:/usr/sbin" command -v "$2" >/dev/null
    else
        [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]
    fi
}

missing_of() { # group...
    local group="" line name command
    while read -r line; do
        [[ $line =~ ^#\ group:\ (.*)$ ]] && group=${BASH_REMATCH[1]}
        line=${line%%#*}
        read -r name command _ <<<"$line"
        command=${command#[}
        [[ -z $name || " $* " != *" $group "* ]] && continue
        is_present "$name" "${command%]}" || echo "$name"
    done <"$list"
}

as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif ! command -v sudo >/dev/null; then
        echo "Neither root nor sudo. As root, run: tools/install.sh ${groups[*]}" >&2
        exit 1
    elif [[ -t 0 ]]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

install_packages() {
    local options=(-qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
    as_root apt-get -qq update || echo "Some package lists could not be refreshed; going on with those at hand." >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install "$@" >&3 2>&3
}

groups=("$@")
if [[ ${#groups[@]} == 0 ]]; then
    echo "usage: tools/install.sh GROUP...   (run, test, bench)" >&2
    exit 2
fi
mapfile -t missing < <(missing_of "${groups[@]}")
[[ ${#missing[@]} == 0 ]] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "This machine has no apt. Install what corresponds to these Debian packages: ${missing[*]}" >&2
    exit 1
fi
log="$(dirname "${BASH_SOURCE[0]}")/../build/log/install.log"
mkdir -p "$(dirname "$log")"
exec 3>"$log"
echo "Installing for ${groups[*]}: ${missing[*]}"
started=$SECONDS
if ! install_packages "${missing[@]}" 2>&1; then
    echo "apt could not install them; the end of $log:" >&2
    tail -20 "$log" >&2
    exit 1
fi
echo "Installed in $((SECONDS - started)) s."
