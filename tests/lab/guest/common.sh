# What both systems of the rack's machines share: the one from the network (init.sh) and the one on the disk (disk.sh).
say() { echo "LAB-$*"; }
step() { say "STEP $* (at $(uptime_s))"; }
uptime_s() { cut -d' ' -f1 /proc/uptime; }
lease_ip() { cut -d' ' -f1 /run/lease 2>/dev/null | sed 's/^ip=//'; }

finish() {
    say "RESULT $*"
    rest
}

rest() {
    sleep "${stay:-0}"
    sync
    poweroff -f
}

karg() { # value of the last NAME=value on the kernel command line
    v=
    for a in $(cat /proc/cmdline); do case $a in "$1="*) v=${a#*=} ;; "$1") v=1 ;; esac; done
    echo "$v"
}

load_modules() {
    while read -r m; do insmod "/lib/modules/$m" 2>/dev/null || say "WARN insmod $m failed"; done </lib/modules/order
}

choose_nic() { # the card that booted; without that knowledge the first
    bootif=$(karg BOOTIF | sed 's/^01-//; s/-/:/g' | tr A-F a-f)
    nic=
    for d in /sys/class/net/*; do
        n=${d##*/}; [ "$n" = lo ] && continue
        [ -n "$nic" ] || nic=$n
        [ -n "$bootif" ] && [ "$(cat "$d/address")" = "$bootif" ] && nic=$n
    done
    ip link set lo up
    [ -z "$nic" ] && return
    mac=$(cat "/sys/class/net/$nic/address")
    ip link set "$nic" up
}

take_lease() {
    # -O: what an installed Linux asks for
    udhcpc -i "$nic" -s /udhcpc.sh -n -q -f -t 20 -T 3 -V lab-initramfs \
        -O ntpsrv -O mtu -O search -O staticroutes >/run/udhcpc.log 2>&1 || return 1
    [ -s /run/dhcp-hostname ] && hostname "$(cat /run/dhcp-hostname)"
    return 0
}

post() { # URL JSON
    timeout 30 wget -q -O /run/answer --header 'Content-Type: application/json' --post-data "$2" "$1"
}

# The last 4 KiB of the disk are the rack's notebook: a line for each time that somebody writes an image to it. The
# image never reaches that far, so the host counts installs by reading the file of the disk.
disk=/dev/vda
notes_at() { echo $(($(cat /sys/class/block/vda/size) / 8 - 1)); }
disk_notes() { dd if=$disk bs=4096 skip="$(notes_at)" count=1 2>/dev/null | tr -d '\000'; }
note_on_disk() { # LINE
    { disk_notes; echo "$*"; } >/run/notes
    dd if=/dev/zero bs=4096 count=1 2>/dev/null | cat /run/notes - | head -c 4096 >/run/notes.block
    dd if=/run/notes.block of=$disk bs=4096 seek="$(notes_at)" conv=notrunc,fsync 2>/dev/null
}
