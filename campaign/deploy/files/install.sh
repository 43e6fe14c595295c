#!/bin/sh
# Puts the files of this folder in their places on a Debian machine with systemd. Run it as root:
#     sudo sh install.sh
# Settings and a proxy's file that are there already stay as they are. With DESTDIR=/somewhere everything
# goes below that folder, and nothing is started: that is for trying it out.
set -eu
cd "$(dirname "$0")"
root="${DESTDIR:-}"

put() { # put MODE FILE PLACE: replaces what is there
    install -D -m "$1" "$2" "$root$3"
    echo "$3"
}
put_new() { # the same, unless it is there
    if [ -e "$root$3" ]; then echo "$3 is there already: not replaced"; else put "$@"; fi
}

put 644 sysusers.conf /etc/sysusers.d/campaign.conf
put 644 tmpfiles.conf /etc/tmpfiles.d/campaign.conf
put 644 journald.conf /etc/systemd/journald.conf.d/campaign.conf
for unit in systemd/*; do put 644 "$unit" "/etc/systemd/system/${unit#systemd/}"; done
if [ -z "$root" ]; then
    systemd-sysusers /etc/sysusers.d/campaign.conf
    systemd-tmpfiles --create /etc/tmpfiles.d/campaign.conf
fi
put_new 640 campaign.env /etc/campaign/campaign.env
if [ -z "$root" ]; then
    chown root:campaign /etc/campaign/campaign.env
    systemctl daemon-reload
    systemctl try-restart systemd-journald
fi
