#!/bin/busybox sh
# /init of the rack's machines, PID 1 after a network boot. It behaves as a Flatcar initramfs on its first boot: network
# by DHCP, then the Ignition config from the URL on the kernel command line, applied by the real ignition binary to
# /sysroot. It says every step on the serial console, installs to the disk when the config tells it to, and ends.
#
# Kernel arguments:
#   ignition.config.url=URL   the config (flatcar.config.url= and coreos.config.url= also work)
#   flatcar.first_boot=1 | ignition.firstboot[=1] | coreos.first_boot=1     without one of these Ignition is skipped
#   BOOTIF=01-MAC             the network card that booted
#   matchbox.report=URL matchbox.token=HEX    where an installing machine reports, and with what
#   lab.file=/path            whose sha256 goes into LAB-RESULT (default /etc/lab-proof)
#   lab.stay=SECONDS          stays up that long before it powers off (0)
#   lab.report=URL            a machine that came up says {"mac","uuid","step":"booted"} there, once
#
# Files that the Ignition config may write:
#   /etc/lab-install          "IMAGE_URL=URL" (its .sha256 beside it): write that image to the disk, report, reboot
#   /etc/matchbox/report.json {"url","token","mac"}: as the kernel arguments; both have to agree
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
/bin/busybox --install -s /bin 2>/dev/null
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
mount -t tmpfs run /run
mkdir -p /tmp /run/ignition
exec </dev/console >/dev/console 2>&1
dmesg -n 4
. /common.sh

say "INIT kernel=$(uname -r) arch=$(uname -m) uptime=$(uptime_s)"
say "CMDLINE $(cat /proc/cmdline)"
[ -d /sys/firmware/efi ] && fw=uefi || fw=bios
sb=$(dmesg | grep -o 'secureboot: Secure boot [a-z]*' | head -n1)
say "FIRMWARE $fw ${sb:+($sb)}"
stay=$(karg lab.stay)

load_modules
choose_nic
[ -n "$nic" ] || finish "fail stage=nic no network interface"
take_lease || { cat /run/udhcpc.log; finish "fail stage=dhcp mac=$mac"; }
step "network $(cat /run/lease)"
say "NET mac=$mac $(cat /run/lease)"

# --- ignition ------------------------------------------------------------------------------------------------------
url=$(karg ignition.config.url)
for alt in flatcar.config.url coreos.config.url; do
    [ -n "$url" ] && break
    url=$(karg $alt)
    # the real binary reads only ignition.config.url: show it a rewritten command line
    if [ -n "$url" ]; then
        sed "s|\$| ignition.config.url=$url|" /proc/cmdline | tr '\n' ' ' >/run/cmdline
        mount --bind /run/cmdline /proc/cmdline
    fi
done
first=$(karg flatcar.first_boot)$(karg ignition.firstboot)$(karg coreos.first_boot)
cp -a /skel/. /sysroot/
chown -R 500:500 /sysroot/home/core
chmod 640 /sysroot/etc/shadow /sysroot/etc/gshadow
find /sysroot -exec touch -h -d '2020-01-01 00:00:00' {} +
touch -d '2020-01-02 00:00:00' /run/stamp
if [ -z "$url" ] || [ -z "$first" ]; then
    finish "ok noignition mac=$mac ip=$(lease_ip) (no config url or no first_boot argument)"
fi
ign() {
    timeout "$2" ignition --root=/sysroot --platform="${platform:-metal}" --stage="$1" \
        --log-to-stdout --fetch-timeout="${2}s" </dev/null >"/run/ign-$1.log" 2>&1
    rc=$?
    if [ $rc -ne 0 ]; then
        sed 's/^/IGN| /' "/run/ign-$1.log" | tail -n 40
        finish "fail stage=ignition-$1 rc=$rc mac=$mac"
    fi
}
t0=$(uptime_s)
platform=$(karg ignition.platform.id)
step "ignition fetching $url"
ign fetch 180
sed -n 's/^.*\(parsed config\|SHA512\|GET http.*\|warning.*\).*$/&/p' /run/ign-fetch.log | sed 's/^/IGN| /' | head -n 20
step "ignition fetched"
for s in disks mount files; do ign $s 120; done
step "ignition applied"
say "IGNITION url=$url uptime=$t0..$(uptime_s)"
(cd /sysroot && find . -type f -newer /run/stamp -o -type l -newer /run/stamp) 2>/dev/null | sort | while read -r f; do
    p=/sysroot/$f
    if [ -L "$p" ]; then say "FILE ${f#.} -> $(readlink "$p")"
    else say "FILE ${f#.} mode=$(stat -c %a "$p") size=$(stat -c %s "$p") sha256=$(sha256sum "$p" | cut -c1-64)"; fi
done
hn=$(cat /sysroot/etc/hostname 2>/dev/null)
pf=$(karg lab.file); pf=${pf:-/etc/lab-proof}
sha=none; [ -f "/sysroot$pf" ] && sha=$(sha256sum "/sysroot$pf" | cut -c1-64)
uuid=$(cat /sys/class/dmi/id/product_uuid 2>/dev/null)

if [ -e /sysroot/etc/lab-install ]; then . /install.sh; fi

to=$(karg lab.report)
if [ -n "$to" ]; then
    post "$to" "{\"mac\":\"$mac\",\"uuid\":\"$uuid\",\"step\":\"booted\"}" && say "REPORT booted acknowledged" || say "REPORT booted failed"
fi
finish "ok hostname=$hn sha=$sha mac=$mac ip=$(lease_ip) firmware=$fw uptime=$(uptime_s)"
