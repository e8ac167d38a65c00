# What has to be installed; everything that only goes into a payload is unpacked from its package instead.

LAB_PACKAGES="iproute2 util-linux procps qemu-system-x86 qemu-system-arm ovmf qemu-efi-aarch64 ipxe-qemu tcpdump dnsmasq-base busybox-static cpio kmod xz-utils gzip ca-certificates"

missing_packages() {
    local package
    for package in $LAB_PACKAGES; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || echo "$package"
    done
}

cmd_deps() {
    local missing sudo=
    missing=$(missing_packages | tr '\n' ' ')
    [ -n "${missing// /}" ] || return 0
    [ "$(id -u)" = 0 ] || sudo=sudo
    [ -z "$sudo" ] || command -v sudo >/dev/null || die "as root: apt-get install --no-install-recommends $missing"
    note "installing $missing"
    $sudo apt-get -qq update && DEBIAN_FRONTEND=noninteractive $sudo apt-get -qqy install --no-install-recommends $missing >/dev/null
}

cmd_doctor() {
    local bad=0
    check() { # TEXT CMD...
        local text=$1; shift
        if "$@" >/dev/null 2>&1; then echo "ok       $text"; else echo "MISSING  $text"; bad=1; fi
    }
    check "packages$(missing_packages | sed 's/^/ /' | tr -d '\n')" [ -z "$(missing_packages)" ]
    check "/dev/net/tun is open to $(id -un)" [ -r /dev/net/tun -a -w /dev/net/tun ]
    local flags=(--net --mount --pid --fork)
    [ "$(id -u)" = 0 ] || flags+=(--user --map-root-user)
    check "namespaces with a bridge" unshare "${flags[@]}" sh -c 'mount -t proc proc /proc && ip link add b0 type bridge && ip link add v0 type veth peer name v1'
    return $bad
}
