#!/bin/busybox sh
# /init of the system that the image puts on a machine's disk: says that it is there, takes a lease, ends.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
/bin/busybox --install -s /bin 2>/dev/null
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
mount -t tmpfs run /run
exec </dev/console >/dev/console 2>&1
dmesg -n 4
. /common.sh

stay=$(karg lab.stay)
load_modules
hn=$(disk_notes | sed -n 's/.*host=\([^ ]*\).*/\1/p' | tail -n 1)
say "DISK started uptime=$(uptime_s) notes=$(disk_notes | tr '\n' ';')"
choose_nic
ip=none
take_lease && ip=$(lease_ip)
say "DISK ok hostname=$hn mac=$mac ip=$ip installs=$(disk_notes | grep -c '^install')"
rest
