# One machine of the rack: QEMU with real firmware. Its folder, machines/MAC, keeps the disk and the UEFI variables, so
# that booting the same MAC again is a power cycle of the same machine.

MACHINE_EXPECT='LAB-RESULT ok hostname='
MACHINE_FAIL='LAB-RESULT fail|Kernel panic|No bootable device|No bootable option|UEFI Interactive Shell'

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
end_pid() { # PID: TERM, up to 3 s, KILL
    kill "$1" 2>/dev/null || return 0
    local i
    for i in $(seq 30); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done
    kill -9 "$1" 2>/dev/null
}

accel() { # KVM where a stock kernel really comes up under it, else software emulation with a thread for each core
    [ -z "${LAB_ACCEL:-}" ] || { echo "$LAB_ACCEL"; return; }
    local known=$LAB_CACHE/accel.$(uname -r) log
    if [ ! -s "$known" ]; then
        echo tcg,thread=multi >"$known"
        if [ -w /dev/kvm ]; then
            log=$(mktemp)
            timeout 15 qemu-system-x86_64 -M q35 -accel kvm -cpu host -m 512 -display none -monitor none -nodefaults -no-reboot \
                -kernel "$(payload_dir)/vmlinuz" -initrd "$(payload_dir)/initrd.img" -append console=ttyS0 -serial "file:$log" >/dev/null 2>&1
            grep -aq LAB-INIT "$log" && echo kvm >"$known"
            rm -f "$log"
        fi
    fi
    cat "$known"
}

cmd_boot() { # boots one machine and waits for a line on its console; see `lab help`
    inside boot "$@"
    local firmware=bios mac=52:54:00:77:00:01 uuid='' expect=$MACHINE_EXPECT fail=$MACHINE_FAIL timeout=300 mem=1024
    local out='' disk='' nics=1 net='' fresh='' order=network stay='' capture=1 quiet='' reboots='' extra=''
    while [ $# -gt 0 ]; do
        case $1 in
        --firmware) firmware=$2; shift 2 ;; --mac) mac=$(tr A-F- a-f: <<<"$2"); shift 2 ;; --uuid) uuid=$2; shift 2 ;;
        --expect) expect=$2; shift 2 ;; --fail) fail=$2; shift 2 ;; --timeout) timeout=$2; shift 2 ;; --mem) mem=$2; shift 2 ;;
        --out) out=$2; shift 2 ;; --disk) disk=$2; shift 2 ;; --nics) nics=$2; shift 2 ;; --net) net=$2; shift 2 ;;
        --fresh) fresh=1; shift ;; --boot-order) order=$2; shift 2 ;; --stay) stay=1; shift ;; --no-capture) capture=; shift ;;
        --quiet) quiet=1; shift ;; --reboots) reboots=1; shift ;; --qemu) extra=$2; shift 2 ;;
        *) die "boot: unknown option $1" ;;
        esac
    done
    [[ $mac =~ ^([0-9a-f]{2}:){5}[0-9a-f]{2}$ ]] || die "boot: bad MAC $mac"
    local hex=${mac//:/} vm pid='' tap='' other=''
    vm=$LAB_DIR/machines/$hex
    [ -e "$vm/pid" ] && kill -0 "$(cat "$vm/pid")" 2>/dev/null && die "boot: $mac is on"
    [ -z "$fresh" ] || rm -rf "$vm"
    mkdir -p "$vm"
    out=${out:-$vm}; mkdir -p "$out"; out=$(cd "$out" && pwd)

    # the network side: a tap on the machine's own segment; the first of two cards hangs on a network without anybody
    local bridge=$RACK_BRIDGE at=()
    [ -z "$net" ] || { bridge=seg0; at=(nsenter --target "$(cat "$LAB_DIR/side/$net")" --net --); }
    tap=t$hex other=u$hex
    "${at[@]}" ip link del "$tap" 2>/dev/null; ip link del "$other" 2>/dev/null
    "${at[@]}" ip tuntap add "$tap" mode tap && "${at[@]}" ip link set "$tap" master $bridge up || die "boot: no tap"

    local -a q
    machine_command || return 2
    : >"$out/serial.log"
    local dump=''
    if [ -n "$capture" ] && command -v tcpdump >/dev/null; then
        # the heads are enough for a look later; bulk data is not kept
        "${at[@]}" tcpdump -i "$tap" -n -s 400 -B 8192 -U -Z root -w "$out/net.pcap" 'not (tcp src port 8080 and len > 700) and not (udp and len > 900)' >/dev/null 2>"$vm/tcpdump.log" &
        dump=$!
    fi
    local t0; t0=$(now)
    "${at[@]}" "${q[@]}" >"$vm/qemu.log" 2>&1 </dev/null &
    pid=$!
    echo $pid >"$vm/pid"
    # shellcheck disable=SC2064
    trap "end_pid $pid; [ -z '$dump' ] || end_pid $dump; exit 130" INT TERM

    local rc=124 kernel=- init=- end s0=$SECONDS
    while [ $((SECONDS - s0)) -lt "$timeout" ]; do
        [ $kernel = - ] && grep -aqE 'Linux version|LAB-INIT|LAB-DISK' "$out/serial.log" && kernel=$(since "$t0")
        [ $init = - ] && grep -aqE 'LAB-INIT|LAB-DISK' "$out/serial.log" && init=$(since "$t0")
        if grep -aqE "$expect" "$out/serial.log"; then rc=0; break; fi
        if [ -n "$fail" ] && grep -aqE "$fail" "$out/serial.log"; then rc=1; break; fi
        if ! kill -0 $pid 2>/dev/null; then
            grep -aqE "$expect" "$out/serial.log" && rc=0 || rc=1
            break
        fi
        sleep 0.2
    done
    end=$(since "$t0")
    if [ $rc != 0 ] || [ -z "$stay" ]; then
        # an expected line of an installing machine comes before its reboot: let it finish what it writes
        [ $rc = 0 ] && for _ in $(seq 50); do kill -0 $pid 2>/dev/null || break; sleep 0.1; done
        end_pid $pid; wait $pid 2>/dev/null
        [ -z "$dump" ] || { end_pid "$dump"; wait "$dump" 2>/dev/null; }
        "${at[@]}" ip link del "$tap" 2>/dev/null; [ "$nics" = 1 ] || ip link del "$other" 2>/dev/null
        rm -f "$vm/pid"
    fi
    trap - INT TERM
    grep -v 'terminating on signal' "$vm/qemu.log" >&2

    {
        echo "firmware=$firmware mac=$mac rc=$rc kernel_s=$kernel init_s=$init end_s=$end"
        echo "line=$(grep -aoE "($expect|$fail).*" "$out/serial.log" | head -n 1 | tr -d '\r')"
    } >"$out/report"
    if [ -z "$quiet" ]; then
        cat "$out/report"
        [ $rc = 0 ] || { echo "--- end of $out/serial.log"; clean "$out/serial.log" | tail -n 25; }
    fi
    return $rc
}

machine_command() { # fills q from the variables of cmd_boot
    local hardware=$vm/vars.fd code= template= romfile= fwcfg=n nic=0 hard=9
    case $firmware in
    bios | bios-plain) ;;
    uefi | uefi-http) code=/usr/share/OVMF/OVMF_CODE_4M.fd template=/usr/share/OVMF/OVMF_VARS_4M.fd ;;
    secureboot) code=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd template=/usr/share/OVMF/OVMF_VARS_4M.ms.fd ;;
    arm64) code=/usr/share/AAVMF/AAVMF_CODE.fd template=/usr/share/AAVMF/AAVMF_VARS.fd ;;
    *) die "boot: unknown firmware $firmware" ;;
    esac
    case $firmware in
    arm64) q=(qemu-system-aarch64 -M virt -accel tcg,thread=multi -cpu cortex-a57) ;;
    secureboot) q=(qemu-system-x86_64 -M q35,smm=on -accel "$(accel)" -cpu max
        -global driver=cfi.pflash01,property=secure,value=on -global ICH9-LPC.disable_s3=1) ;;
    *) q=(qemu-system-x86_64 -M q35,graphics=off -accel "$(accel)" -cpu max) ;;
    esac
    if [ -n "$code" ]; then
        [ -e "$code" ] || die "boot: $code is missing (lab deps)"
        [ -e "$hardware" ] || cp "$template" "$hardware"
        q+=(-drive "if=pflash,format=raw,unit=0,readonly=on,file=$code" -drive "if=pflash,format=raw,unit=1,file=$hardware")
        # without the option ROM the firmware's own driver and PXE client run
        romfile=,romfile=
        [ "$firmware" = uefi-http ] || fwcfg=y
        q+=(-fw_cfg "name=opt/org.tianocore/IPv4PXESupport,string=$fwcfg" -fw_cfg "name=opt/org.tianocore/IPv6Support,string=n" -fw_cfg "name=opt/org.tianocore/IPv6PXESupport,string=n")
    else
        # A server that finds nothing to boot tries again; so does this one.
        q+=(-boot reboot-timeout=5000)
    fi
    if [ "$firmware" = bios-plain ]; then
        # No vendor PXE ROM is packaged: iPXE, told to send no user class, does the DHCP and offers UNDI to what it loads.
        # The class is cleared again before the jump, else the next loader inherits it through the cached DHCPACK. Without
        # a file name there is a PXE menu (proxyDHCP, option 43), which only autoboot follows; the class stays then. The file of a
        # proxyDHCP offer is on the server of that offer: the other one names itself as next server as well.
        romfile=,romfile=
        printf '%s\n' '#!ipxe' 'set net0/user-class:hex 00' 'dhcp net0 || exit' \
            'set at:string ${next-server}' 'set file:string ${filename}' 'isset ${proxydhcp/filename} || goto own' \
            'set at:string ${proxydhcp/next-server}' 'set file:string ${proxydhcp/filename}' ':own' 'isset ${file} || goto menu' \
            'clear net0/user-class' 'chain tftp://${at}/${file} || exit' ':menu' 'autoboot net0 || exit' >"$vm/plain.ipxe"
        q+=(-kernel "$(payload_dir)/ipxe.lkrn" -initrd "$vm/plain.ipxe")
    fi
    # QEMU's own -kernel is boot entry 0
    [ "$firmware" = bios-plain ] && nic=1
    [ "$order" = disk ] && nic=2 hard=1
    if [ -n "$disk" ]; then
        [ -e "$vm/disk.raw" ] || truncate -s "$disk" "$vm/disk.raw"
        q+=(-drive "if=none,id=d0,format=raw,cache=writethrough,file=$vm/disk.raw" -device "virtio-blk-pci,drive=d0,bootindex=$hard")
    fi
    if [ "$nics" = 2 ]; then
        ip tuntap add "$other" mode tap && ip link set "$other" master void0 up || die "boot: no second tap"
        q+=(-netdev "tap,id=n1,ifname=$other,script=no,downscript=no" -device "virtio-net-pci,netdev=n1,mac=${mac%:*}:f${mac: -1},bootindex=$nic$romfile")
        nic=$((nic + 1))
    fi
    q+=(-netdev "tap,id=n0,ifname=$tap,script=no,downscript=no" -device "virtio-net-pci,netdev=n0,mac=$mac,bootindex=$nic$romfile")
    uuid=${uuid:-7a62656e-6368-4c61-8000-$hex}
    q+=(-smbios "type=1,manufacturer=Rack,product=QEMU-$firmware,serial=RACK-$hex,uuid=$uuid" -uuid "$uuid"
        -m "$mem" -smp 1 -display none -vga none -monitor none -nodefaults -serial "file:$out/serial.log" -device virtio-rng-pci)
    [ -n "$reboots" ] || q+=(-no-reboot)
    # shellcheck disable=SC2206
    q+=($extra)
}

clean() { sed -e 's/\x1b\[[0-9;?=]*[A-Za-z]//g' -e 's/\x1b[()][A-Z0-9]//g' "$1" | tr -d '\r\000' | grep -av '^ *$'; }

cmd_off() { # MAC: power off, by the plug
    inside off "$@"
    local vm=$LAB_DIR/machines/${1//:/}
    [ -e "$vm/pid" ] || return 0
    end_pid "$(cat "$vm/pid")"; rm -f "$vm/pid"
    ip link del "t${1//:/}" 2>/dev/null
    return 0
}

cmd_writes() { # MAC: how often somebody wrote an image to the machine's disk, then each with its time
    local notes
    notes=$(tail -c 4096 "$LAB_DIR/machines/${1//:/}/disk.raw" 2>/dev/null | tr -d '\000')
    grep -c '^install' <<<"$notes"
    [ -z "$notes" ] || echo "$notes"
}

cmd_swarm() { # --count N [--mac FIRST] [boot options]: N machines at once
    inside swarm "$@"
    local n=2 mac=52:54:00:77:01:00 args=() out='' i m rc=0 t0 pids=() p
    while [ $# -gt 0 ]; do
        case $1 in --count) n=$2; shift 2 ;; --mac) mac=$2; shift 2 ;; --out) out=$2; shift 2 ;; *) args+=("$1"); shift ;; esac
    done
    out=${out:-$LAB_DIR/swarm}
    t0=$(now)
    for i in $(seq "$n"); do
        m=$(printf '%s:%02x' "${mac%:*}" $((16#${mac##*:} + i)))
        "$LAB_HOME/lab" boot "${args[@]}" --mac "$m" --out "$out/$i" --quiet &
        pids+=($!)
    done
    for p in "${pids[@]}"; do wait "$p" || rc=1; done
    cat "$out"/*/report
    echo "swarm count=$n rc=$rc wall_s=$(since "$t0")"
    return $rc
}
