# The appliance as the rack's server: configuration, start, stop, crash, arming.

MATCHBOX=${MATCHBOX:-$LAB_HOME/../../artifacts/matchbox/matchbox}

server_check() { [ -x "$MATCHBOX" ] || die "$MATCHBOX is not there: ./run build"; }

server_config() { # authoritative|proxy
    mkdir -p "$WORK/state"
    cat >"$WORK/appliance.yaml" <<Y
state-path: $WORK/state
data-path: $WORK/data
assets-path: $WORK/assets
loaders-path: $LAB_HOME/../../assets/loaders
boot: { listen: ["0.0.0.0:8080"] }
admin: { listen: ["127.0.0.1:9443"] }
dhcp:
  subnets:
  - network: 10.77.0.0/24
    interface: rack0
    mode: $1
Y
    [ "$1" = proxy ] || cat >>"$WORK/appliance.yaml" <<Y
    pools: [10.77.0.100-10.77.0.200]
    routers: [10.77.0.1]
  - network: 10.78.0.0/24
    relays: [10.78.0.1]
    mode: $1
    pools: [10.78.0.100-10.78.0.200]
    routers: [10.78.0.1]
Y
    # Secure Boot refuses iPXE; these two are known to have it on
    cat >>"$WORK/appliance.yaml" <<Y
machines:
- { name: rack-secureboot, mac: 52:54:00:77:00:05, loader: shim }
- { name: rack-install-secureboot, mac: 52:54:00:77:00:25, loader: shim }
Y
}

server_start() {
    # a first start in this mode looks for other DHCP servers before it answers; the verdict is remembered
    "$MATCHBOX" serve --config "$WORK/appliance.yaml" >>"$OUT/appliance.log" 2>&1 </dev/null &
    server_pid=$!
    local i
    for i in $(seq 300); do
        matchbox health >/dev/null 2>&1 && ! searching && return 0
        kill -0 $server_pid 2>/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$OUT/appliance.log" >&2
    die "the appliance does not answer"
}

searching() { # the appliance listens, but still looks for other DHCP servers on rack0
    [ "$(grep -c 'Looking .* for another DHCP server.* on rack0' "$OUT/appliance.log")" -gt "$(grep -c 'DHCP serves .* on rack0' "$OUT/appliance.log")" ]
}

matchbox() { "$MATCHBOX" "$@" --state "$WORK/state"; }
server_stop() { [ -z "${server_pid:-}" ] || { kill "$server_pid" 2>/dev/null; wait "$server_pid" 2>/dev/null; server_pid=; }; }
server_crash() { kill -9 "$server_pid"; wait "$server_pid" 2>/dev/null; server_pid=; }
server_add() { matchbox machines add "$1" --name "$2" >>"$OUT/arm.log" 2>&1 || note "adding $1 failed: $(tail -n 1 "$OUT/arm.log")"; }
server_arm() { matchbox machines arm "$1" >>"$OUT/arm.log" 2>&1 || note "arming $1 failed: $(tail -n 1 "$OUT/arm.log")"; }
# All of them first: a reader that has seen enough must not end the writer.
server_events() { local all; all=$(matchbox events -n 1000 --json); grep -F "$1" <<<"$all"; }
