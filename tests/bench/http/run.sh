#!/bin/bash
# Assets over HTTP beside nginx: servers take turns within a round, one line each, medians, and the ratio of our rate to nginx's.
#
#   run.sh [--quick] [--rounds N] [--secs S] [--servers "matchbox nginx"] [CASE]...
#
# CASE: one     60 MB, one connection                    fifty   60 MB, 50 connections
#       small   400 octets, 50 connections kept alive
# All by default. Needs root, iproute2 and the Debian packages nginx-light and wrk. MATCHBOX names another program than the
# published appliance.
. "$(dirname "$0")/../lib.sh"
ROUNDS=3 SECS=4 SERVERS="matchbox nginx" CASES=() PORT=8080
while [ $# -gt 0 ]; do
  case $1 in
    --quick) ROUNDS=1 SECS=2;;
    --rounds) ROUNDS=$2; shift;;
    --secs) SECS=$2; shift;;
    --servers) SERVERS=$2; shift;;
    -*) sed -n '2,9p' "$0"; exit 2;;
    *) CASES+=("$1");;
  esac
  shift
done
[ ${#CASES[@]} -gt 0 ] || CASES=(one fifty small)
command -v wrk >/dev/null || { echo "wrk is not there" >&2; exit 1; }
net_up 0
ROOT=$SCRATCH/root; mkdir -p "$ROOT/assets"; chmod 755 "$ROOT" "$ROOT/assets"
head -c 60000000 /dev/urandom >"$ROOT/assets/60m.bin"; head -c 400 <(yes '#!ipxe') >"$ROOT/assets/small"; chmod 644 "$ROOT"/assets/*
TICKS=$(getconf CLK_TCK)

cpu() { awk '{ s += $14 + $15 + $16 + $17 } END { print s + 0 }' $(for p in $(descendants "$1"); do echo /proc/$p/stat; done) 2>/dev/null; }

serve() {
  local d=$SCRATCH/state
  rm -rf "$d"; mkdir -p "$d"
  case $1 in
    matchbox) start_matchbox "$d" "$ROOT/assets" "$d" <<Y;;
boot: { listen: ["$ADDR_S:$PORT"] }
log: { level: warning }
Y
    nginx)
      cat >"$d/conf" <<N
daemon off; worker_processes auto; pid $d/pid; error_log $d/err; user root;
events { worker_connections 4096; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000; default_type application/octet-stream;
 client_body_temp_path $d/b; proxy_temp_path $d/p; fastcgi_temp_path $d/f; uwsgi_temp_path $d/u; scgi_temp_path $d/s;
 server { listen $ADDR_S:$PORT backlog=4096; root $ROOT; } }
N
      start nginx -c "$d/conf" -p "$d";;
    *) echo "unknown server $1" >&2; exit 2;;
  esac
  for _ in $(seq 60); do
    in_c curl -fso /dev/null "http://$ADDR_S:$PORT/assets/small" && return 0
    kill -0 $SRV_PID 2>/dev/null || break
    sleep 0.2
  done
  echo "$1 served nothing:" >&2; tail -n 5 "$SCRATCH/server.log" >&2
  return 1
}

values() { sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" "$2"; }

measure() { # measure CASE FILE CONNECTIONS
  local s here=() before after
  for s in $SERVERS; do { [ $s = matchbox ] || command -v $s >/dev/null; } && here+=($s) && : >"$SCRATCH/$s.result"; done
  for _ in $(seq $ROUNDS); do
    for s in "${here[@]}"; do
      serve $s || exit 1
      before=$(cpu $SRV_PID)
      in_c wrk -t1 -c$3 -d${SECS}s --timeout 20s "http://$ADDR_S:$PORT/assets/$2" >"$SCRATCH/wrk"
      after=$(cpu $SRV_PID)
      awk -v cpu=$(((after - before) * 1000 / TICKS)) -v mem="$(tree_mem $SRV_PID)" '
        function mb(v) { return v ~ /GB$/ ? v * 1073.741824 : v ~ /MB$/ ? v * 1.048576 : v ~ /KB$/ ? v / 976.5625 : v / 1e6 }
        /Requests\/sec/ { r = $2 } /Transfer\/sec/ { m = mb($2) } /requests in/ { n = $1; t = mb($5) } /Socket errors|Non-2xx/ { e++ }
        END { printf "MBps=%.0f req_s=%.0f cpu_ms_per_GB=%.0f cpu_us_per_req=%.0f errors=%d srv_mb=%s\n", m, r, (t > 0) ? cpu * 1000 / t : 0, (n > 0) ? cpu * 1000 / n : 0, e, mem }' \
        "$SCRATCH/wrk" >>"$SCRATCH/$s.result"
      stop_server
    done
  done
  for s in "${here[@]}"; do
    printf '%-6s %-9s' $1 $s
    for f in MBps req_s cpu_ms_per_GB cpu_us_per_req errors srv_mb; do printf ' %s=%s' $f "$(values $f "$SCRATCH/$s.result" | median)"; done
    printf ' runs=%s\n' "$(values req_s "$SCRATCH/$s.result" | paste -sd/)"
  done
  for s in "${here[@]:1}"; do
    printf '%-6s %s to %s: rate=' $1 ${here[0]} $s
    f=MBps; [ $1 = small ] && f=req_s
    awk -v a="$(values $f "$SCRATCH/${here[0]}.result" | median)" -v b="$(values $f "$SCRATCH/$s.result" | median)" 'BEGIN { printf "%.2f\n", (b > 0) ? a / b : 0 }'
  done
}

for c in "${CASES[@]}"; do
  case $c in
    one) measure one 60m.bin 1;;
    fifty) measure fifty 60m.bin 50;;
    small) measure small small 50;;
    *) echo "unknown case $c" >&2; exit 2;;
  esac
done
