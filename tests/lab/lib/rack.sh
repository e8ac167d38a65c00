# The rack: one user, network, process and mount namespace that holds everything, and ends with the command that it was
# made for. Nothing of the machine's own networks is touched; root is not needed where the kernel allows user namespaces.
#
#   rack0   the boot network, 10.77.0.0/24; the appliance is 10.77.0.1 on it
#   void0   a network where nobody answers (the wrong cable)

RACK_BRIDGE=rack0
RACK_ADDRESS=10.77.0.1/24

rack_running() { [ -s "$LAB_DIR/holder" ] && kill -0 "$(cat "$LAB_DIR/holder")" 2>/dev/null; }

cmd_rack() { # [--] CMD...: makes a rack, runs CMD in it, takes it away
    [ "${1:-}" = -- ] && shift
    [ $# -gt 0 ] || die "rack: which command?"
    [ -z "${LAB_INSIDE:-}" ] || die "rack: this is one already"
    rack_running && die "a rack is up in $LAB_DIR (lab down)"
    mkdir -p "$LAB_DIR" || die "cannot write $LAB_DIR"
    [ -r /dev/net/tun ] && [ -w /dev/net/tun ] || die "/dev/net/tun is not open to $(id -un): run this as root"
    local flags=(--net --mount --pid --fork --kill-child)
    [ "$(id -u)" = 0 ] || flags+=(--user --map-root-user)
    unshare "${flags[@]}" "$LAB_HOME/lab" _inside "$@"
    local rc=$?
    rm -f "$LAB_DIR/holder"
    return $rc
}

cmd__inside() {
    # /proc still belongs to the world outside: the number by which others find this rack
    local outer
    read -r outer _ </proc/self/stat
    mount -t proc proc /proc || die "cannot mount /proc in the rack"
    echo "$outer" >"$LAB_DIR/holder"
    export LAB_INSIDE=1
    ip link set lo up
    sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>/dev/null
    rack_bridge $RACK_BRIDGE 52:54:00:77:ff:01 && rack_bridge void0 52:54:00:77:ff:02 || die "no bridge"
    ip addr add $RACK_ADDRESS brd + dev $RACK_BRIDGE || die "no address"
    mkdir -p "$LAB_DIR/machines" "$LAB_DIR/side"
    # As process 1 of its namespace this shell has to say itself that signals end it; the kernel then ends the rest.
    trap 'kill "$command" 2>/dev/null; wait "$command" 2>/dev/null; exit 130' INT TERM
    "$@" &
    local command=$!
    wait $command
}

rack_bridge() { # NAME MAC
    # A MAC of its own: else the bridge takes the lowest one of its ports, and it changes under running machines.
    ip link add "$1" address "$2" type bridge stp_state 0 forward_delay 0 mcast_snooping 0 || return 1
    # A port that is always up, so that the bridge has a carrier before the first machine starts. Its peer has to be in
    # another namespace: here it would answer ARP for the appliance's address and get a copy of every broadcast.
    local elsewhere
    elsewhere=$(empty_namespace)
    ip link add "$1-keep" type veth peer name keep netns "$elsewhere" && ip link set "$1-keep" master "$1" up || return 1
    nsenter --target "$elsewhere" --net -- ip link set keep up
    ip link set "$1" up
}

empty_namespace() { # prints the process that holds it
    unshare --net sleep infinity >/dev/null 2>&1 &
    local pid=$!
    until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
    echo $pid
}

cmd_up() {
    rack_running && { note "already up"; return 0; }
    mkdir -p "$LAB_DIR"
    "$LAB_HOME/lab" rack -- sleep infinity >"$LAB_DIR/up.log" 2>&1 </dev/null &
    local i
    for i in $(seq 100); do
        rack_running && "$LAB_HOME/lab" exec ip -br link show dev void0 >/dev/null 2>&1 && { note "up: state in $LAB_DIR"; return 0; }
        sleep 0.1
    done
    cat "$LAB_DIR/up.log" >&2
    die "the rack did not come up"
}

cmd_down() { # [--keep]: ends everything in the rack; --keep leaves disks and logs
    if rack_running; then
        kill "$(cat "$LAB_DIR/holder")" 2>/dev/null
        local i
        for i in $(seq 50); do rack_running || break; sleep 0.1; done
        rack_running && kill -9 "$(cat "$LAB_DIR/holder")"
    fi
    [ "${1:-}" = --keep ] || rm -rf "$LAB_DIR"
}

# Runs the rest of the arguments in the rack (or in one of its side hosts), from inside or outside.
cmd_exec() { # [--side NAME] [--] CMD...
    local side=
    [ "${1:-}" = --side ] && { side=$2; shift 2; }
    [ "${1:-}" = -- ] && shift
    if [ -z "${LAB_INSIDE:-}" ]; then
        rack_running || die "not up (lab up)"
        local holder flags=(--net --mount --pid)
        holder=$(cat "$LAB_DIR/holder")
        [ "$(id -u)" = 0 ] || flags+=(--user --preserve-credentials)
        [ -z "$side" ] || set -- "$LAB_HOME/lab" exec --side "$side" -- "$@"
        LAB_INSIDE=1 exec nsenter --target "$holder" "${flags[@]}" --wd="$PWD" -- "$@"
    fi
    [ -n "$side" ] || exec "$@"
    [ -s "$LAB_DIR/side/$side" ] || die "no side host $side"
    exec nsenter --target "$(cat "$LAB_DIR/side/$side")" --net -- "$@"
}

# The rest works from inside only; from outside it goes in first.
inside() { [ -n "${LAB_INSIDE:-}" ] || exec "$LAB_HOME/lab" exec -- "$LAB_HOME/lab" "$@"; }

cmd_side() { # NAME ADDR/LEN: one more host on rack0, with eth0
    inside side "$@"
    local name=${1:?side NAME ADDR/LEN} address=${2:?side NAME ADDR/LEN} pid
    [[ $name =~ ^[a-z0-9]{1,8}$ ]] || die "side: a name of up to 8 small letters and digits"
    [ ! -e "$LAB_DIR/side/$name" ] || die "side: $name is there"
    pid=$(empty_namespace)
    echo "$pid" >"$LAB_DIR/side/$name"
    ip link add "s-$name" type veth peer name eth0 netns $pid && ip link set "s-$name" master $RACK_BRIDGE up || die "side: no link"
    in_side "$name" ip link set lo up
    in_side "$name" ip addr add "$address" brd + dev eth0
    in_side "$name" ip link set eth0 up
}

in_side() { local pid; pid=$(cat "$LAB_DIR/side/$1"); shift; nsenter --target "$pid" --net -- "$@"; }

cmd_segment() { # NAME ADDR/LEN: a second network segment behind the side host NAME, which becomes a router; machines boot
    inside segment "$@" # on it with --net NAME. The relay agent itself is the caller's to start in the side host.
    local name=${1:?segment NAME ADDR/LEN} address=${2:?segment NAME ADDR/LEN} via
    [ -s "$LAB_DIR/side/$name" ] || die "segment: no side host $name"
    via=$(in_side "$name" ip -o -4 addr show dev eth0 | awk '{sub("/.*", "", $4); print $4}')
    nsenter --target "$(cat "$LAB_DIR/side/$name")" --net -- "$LAB_HOME/lab" _bridge seg0 52:54:00:77:ff:03 || die "segment: no bridge"
    in_side "$name" ip addr add "$address" brd + dev seg0
    in_side "$name" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.disable_ipv6=1
    ip route add "$(network_of "$address")" via "$via" dev $RACK_BRIDGE
}

cmd__bridge() { rack_bridge "$@"; }

network_of() { # 10.78.0.1/24 -> 10.78.0.0/24 (whole octets are enough here)
    local a=${1%/*}
    [ "${1#*/}" = 24 ] || die "a /24, not $1"
    echo "${a%.*}.0/24"
}
