# The flows: what is on, what happens, what has to be seen. One function each, flow_NAME with - as _.

passed=0 failed=0 mode='' foreign_pid='' relay_pid='' server_pid=''

mac() { echo "52:54:00:77:00:$1"; }

nodes_all() {
    node rack-bios "$(mac 01)" live
    node rack-bios-plain "$(mac 02)" live
    node rack-uefi "$(mac 03)" live
    node rack-uefi-http "$(mac 04)" live
    node rack-secureboot "$(mac 05)" live
    [ ! -e "$WORK/assets/arm64" ] || node rack-arm64 "$(mac 06)" live arm64
    node rack-proxy-bios "$(mac 07)" live
    node rack-proxy-plain "$(mac 08)" live
    node rack-proxy-uefi "$(mac 09)" live
    node rack-relay-bios "$(mac 0a)" live
    node rack-relay-uefi "$(mac 0b)" live
    node rack-two-nics "$(mac 0c)" live
    node rack-left "$(mac 0d)" live
    node rack-right "$(mac 0e)" live
    node rack-secure-auto "$(mac 0f)" live
    node_protected rack-protected "$(mac 10)"
    node rack-install "$(mac 21)" install
    node rack-install-uefi "$(mac 22)" install
    node rack-install-secureboot "$(mac 25)" install
    local i
    for i in 1 2 3 4 5 6 7 8; do node "rack-kill-$i" "$(mac 3$i)" install; done
}

# --- who serves ----------------------------------------------------------------------------------------------------
serve() { # authoritative|proxy: the server in this mode; another one than before starts from nothing
    [ "$mode" = "$1" ] && return 0
    server_stop; foreign_stop
    rm -rf "$WORK/state"
    server_config "$1"
    nodes_all
    [ "$1" = authoritative ] || foreign_start
    server_start
    mode=$1
}

foreign_start() { # somebody else's DHCP server, which knows nothing of us
    [ -e "$LAB_DIR/side/dhcp" ] || "$LAB" side dhcp 10.77.0.250/24 || die "no side host"
    "$LAB" exec --side dhcp -- dnsmasq -k --port=0 --conf-file=/dev/null --interface=eth0 --bind-interfaces --no-ping --dhcp-authoritative \
        --dhcp-range=10.77.0.100,10.77.0.200,255.255.255.0,10m --dhcp-option=option:router,10.77.0.250 --user=root \
        --dhcp-leasefile="$WORK/foreign.leases" --log-facility="$OUT/foreign.log" --pid-file </dev/null &
    foreign_pid=$!
}
foreign_stop() {
    [ -z "$foreign_pid" ] || { kill "$foreign_pid" 2>/dev/null; wait "$foreign_pid" 2>/dev/null; foreign_pid=; }
    [ -z "$relay_pid" ] || { kill "$relay_pid" 2>/dev/null; wait "$relay_pid" 2>/dev/null; relay_pid=; }
}

relay_start() { # a router with a relay agent, and machines behind it
    [ -z "$relay_pid" ] || return 0
    "$LAB" side relay 10.77.0.2/24 && "$LAB" segment relay 10.78.0.1/24 || die "no relay"
    "$LAB" exec --side relay -- dnsmasq -k --port=0 --conf-file=/dev/null --dhcp-relay=10.78.0.1,10.77.0.1 --user=root \
        --log-dhcp --log-facility="$OUT/relay.log" --pid-file </dev/null &
    relay_pid=$!
    sleep 0.5
}

# --- how it went -----------------------------------------------------------------------------------------------------
run_flows() {
    local flow started problem
    printf '%-28s %-6s %8s %8s  %s\n' flow result kernel_s end_s 'last line' | tee "$OUT/table.txt"
    for flow in "$@"; do
        mkdir -p "$OUT/$flow"
        started=$SECONDS problem=
        "flow_${flow//-/_}"
        result "$flow" "$problem" $((SECONDS - started))
    done
    echo "$passed passed, $failed failed" | tee -a "$OUT/table.txt"
    [ $failed = 0 ]
}

wrong() { problem=${problem:-$*}; }

result() { # flow problem seconds
    local kernel_s=- end_s=- line='' report word=ok
    report=$(ls -t "$OUT/$1"/*/report "$OUT/$1/report" 2>/dev/null | head -n 1)
    if [ -n "$report" ]; then
        kernel_s=$(sed -n 's/.* kernel_s=\([^ ]*\).*/\1/p' "$report") end_s=$(sed -n 's/.* end_s=\([^ ]*\).*/\1/p' "$report")
        line=$(sed -n 's/^line=//p' "$report")
    fi
    if [ -z "$2" ]; then passed=$((passed + 1)); else failed=$((failed + 1)) word=FAIL line="$2 [${line:0:60}]"; fi
    printf '%-28s %-6s %8s %8s  %s\n' "$1" $word "$kernel_s" "$end_s" "${line:0:110} (${3} s)" | tee -a "$OUT/table.txt"
}

# up FLOW NAME MAC FIRMWARE [boot options]: the machine comes up with its own Ignition config
up() {
    local flow=$1 name=$2 mac=$3 firmware=$4; shift 4
    "$LAB" boot --firmware "$firmware" --mac "$mac" --expect "LAB-RESULT ok hostname=$name " --timeout "${FLOW_TIMEOUT:-240}" \
        --out "$OUT/$flow/$name" --quiet "$@" || { wrong "$name did not come up"; return 1; }
    one_owner "$OUT/$flow/$name/net.pcap"
}

one_owner() { # the rack itself has to be clean: one MAC only may answer ARP for the appliance's address
    [ -e "$1" ] || return 0
    [ "$(tcpdump -n -t -r "$1" 'arp[6:2] = 2 and arp[14:4] = 0x0a4d0001' 2>/dev/null | sort -u | wc -l)" -le 1 ] || wrong "two owners of 10.77.0.1"
}

flow_bios() { serve authoritative; up bios rack-bios "$(mac 01)" bios; }
flow_bios_plain() { serve authoritative; up bios-plain rack-bios-plain "$(mac 02)" bios-plain; }
flow_uefi() { serve authoritative; up uefi rack-uefi "$(mac 03)" uefi; }
flow_uefi_http() { serve authoritative; up uefi-http rack-uefi-http "$(mac 04)" uefi-http; }
flow_secureboot() {
    serve authoritative; up secureboot rack-secureboot "$(mac 05)" secureboot || return
    grep -aq 'Secure boot enabled' "$OUT/secureboot/rack-secureboot/serial.log" || wrong "Secure Boot was not on"
}
# Nobody said that this one has Secure Boot on. Its firmware refuses iPXE and says nothing; switched on again and again, it
# gets shim once a minute is over, and straight away from then on.
flow_secureboot_auto() {
    serve authoritative
    local at=$OUT/secureboot-auto try
    for try in 1 2 3 4 5 6; do
        "$LAB" boot --firmware secureboot --mac "$(mac 0f)" --expect "$NOTHING|LAB-RESULT ok hostname=rack-secure-auto " --fail 'LAB-RESULT fail|Kernel panic' \
            --timeout "${FLOW_TIMEOUT:-240}" --out "$at/$try" --quiet || break
        grep -aq LAB-RESULT "$at/$try/serial.log" && break
    done
    grep -aq LAB-RESULT "$at/$try/serial.log" || { wrong "not up at power-on $try"; return; }
    [ $try -ge 3 ] || wrong "up at power-on $try: iPXE was not refused"
    grep -aq 'Secure boot enabled' "$at/$try/serial.log" || wrong "Secure Boot was not on"
    [[ $(server_events "$(mac 0f)") == *'"kind":"loader-changed"'* ]] || wrong "no event about another loader"
    up secureboot-auto/again rack-secure-auto "$(mac 0f)" secureboot
}
flow_arm64() { serve authoritative; up arm64 rack-arm64 "$(mac 06)" arm64; }
flow_proxy_bios() { serve proxy; up proxy-bios rack-proxy-bios "$(mac 07)" bios; }
flow_proxy_bios_plain() { serve proxy; up proxy-bios-plain rack-proxy-plain "$(mac 08)" bios-plain; }
flow_proxy_uefi() { serve proxy; up proxy-uefi rack-proxy-uefi "$(mac 09)" uefi; }
flow_relay_bios() { serve authoritative; relay_start; up relay-bios rack-relay-bios "$(mac 0a)" bios --net relay; }
flow_relay_uefi() { serve authoritative; relay_start; up relay-uefi rack-relay-uefi "$(mac 0b)" uefi --net relay; }
flow_two_nics() { serve authoritative; up two-nics rack-two-nics "$(mac 0c)" bios --nics 2; }

flow_two_at_once() {
    serve authoritative
    local left right
    up two-at-once rack-left "$(mac 0d)" bios & left=$!
    up two-at-once rack-right "$(mac 0e)" uefi-http & right=$!
    wait $left || wrong "rack-left did not come up"
    wait $right || wrong "rack-right did not come up"
}

# --- protected -----------------------------------------------------------------------------------------------------------
# The machine gets its secret over TLS, by the stub; nobody else gets it, and nothing that is on the wire or in the log shows it.
flow_protected() {
    serve authoritative
    local at=$OUT/protected/rack-protected value url code
    value=rack-key-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf %s "$value" | matchbox secrets set rack-key --group rack-protected >>"$OUT/arm.log" 2>&1 || { wrong "the secret was not kept"; return; }
    up protected rack-protected "$(mac 10)" uefi || return
    grep -aq "LAB-RESULT ok .*$(printf %s "$value" | sha256sum | cut -c1-64)" "$at/serial.log" || wrong "the machine has another secret"
    url=$(grep -ao 'ignition.config.url=[^ ]*' "$at/serial.log" | head -n 1)
    url=${url#*=}
    [[ $url = *token=* ]] || wrong "its script carried no token"
    code=$(curl -s -o /dev/null -w '%{http_code}' "$url")
    [ "$code" = 403 ] || wrong "somebody else got $code"
    tcpdump -r "$at/net.pcap" -w - 2>/dev/null | grep -aq "$value" && wrong "the secret was on the wire"
    grep -aqE "$value|${url##*token=}" "$OUT/appliance.log" && wrong "the log shows the secret or the token"
    [[ $(server_events "$(mac 10)") == *'"alarm":"true"'* ]] || wrong "no alarm"
}

# --- installing --------------------------------------------------------------------------------------------------------
flow_install_then_disk() { install_then_disk install-then-disk rack-install "$(mac 21)" bios; }
flow_install_then_disk_uefi() { install_then_disk install-then-disk-uefi rack-install-uefi "$(mac 22)" uefi; }
flow_install_then_disk_secureboot() { install_then_disk install-then-disk-secureboot rack-install-secureboot "$(mac 25)" secureboot; }

NOTHING='No bootable device|No bootable option|failed to load Boot[0-9A-F]* "UEFI (Misc|Non|Hard)|UEFI Interactive Shell|matchbox: no disk has a loader'

install_then_disk() { # flow name mac firmware
    local flow=$1 name=$2 mac=$3 boot=("$LAB" boot --firmware "$4" --mac "$3" --disk 64M --timeout "${FLOW_TIMEOUT:-240}" --quiet)
    serve authoritative
    # nobody has armed it: it has to go to its disk, which is empty
    "${boot[@]}" --fresh --expect "$NOTHING" --fail 'LAB-|Kernel panic' --out "$OUT/$flow/1-not-armed" || wrong "not armed: no way to the local disk"
    grep -aq LAB-INIT "$OUT/$flow/1-not-armed/serial.log" && wrong "not armed, and got the installer"
    written "$mac" 0
    [ -z "$problem" ] || return
    server_arm "$mac"
    "${boot[@]}" --expect "LAB-RESULT installed hostname=$name " --out "$OUT/$flow/2-armed" || wrong "armed: did not install"
    written "$mac" 1
    [ -z "$problem" ] || return
    "${boot[@]}" --expect "LAB-DISK ok hostname=$name .*installs=1" --fail 'LAB-INIT|Kernel panic' --out "$OUT/$flow/3-installed" || wrong "installed: did not boot from its disk"
    written "$mac" 1
    asked "$OUT/$flow/3-installed/net.pcap"
}

# By the console alone, in a real browser: a stranger appears, is approved and armed, installs, and boots its disk.
flow_console() {
    local tests=$LAB_HOME/../../artifacts/bin/Matchbox.Web.Tests/debug/Matchbox.Web.Tests mac; mac=$(mac 41)
    [ -x "$tests" ] || { wrong "not built: $tests"; return; }
    serve authoritative
    echo 'correct horse battery' | matchbox users add alice --role admin --password-stdin >/dev/null || wrong "nobody can sign in"
    MATCHBOX_RACK_ADMIN=https://127.0.0.1:9443 MATCHBOX_RACK_MAC=$mac MATCHBOX_RACK_OUT=$OUT/console \
        MATCHBOX_RACK_BOOT="$LAB boot --firmware bios --mac $mac --disk 64M --timeout ${FLOW_TIMEOUT:-400} --quiet" \
        "$tests" --no-ansi --progress off --explicit on --filter-class '*.RackTests' >"$OUT/console/tests.txt" 2>&1 || wrong "see console/tests.txt"
    written "$mac" 1
}

written() { # MAC TIMES
    local n; n=$("$LAB" writes "$1" | head -n 1)
    [ "$n" = "$2" ] || wrong "the disk was written $n times, not $2"
}

asked() { # the network came first: the firmware itself has asked for a boot
    tcpdump -n -A -r "$1" 'udp dst port 67' 2>/dev/null | grep -qE 'PXEClient|HTTPClient' || wrong "its firmware never asked the network"
}

# --- crashes -------------------------------------------------------------------------------------------------------------
# Eight machines that install, each boot with a kill -9 of the server at every stage that it passes.

flow_kill_stages() {
    serve authoritative
    local i firmware
    for i in 1 2 3 4 5 6 7 8; do
        firmware=bios; [ $((i % 2)) = 0 ] && firmware=uefi-http
        kill_stages "rack-kill-$i" "$(mac 3$i)" $firmware
        [ -z "$problem" ] || return
    done
}

kill_stages() { # name mac firmware
    local name=$1 mac=$2 at=$OUT/kill-stages/$1 boot=("$LAB" boot --firmware "$3" --mac "$2" --disk 64M --timeout "${FLOW_TIMEOUT:-400}" --quiet)
    mkdir -p "$at"; : >"$at/crashes"
    server_add "$mac" "$name"
    server_arm "$mac"
    watch_wire "$mac" "$at/wire"
    local try machine rc=1 stage seen done=' '
    # A person (or a BMC) switches a machine on again whose firmware gave up while nobody answered.
    for try in 1 2 3 4 5 6; do
        "${boot[@]}" --expect "LAB-RESULT installed hostname=$name |LAB-DISK ok hostname=$name " --out "$at/install-$try" --no-capture & machine=$!
        while kill -0 $machine 2>/dev/null; do
            seen=$(stages_of "$at/wire")
            for stage in $seen; do
                [[ $done = *" $stage "* ]] && continue
                done="$done$stage "
                server_crash; echo "$stage" >>"$at/crashes"
                sleep 1
                server_start
                break
            done
            sleep 0.1
        done
        wait $machine && { rc=0; break; }
        grep -aq 'LAB-RESULT fail' "$at/install-$try/serial.log" && break
    done
    kill $wire_pid 2>/dev/null; wait $wire_pid 2>/dev/null
    [ $rc = 0 ] || { wrong "$name did not come up"; return; }
    written "$mac" 1
    "${boot[@]}" --expect "LAB-DISK ok hostname=$name .*installs=1" --fail 'LAB-INIT|Kernel panic' --out "$at/disk" --no-capture || wrong "$name: not from its disk"
    written "$mac" 1
    [ "$(wc -l <"$at/crashes")" -ge 5 ] || wrong "$name: only $(wc -l <"$at/crashes") crashes"
}

watch_wire() { # MAC FILE: what the machine asks, as text, from now on
    : >"$2"
    tcpdump -i rack0 -l -n -A -s 700 -Z root "ether src $1 and (udp dst port 67 or udp dst port 69 or (tcp dst port 8080 and tcp[tcpflags] & tcp-push != 0))" >"$2" 2>/dev/null &
    wire_pid=$!
    local i; for i in $(seq 20); do [ -e /proc/$wire_pid ] && break; sleep 0.05; done
}

stages_of() { # FILE: which stages the machine has reached
    grep -aqE 'BOOTP/DHCP, Request' "$1" && echo lease
    grep -aqE 'undionly|ipxe\.efi|snponly' "$1" && echo loader
    grep -aqE 'GET /(boot\.ipxe|ipxe|node/)' "$1" && echo script
    grep -aq 'GET /assets/[^ ]*vmlinuz' "$1" && echo kernel
    grep -aq 'GET /assets/[^ ]*initrd' "$1" && echo initrd
    grep -aq 'GET /ignition' "$1" && echo ignition
    grep -aq 'GET /assets/[^ ]*disk\.img' "$1" && echo image
    grep -aqE 'POST /[a-z/-]*report' "$1" && echo report
}
