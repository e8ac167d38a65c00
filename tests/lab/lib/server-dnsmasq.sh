# A stand-in for the appliance, to prove the rack itself: dnsmasq and busybox httpd with a script per machine. It serves
# an installing machine only while it is armed; the machine's report disarms it. Nothing of the appliance is in it.

server_check() { command -v dnsmasq >/dev/null && command -v busybox >/dev/null || die "no dnsmasq or busybox"; }

server_config() { # authoritative|proxy
    local www=$WORK/www u=$SITE boot
    mkdir -p "$www"/{node,cgi-bin,grub,armed} "$WORK/installing"
    [ -e "$www/assets" ] || ln -s "$WORK/assets" "$www/assets"
    [ -e "$www/ignition" ] || ln -s "$WORK/data/ignition" "$www/ignition"
    cp -f "$LAB_HOME/../../assets/loaders"/*.{efi,kpxe} "$www/"
    printf '#!ipxe\nchain %s/node/${mac:hexhyp}.ipxe || exit 1\n' "$u" >"$www/boot.ipxe"
    printf 'configfile /node/$net_default_mac.grub\n' >"$www/grub/grub.cfg"
    cat >"$www/cgi-bin/report" <<P
#!/bin/sh
body=\$(head -c "\${CONTENT_LENGTH:-0}")
echo "\$body" >>$WORK/reports.log
case \$body in *'"installed"'*)
    mac=\$(echo "\$body" | sed 's/.*"mac":"\([^"]*\)".*/\1/; s/:/-/g')
    case \$body in *"\$(cat $WORK/installing/\$mac.token)"*) cp $WORK/installing/\$mac.local $www/node/\$mac.ipxe ;; esac ;;
esac
printf 'Content-Type: text/plain\r\n\r\nthanks\n'
P
    chmod 755 "$www/cgi-bin/report"
    boot="dhcp-boot=tag:ipxe,$u/boot.ipxe,,10.77.0.1"
    cat >"$WORK/dnsmasq.conf" <<D
port=0
interface=rack0
bind-interfaces
no-ping
log-dhcp
log-facility=$OUT/dnsmasq.log
enable-tftp
tftp-root=$www
user=root
dhcp-leasefile=$WORK/leases
dhcp-userclass=set:ipxe,iPXE
dhcp-match=set:bios,option:client-arch,0
dhcp-match=set:efi64,option:client-arch,7
dhcp-match=set:efi64,option:client-arch,9
dhcp-match=set:http64,option:client-arch,16
dhcp-match=set:arm64,option:client-arch,11
dhcp-host=52:54:00:77:00:05,set:shim
dhcp-host=52:54:00:77:00:25,set:shim
$boot
D
    if [ "$1" = proxy ]; then
        cat >>"$WORK/dnsmasq.conf" <<D
dhcp-range=10.77.0.0,proxy,255.255.255.0
pxe-service=tag:!ipxe,x86PC,"rack",undionly.kpxe
pxe-service=tag:!ipxe,X86-64_EFI,"rack",snponly.efi
D
    else
        cat >>"$WORK/dnsmasq.conf" <<D
dhcp-range=10.77.0.100,10.77.0.200,255.255.255.0,10m
dhcp-range=set:far,10.78.0.100,10.78.0.200,255.255.255.0,10m
dhcp-authoritative
dhcp-option=tag:!far,option:router,10.77.0.1
dhcp-option=tag:far,option:router,10.78.0.1
dhcp-boot=tag:!ipxe,tag:bios,undionly.kpxe,,10.77.0.1
dhcp-boot=tag:!ipxe,tag:efi64,tag:!shim,snponly.efi,,10.77.0.1
dhcp-boot=tag:!ipxe,tag:efi64,tag:shim,shimx64.efi,,10.77.0.1
dhcp-boot=tag:http64,$u/snponly.efi
dhcp-boot=tag:arm64,grubaa64.efi,,10.77.0.1
dhcp-option-force=tag:http64,60,HTTPClient
D
    fi
}

server_node() { # name mac kind arch
    local name=$1 mac=${2//:/-} kind=$3 arch=$4 www=$WORK/www ign=$SITE/ignition/$1.ign args script
    mkdir -p "$www/node" "$WORK/installing"
    args="console=ttyS0 flatcar.first_boot=1 ignition.config.url=$ign lab.report=$SITE/cgi-bin/report"
    [ "$arch" = amd64 ] || args=${args/ttyS0/ttyAMA0}
    script="#!ipxe
:again
kernel $SITE/assets/$arch/vmlinuz initrd=initrd.img BOOTIF=01-\${netX/mac:hexhyp} $args @ || goto failed
initrd $SITE/assets/$arch/initrd.img || goto failed
boot || goto failed
:failed
imgfree
sleep 2
goto again"
    if [ "$kind" = live ]; then
        echo "${script/ @/}" >"$www/node/$mac.ipxe"
        printf 'linux /assets/%s/vmlinuz BOOTIF=01-$net_default_mac %s\ninitrd /assets/%s/initrd.img\nboot\n' "$arch" "$args" "$arch" >"$www/node/${2}.grub"
    else
        # Every firmware's way to its disk, as docs/firmware.md has it
        printf '#!ipxe\niseq ${platform} efi && exit 1 ||\nsanboot --no-describe --drive 0x80 || exit 1\n' >"$WORK/installing/$mac.local"
        cp "$WORK/installing/$mac.local" "$www/node/$mac.ipxe"
        head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$WORK/installing/$mac.token"
        echo "${script/ @/ matchbox.report=$SITE/cgi-bin/report matchbox.token=$(cat "$WORK/installing/$mac.token")}" >"$WORK/installing/$mac.script"
    fi
}

server_start() {
    busybox httpd -f -vv -p 10.77.0.1:8080 -h "$WORK/www" 2>>"$OUT/httpd.log" & httpd_pid=$!
    dnsmasq -k -C "$WORK/dnsmasq.conf" --pid-file </dev/null & server_pid=$!
    sleep 1
    kill -0 $server_pid 2>/dev/null || die "dnsmasq did not start: $(tail -n 1 "$OUT/dnsmasq.log")"
}
server_stop() { [ -z "${server_pid:-}" ] || { kill "$server_pid" "$httpd_pid" 2>/dev/null; wait "$server_pid" "$httpd_pid" 2>/dev/null; server_pid=; }; }
server_crash() { kill -9 "$server_pid" "$httpd_pid"; wait "$server_pid" "$httpd_pid" 2>/dev/null; server_pid=; }
server_add() { :; } # each has a script of its own
server_arm() { local mac=${1//:/-}; cp "$WORK/installing/$mac.script" "$WORK/www/node/$mac.ipxe"; }
