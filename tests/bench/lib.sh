# Two network namespaces, start and stop of one server, CPU and memory of its process tree. Everything that is made
# here has this shell's pid in its name and goes at exit. Needs root, iproute2 and cc.
set -u
HERE=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)                # of the script that reads this
REPO=$(cd "$HERE/../../.." && pwd)
MATCHBOX=${MATCHBOX:-$REPO/artifacts/matchbox/matchbox}
SCRATCH=$(mktemp -d -t matchbox-bench.XXXXXX); chmod 755 "$SCRATCH"
NS_S=mbS$$ NS_C=mbC$$ IF_S=mbs$$ IF_C=mbc$$
ADDR_S=198.18.0.1 ADDR_C=198.18.0.2 PREFIX=16            # RFC 2544 benchmark range, never routed
SRV_PID= DELAY_PID=

build() { [ -x "$SCRATCH/$1" ] || cc -O2 -o "$SCRATCH/$1" "$HERE/$1.c" -lm || exit 1; }

net_up() { # net_up ONE_WAY_DELAY_MS: a veth pair, or two taps joined by delaypipe
  ip netns add $NS_S && ip netns add $NS_C || exit 1
  if [ "$1" = 0 ]; then
    ip link add $IF_S type veth peer name $IF_C
  else
    build delaypipe
    "$SCRATCH/delaypipe" $IF_S $IF_C "$1" & DELAY_PID=$!
    for _ in $(seq 50); do [ -e /sys/class/net/$IF_C ] && break; sleep 0.05; done
  fi
  ip link set $IF_S netns $NS_S; ip link set $IF_C netns $NS_C
  ip -n $NS_S addr add $ADDR_S/$PREFIX dev $IF_S; ip -n $NS_C addr add $ADDR_C/$PREFIX dev $IF_C
  for n in $NS_S $NS_C; do
    ip -n $n link set lo up
    ip netns exec $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1 2>/dev/null
  done
  ip -n $NS_S link set $IF_S up; ip -n $NS_C link set $IF_C up; sleep 0.2
}

descendants() {
  local p c
  for p in "$@"; do
    echo "$p"
    c=$(cat /proc/$p/task/*/children 2>/dev/null)
    [ -n "$c" ] && descendants $c
  done
}

tree_mem() { # proportional set size of the tree, MB
  local p
  for p in $(descendants "$@"); do cat /proc/$p/smaps_rollup 2>/dev/null; done | awk '/^Pss:/{s+=$2} END{printf "%.0f", s/1024}'
}

start_matchbox() { # start_matchbox FOLDER ASSETS LOADERS: the published appliance; what its settings need beside that on standard input
  mkdir -p "$1/data"
  { printf 'state-path: %s/state\ndata-path: %s/data\nassets-path: %s\nloaders-path: %s\n' "$1" "$1" "$2" "$3"; cat; } >"$1/appliance.yaml"
  [ -x "$MATCHBOX" ] || { echo "$MATCHBOX is not there: ./run build" >&2; exit 1; }
  # As configs/matchbox.service and the container have it.
  export DOTNET_GCgen0size=${DOTNET_GCgen0size-0x4000000}
  start "$MATCHBOX" serve --config "$1/appliance.yaml"
}

stop_pid() { # by id, its children too
  local p=$1 all
  [ -n "$p" ] || return 0
  all=$(descendants $p)
  kill $all 2>/dev/null
  for _ in $(seq 60); do kill -0 $all 2>/dev/null || break; sleep 0.05; done
  kill -9 $all 2>/dev/null
  wait $p 2>/dev/null
}

stop_server() { stop_pid "$SRV_PID"; SRV_PID=; }

cleanup() {
  trap - EXIT INT TERM
  stop_server; stop_pid "$DELAY_PID"
  ip netns del $NS_S 2>/dev/null; ip netns del $NS_C 2>/dev/null; ip link del $IF_S 2>/dev/null
  rm -rf "$SCRATCH"
}
trap cleanup EXIT; trap 'exit 130' INT TERM

start() { ip netns exec $NS_S "$@" >"$SCRATCH/server.log" 2>&1 & SRV_PID=$!; }   # in the server's namespace
in_c() { ip netns exec $NS_C "$@"; }
median() { tr ' ' '\n' | grep -v '^$' | sort -g | awk '{a[NR]=$1} END{if(!NR){print "-"} else if(NR%2)print a[(NR+1)/2]; else print (a[NR/2]+a[NR/2+1])/2}'; }
