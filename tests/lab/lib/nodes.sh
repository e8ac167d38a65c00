# What the machines of the flows are told to boot: a declared folder in the layout of poseidon/matchbox, and the assets.
# Everything is under $WORK; $SITE is the boot listener's address as the machines see it.

SITE=http://10.77.0.1:8080

nodes_assets() {
    local arch
    mkdir -p "$WORK/assets" "$WORK/data"/{groups,profiles,ignition}
    for arch in "$@"; do
        "$LAB" payload "$arch" || return 1
        mkdir -p "$WORK/assets/$arch"
        # links to the files themselves: a server may rightly refuse symbolic links that lead out of its folder
        cp -fl "$LAB_CACHE/payload/$arch"/{vmlinuz,initrd.img,disk.img,disk.img.sha256} "$WORK/assets/$arch/" 2>/dev/null ||
            cp -f "$LAB_CACHE/payload/$arch"/{vmlinuz,initrd.img,disk.img,disk.img.sha256} "$WORK/assets/$arch/"
    done
}

# The config of all machines that do not install: a template, whose Butane becomes each machine's own Ignition config.
nodes_config() {
    cat >"$WORK/data/ignition/rack.yaml" <<'Y'
variant: flatcar
version: 1.0.0
passwd:
  users:
    - name: core
      ssh_authorized_keys:
        - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVudXNlZGxhYmtleXVudXNlZGxhYmtleXVudXNlZGw rack
storage:
  files:
    - path: /etc/hostname
      mode: 0644
      overwrite: true
      contents:
        inline: {{.name}}
    - path: /etc/lab-proof
      mode: 0600
      contents:
        inline: |
          proof-of-{{.name}}
systemd:
  units:
    - name: rack.service
      enabled: true
      contents: |
        [Service]
        Type=oneshot
        ExecStart=/bin/true
        [Install]
        WantedBy=multi-user.target
Y
}

# node NAME MAC live|install [amd64|arm64]: one machine with a group and profile of its own; an installer has a raw config, too
node() {
    local name=$1 mac=$2 kind=$3 arch=${4:-amd64} console=ttyS0 files install='' args config=rack.yaml
    [ "$kind" = live ] || config=$1.ign
    nodes_config
    [ "$arch" = arm64 ] && console=ttyAMA0
    files="{\"path\":\"/etc/hostname\",\"mode\":420,\"overwrite\":true,\"contents\":{\"source\":\"data:,$name\"}},
   {\"path\":\"/etc/lab-proof\",\"mode\":384,\"contents\":{\"source\":\"data:,proof-of-$name%0A\"}}"
    if [ "$kind" = install ]; then
        install='"install": true,'
        files="$files,
   {\"path\":\"/etc/lab-install\",\"mode\":420,\"contents\":{\"source\":\"data:,IMAGE_URL=$SITE/assets/$arch/disk.img%0A\"}}"
    fi
    cat >"$WORK/data/ignition/$name.ign" <<J
{"ignition":{"version":"3.3.0"},
 "passwd":{"users":[{"name":"core","sshAuthorizedKeys":["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVudXNlZGxhYmtleXVudXNlZGxhYmtleXVudXNlZGw rack"]}]},
 "storage":{"files":[$files]},
 "systemd":{"units":[{"name":"rack.service","enabled":true,"contents":"[Service]\nType=oneshot\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"}]}}
J
    # initrd= is for iPXE on UEFI, where the kernel fetches the image by its name
    args="\"initrd=initrd.img\", \"console=$console\", \"flatcar.first_boot=1\",
      \"ignition.config.url=$SITE/ignition?uuid=\${uuid}&mac=\${mac:hexhyp}\", \"lab.report=$SITE/report\"${NODE_ARGS:+, \"$NODE_ARGS\"}"
    cat >"$WORK/data/profiles/$name.json" <<J
{ "id": "$name", "name": "$name", $install
  "boot": {
    "kernel": "$SITE/assets/$arch/vmlinuz", "initrd": ["$SITE/assets/$arch/initrd.img"],
    "args": [$args]
  },
  "ignition_id": "$config" }
J
    cat >"$WORK/data/groups/$name.json" <<J
{ "id": "$name", "name": "$name", "profile": "$name", "selector": { "mac": "$mac" }, "metadata": { "name": "$name" } }
J
    declare -F server_node >/dev/null && server_node "$name" "$mac" "$kind" "$arch"
    return 0
}

# node_protected NAME MAC: a live machine whose config is for its present boot alone and holds the secret rack-key
node_protected() {
    NODE_ARGS=lab.file=/etc/rack-key node "$1" "$2" live
    cat >"$WORK/data/ignition/$1.yaml" <<'Y'
variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/hostname
      mode: 0644
      overwrite: true
      contents: { inline: '{{.name}}' }
    - path: /etc/rack-key
      mode: 0600
      contents: { inline: '{{ secret "rack-key" }}' }
Y
    sed -i "s/\"ignition_id\": \"rack.yaml\"/\"ignition_id\": \"$1.yaml\"/" "$WORK/data/profiles/$1.json"
    sed -i 's/"metadata"/"protect": "once", "metadata"/' "$WORK/data/groups/$1.json"
}
