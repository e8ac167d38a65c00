#!/bin/bash
# What machines ask at a boot, beside nginx that serves a file of the same size: rate, latency, CPU, and the ratio of the rates.
#
#   run.sh [--quick] [--machines N] [--rounds N] [--secs S] [--settings FILE] [CASE]...
#
# CASE: ipxe        /ipxe?...&mac=...       one group and one script for each of 10,000 machines
#       ignition    /ignition?...&mac=...   a Butane template of 1 kB, rendered and translated for each
# Both by default. Each request names another machine, and no text is another's, so no translation is found in a cache. Server and
# wrk share the same cores, over the loopback. The appliance runs with the settings of a user, its log into a file; --settings adds
# lines to them. MATCHBOX names another program than the published one. Needs wrk; nginx (nginx-light) where it is there.
. "$(dirname "$0")/../lib.sh"
MACHINES=10000 ROUNDS=3 SECS=8 WARM=4 CASES=() MORE=/dev/null CONNECTIONS=64
while [ $# -gt 0 ]; do
  case $1 in
    --quick) ROUNDS=1 SECS=4;;
    --machines) MACHINES=$2; shift;;
    --rounds) ROUNDS=$2; shift;;
    --secs) SECS=$2; shift;;
    --settings) MORE=$2; shift;;
    -*) sed -n '2,12p' "$0"; exit 2;;
    *) CASES+=("$1");;
  esac
  shift
done
[ ${#CASES[@]} -gt 0 ] || CASES=(ipxe ignition)
command -v wrk >/dev/null || { echo "wrk is not there" >&2; exit 1; }
BENCH=$REPO/artifacts/bin/Matchbox.Bench/release/Matchbox.Bench
(cd "$REPO" && dotnet build tests/bench/Matchbox.Bench --configuration Release --nologo --verbosity quiet >/dev/null) || exit 1
PORT=$((20000 + $$ % 20000)) ADMIN=$((40001 + $$ % 20000)) NGINX=$((20001 + $$ % 20000))
TICKS=$(getconf CLK_TCK)

start() { "$@" >"$SCRATCH/server.log" 2>&1 & SRV_PID=$!; }          # over the loopback: no namespace
cpu() { awk '{ s += $14 + $15 + $16 + $17 } END { print s + 0 }' $(for p in $(descendants "$1"); do echo /proc/$p/stat; done) 2>/dev/null; }
values() { sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" "$2"; }
url() { echo "http://127.0.0.1:$1$2?uuid=16e7d8a7-bfa9-428b-9117-000000000001&mac=52-54-00-00-00-01&domain=example.net&hostname=&serial=VM000001&arch=x86_64"; }

await() { # await URL
  for _ in $(seq 300); do
    curl -fso "$SCRATCH/answer" "$1" && return 0
    kill -0 "$SRV_PID" 2>/dev/null || break
    sleep 0.2
  done
  echo "$1 was not answered:" >&2; tail -n 5 "$SCRATCH/server.log" >&2
  exit 1
}

serve_matchbox() { # serve_matchbox PATH
  rm -rf "$SCRATCH/state"; mkdir -p "$SCRATCH/state" "$SCRATCH/assets"
  [ -d "$SCRATCH/folder" ] || "$BENCH" boot-folder "$SCRATCH/folder" "$MACHINES" || exit 1
  ln -s "$SCRATCH/folder" "$SCRATCH/state/data"
  start_matchbox "$SCRATCH/state" "$SCRATCH/assets" "$SCRATCH/assets" \
    < <(printf 'boot: { listen: ["127.0.0.1:%s"] }\nadmin: { listen: ["127.0.0.1:%s"] }\n' $PORT $ADMIN; cat "$MORE")
  await "$(url $PORT "$1")"
}

serve_nginx() { # serve_nginx PATH: a file of the size of the last answer
  local d=$SCRATCH/nginx
  mkdir -p "$d/root"; chmod 755 "$SCRATCH" "$d" "$d/root"; cp "$SCRATCH/answer" "$d/root$1"; chmod 644 "$d/root$1"
  cat >"$d/conf" <<N
daemon off; worker_processes auto; pid $d/pid; error_log $d/err; user root;
events { worker_connections 4096; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; default_type text/plain;
 client_body_temp_path $d/b; proxy_temp_path $d/p; fastcgi_temp_path $d/f; uwsgi_temp_path $d/u; scgi_temp_path $d/s;
 server { listen 127.0.0.1:$NGINX backlog=4096; root $d/root; } }
N
  start nginx -c "$d/conf" -p "$d"
  await "$(url $NGINX "$1")"
}

load() { # load PORT PATH RESULT
  local before after
  wrk -t1 -c$CONNECTIONS -d${WARM}s -s "$HERE/machines.lua" "http://127.0.0.1:$1" -- "$2" "$MACHINES" >/dev/null
  before=$(cpu $SRV_PID)
  wrk -t1 -c$CONNECTIONS -d${SECS}s --latency -s "$HERE/machines.lua" "http://127.0.0.1:$1" -- "$2" "$MACHINES" >"$SCRATCH/wrk"
  after=$(cpu $SRV_PID)
  awk -v cpu=$(((after - before) * 1000 / TICKS)) -v mem="$(tree_mem $SRV_PID)" '
    function ms(v) { return v ~ /us$/ ? v / 1000 : v ~ /ms$/ ? v + 0 : v * 1000 }
    /Requests\/sec/ { r = $2 } / 50% / { p50 = ms($2) } / 99% / { p99 = ms($2) } /requests in/ { n = $1 } /Socket errors/ { e++ } /Non-2xx/ { e += $NF }
    END { printf "req_s=%.0f p50_ms=%.2f p99_ms=%.2f cpu_us_per_req=%.0f errors=%d srv_mb=%s\n", r, p50, p99, (n > 0) ? cpu * 1000 / n : 0, e, mem }' \
    "$SCRATCH/wrk" >>"$SCRATCH/$3.result"
}

measure() { # measure CASE PATH UPSTREAM
  : >"$SCRATCH/matchbox.result"; : >"$SCRATCH/nginx.result"
  for _ in $(seq $ROUNDS); do
    serve_matchbox "$2"; load $PORT "$2" matchbox; stop_server
    if command -v nginx >/dev/null; then serve_nginx "$2"; load $NGINX "$2" nginx; stop_server; fi
  done
  for s in matchbox nginx; do
    [ -s "$SCRATCH/$s.result" ] || continue
    printf '%-9s %-9s' $1 $s
    for f in req_s p50_ms p99_ms cpu_us_per_req errors srv_mb; do printf ' %s=%s' $f "$(values $f "$SCRATCH/$s.result" | median)"; done
    printf ' octets=%s runs=%s\n' "$(stat -c %s "$SCRATCH/answer")" "$(values req_s "$SCRATCH/$s.result" | paste -sd/)"
  done
  if [ -s "$SCRATCH/nginx.result" ]; then
    awk -v c=$1 -v a="$(values req_s "$SCRATCH/matchbox.result" | median)" -v b="$(values req_s "$SCRATCH/nginx.result" | median)" \
      'BEGIN { printf "%-9s matchbox to nginx: rate=%.2f\n", c, (b > 0) ? a / b : 0 }'
  fi
  echo "$1      recorded of poseidon/matchbox elsewhere on two such cores, not of this run: $3"
}

for c in "${CASES[@]}"; do
  case $c in
    ipxe) measure ipxe /ipxe "1,621/s with 10 groups, about 20/s with 1,000";;
    ignition) measure ignition /ignition "309/s (Butane) with 10 groups, about 20/s with 1,000";;
    *) echo "unknown case $c" >&2; exit 2;;
  esac
done
