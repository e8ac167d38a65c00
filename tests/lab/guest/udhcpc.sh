#!/bin/busybox sh
# udhcpc event script of the machines
case $1 in
deconfig) ip addr flush dev "$interface" ;;
bound | renew)
    ip addr add "$ip/${mask:-24}" dev "$interface" 2>/dev/null
    for r in $router; do ip route add default via "$r" dev "$interface" 2>/dev/null && break; done
    : >/etc/resolv.conf
    for s in $dns; do echo "nameserver $s" >>/etc/resolv.conf; done
    [ -n "$hostname" ] && echo "$hostname" >/run/dhcp-hostname
    echo "ip=$ip mask=${mask:-} router=${router:-} dns=${dns:-} server=${serverid:-} lease=${lease:-} hostname=${hostname:-} domain=${domain:-} ntp=${ntpsrv:-} mtu=${mtu:-} bootfile=${boot_file:-} siaddr=${siaddr:-}" >/run/lease
    ;;
esac
exit 0
