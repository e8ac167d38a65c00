#!/bin/bash
# Our TFTP service beside dnsmasq, tftpd-hpa and atftpd: servers take turns within a round, one line each, medians, and
# the ratio of our rate to each of theirs.
#
#   run.sh [--quick] [--rounds N] [--secs S] [--servers "matchbox dnsmasq tftpd-hpa atftpd"] [CASE]...
#
# CASE: lockstep   50 clients, no window           window16  50 clients, window 16
#       delay8     1 client, window 8, round trip of 1 ms     delay64   the same, window 64
#       loss       1 client, 1 % of the DATA lost             lossw     the same, window 16
#       big        50 clients, no window, blksize 8192 (in IP fragments)
# All by default. Needs root, cc, iproute2 and the Debian packages dnsmasq-base and tftpd-hpa. atftpd conflicts with
# tftpd-hpa: its .deb is fetched and unpacked, unless ATFTPD names the program. A server that is absent is left out.
. "$(dirname "$0")/../lib.sh"
ROUNDS=3 SECS=5 SERVERS="matchbox dnsmasq tftpd-hpa atftpd" CASES=()
while [ $# -gt 0 ]; do
  case $1 in
    --quick) ROUNDS=1 SECS=2;;
    --rounds) ROUNDS=$2; shift;;
    --secs) SECS=$2; shift;;
    --servers) SERVERS=$2; shift;;
    -*) sed -n '2,13p' "$0"; exit 2;;
    *) CASES+=("$1");;
  esac
  shift
done
[ ${#CASES[@]} -gt 0 ] || CASES=(lockstep window16 delay8 delay64 loss lossw big)

ATFTPD=${ATFTPD:-$(command -v atftpd)}
if [ -z "$ATFTPD" ] && [[ " $SERVERS " = *" atftpd "* ]]; then
  (cd "$SCRATCH" && apt-get download atftpd >/dev/null 2>&1 && dpkg -x atftpd_*.deb atftpd)
  ATFTPD=$SCRATCH/atftpd/usr/sbin/atftpd
fi
build tftp_client
ROOT=$SCRATCH/root; mkdir -p "$ROOT"; chmod 755 "$ROOT"
head -c 1000000 /dev/urandom >"$ROOT/1m.bin"; head -c 64000000 /dev/urandom >"$ROOT/64m.bin"; chmod 644 "$ROOT"/*

present() {
  case $1 in
    matchbox) return 0;;
    dnsmasq) command -v dnsmasq >/dev/null;;
    tftpd-hpa) command -v in.tftpd >/dev/null;;
    atftpd) [ -x "$ATFTPD" ];;
    *) echo "unknown server $1" >&2; exit 2;;
  esac
}

serve() { # serve SERVER BLKSIZE
  local d=$SCRATCH/state
  rm -rf "$d"; mkdir -p "$d"
  case $1 in
    matchbox) mkdir -p "$d/assets"; start_matchbox "$d" "$d/assets" "$ROOT" <<Y;;
tftp: { enabled: true, max-transfers-per-source: 64$([ "$2" -gt 1468 ] && echo ", max-block-size: $2") }
Y
    dnsmasq) start dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root --group=root --enable-tftp \
      --tftp-root="$ROOT" --tftp-max=2000 --pid-file="$d/pid" --log-facility="$d/log";;
    tftpd-hpa) start in.tftpd --foreground --address $ADDR_S:69 --user nobody --secure --blocksize 65464 "$ROOT";;
    atftpd) start "$ATFTPD" --daemon --no-fork --bind-address $ADDR_S --port 69 --user nobody --maxthread 500 --logfile "$d/log" --verbose=3 "$ROOT";;
  esac
  for _ in $(seq 60); do
    in_c "$SCRATCH/tftp_client" -s $ADDR_S -f 1m.bin -T 300 -t 1 >/dev/null 2>&1 && return 0
    kill -0 $SRV_PID 2>/dev/null || break
    sleep 0.2
  done
  echo "$1 served nothing:" >&2; tail -n 5 "$SCRATCH/server.log" >&2
  return 1
}

values() { sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" "$2"; }

measure() { # measure CASE BLKSIZE WINDOW CLIENTS LOSS_PERMILLE
  local case=$1 blksize=$2 window=$3 clients=$4 loss=$5 here=() s mine
  for s in $SERVERS; do present $s && here+=($s) && : >"$SCRATCH/$s.result"; done
  for _ in $(seq $ROUNDS); do
    for s in "${here[@]}"; do
      serve $s $blksize || exit 1
      in_c "$SCRATCH/tftp_client" -s $ADDR_S -f 64m.bin -e "$ROOT/64m.bin" -b $blksize -w $window -c $clients -t $SECS -L $loss -k $SRV_PID >"$SCRATCH/line"
      echo "$(cat "$SCRATCH/line") srv_mb=$(tree_mem $SRV_PID)" >>"$SCRATCH/$s.result"
      stop_server
    done
  done
  for s in "${here[@]}"; do
    printf '%-9s %-10s' $case $s
    for f in MBps blksize windowsize failed corrupt timeouts dups srv_ms_per_MB srv_mb; do printf ' %s=%s' $f "$(values $f "$SCRATCH/$s.result" | median)"; done
    printf ' runs=%s\n' "$(values MBps "$SCRATCH/$s.result" | paste -sd/)"
  done
  mine=$(values MBps "$SCRATCH/${here[0]}.result" | median)
  printf '%-9s %s to' $case ${here[0]}
  for s in "${here[@]:1}"; do
    awk -v n=$s -v a=$mine -v b="$(values MBps "$SCRATCH/$s.result" | median)" 'BEGIN{printf(" %s=%.2f", n, b>0 ? a/b : 0)}'
  done
  echo
}

NET=
net() { # net DELAY: one network at a time
  [ "$NET" = "$1" ] && return
  if [ -n "$NET" ]; then stop_pid "$DELAY_PID"; DELAY_PID=; ip netns del $NS_S; ip netns del $NS_C; ip link del $IF_S 2>/dev/null; fi
  net_up "$1"; NET=$1
}

for c in "${CASES[@]}"; do
  case $c in
    lockstep) net 0; measure $c 1468 0 50 0;;
    window16) net 0; measure $c 1468 16 50 0;;
    big) net 0; measure $c 8192 0 50 0;;
    delay8) net 0.5; measure $c 1468 8 1 0;;
    delay64) net 0.5; measure $c 1468 64 1 0;;
    loss) net 0; measure $c 1468 0 1 10;;
    lossw) net 0; measure $c 1468 16 1 10;;
    *) echo "unknown case $c" >&2; exit 2;;
  esac
done
