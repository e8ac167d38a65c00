#!/bin/bash
# Our DHCP service beside Kea and dnsmasq: servers take turns within a round, one line each, medians, and the ratio of our
# figures to each of theirs.
#
#   run.sh [--quick] [--rounds N] [--secs S] [--window W] [--servers "matchbox kea dnsmasq"] [CASE]...
#
# CASE: new      DISCOVER to ACK for machines that nobody knows, PXE-shaped packets, from an empty server
#       full     the same after 50,000 leases (dnsmasq is left out: filling it takes minutes)
#       renew    4,000 machines renew by unicast, round and round
#       reboot   4,000 machines come back with INIT-REBOOT
#       relay    as new, through a relay agent with option 82
# All by default. Kea writes its lease file without ever flushing it, dnsmasq flushes its whole file for each lease, we flush
# once a batch: TMPDIR should be a disk. Needs root, cc, iproute2 and the Debian packages kea-dhcp4-server and dnsmasq-base; a
# server that is absent is left out. MATCHBOX names another program than the published appliance.
. "$(dirname "$0")/../lib.sh"
POOL_FIRST=198.18.16.0 POOL_LAST=198.18.254.255          # 61,184 addresses
ROUNDS=3 SECS=4 WINDOW=64 SERVERS="matchbox kea dnsmasq" CASES=()
while [ $# -gt 0 ]; do
  case $1 in
    --quick) ROUNDS=1 SECS=2;;
    --rounds) ROUNDS=$2; shift;;
    --secs) SECS=$2; shift;;
    --window) WINDOW=$2; shift;;
    --servers) SERVERS=$2; shift;;
    -*) sed -n '2,15p' "$0"; exit 2;;
    *) CASES+=("$1");;
  esac
  shift
done
[ ${#CASES[@]} -gt 0 ] || CASES=(new full renew reboot relay)

build dhcp_load
net_up 0

present() {
  case $1 in
    matchbox) return 0;;
    kea) command -v kea-dhcp4 >/dev/null;;
    dnsmasq) command -v dnsmasq >/dev/null;;
    *) echo "unknown server $1" >&2; exit 2;;
  esac
}

kea_conf() { # kea_conf FOLDER: its stock way of keeping leases and of logging
  cat >"$1/kea.json" <<J
{"Dhcp4":{"interfaces-config":{"interfaces":["$IF_S"]},
"lease-database":{"type":"memfile","persist":true,"name":"$1/leases4.csv","lfc-interval":3600},
"valid-lifetime":3600,"renew-timer":1800,"rebind-timer":3150,"authoritative":true,"next-server":"$ADDR_S","boot-file-name":"ipxe.efi",
"option-data":[{"name":"routers","data":"$ADDR_S"},{"name":"domain-name-servers","data":"$ADDR_S"}],
"subnet4":[{"id":1,"subnet":"198.18.0.0/16","pools":[{"pool":"$POOL_FIRST-$POOL_LAST"}]}],
"loggers":[{"name":"kea-dhcp4","severity":"INFO","output_options":[{"output":"$1/kea.log","maxsize":0}]}]}}
J
}

serve() { # serve SERVER: starts it and waits for its first lease
  local d=$SCRATCH/state
  rm -rf "$d"; mkdir -p "$d"; chmod 755 "$d"
  case $1 in
    matchbox) mkdir -p "$d/assets" "$d/loaders"; start_matchbox "$d" "$d/assets" "$d/loaders" <<Y;;
dhcp:
  subnets:
  - network: 198.18.0.0/$PREFIX
    interface: $IF_S
    mode: authoritative
    force: true
    pools: [$POOL_FIRST-$POOL_LAST]
    routers: [$ADDR_S]
    dns: [$ADDR_S]
Y
    kea) kea_conf "$d"; start env KEA_LOCKFILE_DIR="$d" KEA_PIDFILE_DIR="$d" kea-dhcp4 -c "$d/kea.json";;
    dnsmasq) touch "$d/leases" "$d/log"
      start dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root --group=root --interface=$IF_S --bind-dynamic \
        --pid-file="$d/pid" --dhcp-range=$POOL_FIRST,$POOL_LAST,255.255.0.0,1h --dhcp-leasefile="$d/leases" --dhcp-lease-max=100000 \
        --dhcp-authoritative --dhcp-boot=ipxe.efi --no-ping --log-facility="$d/log";;
  esac
  for _ in $(seq 60); do
    in_c "$SCRATCH/dhcp_load" -i $IF_C -s $ADDR_S -b 16000000 -1 >/dev/null 2>&1 && return 0
    kill -0 $SRV_PID 2>/dev/null || break
    sleep 0.3
  done
  echo "$1 gave no lease:" >&2; tail -n 5 "$SCRATCH/server.log" "$d"/*log >&2
  return 1
}

values() { sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" "$2"; }

measure() { # measure CASE SCENARIO PRELOAD LEFT_OUT LOADER_OPTIONS...
  local case=$1 scenario=$2 preload=$3 without=$4 here=() s f
  shift 4
  for s in $SERVERS; do [ "$s" != "$without" ] && present $s && here+=($s) && : >"$SCRATCH/$s.result"; done
  for _ in $(seq $ROUNDS); do
    for s in "${here[@]}"; do
      serve $s || exit 1
      in_c "$SCRATCH/dhcp_load" -i $IF_C -s $ADDR_S -c $scenario -n 50000 -t $SECS -P $preload -p pxe -w $WINDOW -k $SRV_PID "$@" 2>/dev/null >"$SCRATCH/line"
      echo "$(cat "$SCRATCH/line") srv_mb=$(tree_mem $SRV_PID)" >>"$SCRATCH/$s.result"
      stop_server
    done
  done
  for s in "${here[@]}"; do
    printf '%-7s %-9s' $case $s
    for f in rate drop_pct p50_ms p99_ms max_ms nak dup_ip no_82 srv_us_per_op srv_cpu srv_mb; do
      printf ' %s=%s' $f "$(values $f "$SCRATCH/$s.result" | median)"
    done
    printf ' runs=%s\n' "$(values rate "$SCRATCH/$s.result" | paste -sd/)"
  done
  for s in "${here[@]:1}"; do
    printf '%-7s %s to %s:' $case ${here[0]} $s
    for f in rate p50_ms p99_ms srv_us_per_op; do
      awk -v f=$f -v a="$(values $f "$SCRATCH/${here[0]}.result" | median)" -v b="$(values $f "$SCRATCH/$s.result" | median)" \
        'BEGIN{printf(" %s=%.2f", f, b>0 ? a/b : 0)}'
    done
    echo
  done
}

for c in "${CASES[@]}"; do
  case $c in
    new) measure new dora 0 "";;
    full) measure full dora 50000 dnsmasq;;
    renew) measure renew renew 4000 dnsmasq;;
    reboot) measure reboot reboot 4000 dnsmasq;;
    relay) measure relay dora 0 dnsmasq -m relay -g $ADDR_C -O;;
    *) echo "unknown case $c" >&2; exit 2;;
  esac
done
