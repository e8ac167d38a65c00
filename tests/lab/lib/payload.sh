# The machines' software: Debian's cloud kernel, an initramfs with the real Ignition, a small bootable disk image.
# Made from Debian packages that are unpacked, not installed; kept under artifacts/lab and made again when this changes.

PAYLOAD_PACKAGES="busybox-static ignition passwd libc6 libblkid1 libaudit1 libbz2-1.0 libcap-ng0 libpcre2-8-0 libselinux1 libsemanage2 libsepol2 libcrypt1"
PAYLOAD_MODULES="virtio_pci virtio_mmio virtio_rng virtio_net virtio_blk qemu_fw_cfg vmxnet3"

payload_dir() { echo "$LAB_CACHE/payload/${1:-amd64}"; }

# What a payload depends on: these scripts and the packages' versions.
payload_key() { cat "$LAB_HOME"/guest/*.sh "$LAB_HOME/lib/payload.sh" "$LAB_CACHE"/packages/"$1"/*.version 2>/dev/null | sha256sum | cut -c1-64; }

cmd_payload() { # [amd64|arm64]
    local arch=${1:-amd64} dir packages
    [ "$arch" = amd64 ] || [ "$arch" = arm64 ] || die "payload: amd64 or arm64"
    dir=$(payload_dir "$arch")
    mkdir -p "$dir"
    (
        flock 9
        [ -e "$dir/key" ] && [ "$(cat "$dir/key")" = "$(payload_key "$arch")" ] && exit 0
        note "making the $arch payload in $dir"
        packages="linux-image-cloud-$arch $PAYLOAD_PACKAGES shim-signed grub-efi-$arch-signed"
        # shellcheck disable=SC2046,SC2086
        "$LAB_HOME/../../assets/fetch-deb.sh" "$LAB_CACHE/packages" $(printf "%s:$arch " $packages) \
            mtools:amd64 syslinux:amd64 syslinux-common:amd64 ipxe:amd64 || exit 2
        rm -f "$dir/key"
        payload_initramfs "$arch" "$dir" && payload_image "$arch" "$dir" || exit 2
        # its place under usr/lib is a link to /boot of the machine that it would be installed on
        [ "$arch" = arm64 ] || cp "$LAB_CACHE/packages/amd64/ipxe/boot/ipxe.lkrn" "$dir/ipxe.lkrn" || exit 2
        payload_key "$arch" >"$dir/key"
    ) 9>"$dir/.lock" || die "no $arch payload"
}

pack() { (cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --owner=0:0 | gzip -n -6) >"$2"; }

# modules of a kernel, uncompressed, with a file that names them in the order of their dependencies
payload_modules() { # kernel-package-root into-root module...
    local kernel=$1 root=$2 version m f x; shift 2
    version=$(ls "$kernel/lib/modules")
    depmod -b "$kernel" "$version" 2>/dev/null
    mkdir -p "$root/lib/modules"; : >"$root/lib/modules/order"
    for m in "$@"; do
        while read -r _ f _; do
            x=$(basename "${f%.xz}")
            grep -qx "$x" "$root/lib/modules/order" && continue
            case $f in *.xz) xz -dc "$f" >"$root/lib/modules/$x" ;; *) cp "$f" "$root/lib/modules/$x" ;; esac
            echo "$x" >>"$root/lib/modules/order"
        done < <(modprobe -d "$kernel" -S "$version" --show-depends --ignore-install "$m" 2>/dev/null | grep '^insmod')
    done
}

payload_initramfs() { # arch dir
    local debs=$LAB_CACHE/packages/$1 dir=$2 r f x
    r=$(mktemp -d); chmod 755 "$r" # Ignition acts as the user core, who has to get through /
    cp "$debs/linux-image-cloud-$1"/boot/vmlinuz-* "$dir/vmlinuz"
    mkdir -p "$r"/{bin,sbin,usr/bin,usr/sbin,etc,proc,sys,dev,run,tmp,lib64,sysroot,root,var}
    # shellcheck disable=SC2086
    payload_modules "$debs/linux-image-cloud-$1" "$r" $PAYLOAD_MODULES
    cp "$debs/busybox-static/bin/busybox" "$r/bin/"; ln -s /bin/busybox "$r/bin/sh"
    cp "$LAB_HOME/guest/init.sh" "$r/init"; cp "$LAB_HOME"/guest/{common,install,udhcpc}.sh "$r/"
    chmod 755 "$r/init" "$r/udhcpc.sh"

    cp "$debs/ignition/usr/lib/dracut/modules.d/30ignition/ignition" "$r/usr/bin/ignition"
    for f in useradd usermod groupadd; do cp "$debs/passwd/usr/sbin/$f" "$r/usr/sbin/"; done
    for x in "$debs"/*/lib/*-linux-gnu "$debs"/*/usr/lib/*-linux-gnu; do
        for f in "$x"/libc.so.6 "$x"/lib[abpsc]*.so.[0-9]* "$x"/ld-linux*.so.*; do
            case $f in *\** | *.so.*.*.* | *libpthread* | *libanl* | *libBroken* | *libpsx*) continue ;; esac
            [ -e "$f" ] && cp -L "$f" "$r/lib/"
        done
    done
    # the loader's own path, and where Ignition and the shadow tools look without ld.so.cache
    for f in "$r"/lib/ld-linux-x86-64.so.2; do [ -e "$f" ] && cp "$f" "$r/lib64/"; done
    # Ignition asks these of the system even where there is nothing to do
    for x in udevadm setfiles; do printf '#!/bin/sh\nexit 0\n' >"$r/usr/sbin/$x"; chmod 755 "$r/usr/sbin/$x"; done
    printf 'root:x:0:0:root:/root:/bin/sh\n' >"$r/etc/passwd"; printf 'root:x:0:\n' >"$r/etc/group"

    # the system that Ignition writes into: what a Flatcar image has (user core included)
    mkdir -p "$r"/skel/{etc/systemd/system,home/core,root,usr/bin,usr/sbin,var,opt,run,tmp}
    # Debian's Ignition is built with SELinux relabelling: it wants a policy to name
    mkdir -p "$r/skel/etc/selinux/targeted/contexts/files"; : >"$r/skel/etc/selinux/targeted/contexts/files/file_contexts"
    printf 'SELINUX=disabled\nSELINUXTYPE=targeted\n' >"$r/skel/etc/selinux/config"
    printf 'ID=flatcar\nNAME="lab"\nVERSION_ID=0\n' >"$r/skel/etc/os-release"
    printf 'root:x:0:0:root:/root:/bin/sh\ncore:x:500:500:core:/home/core:/bin/sh\n' >"$r/skel/etc/passwd"
    printf 'root:x:0:\nsudo:x:150:core\ndocker:x:233:core\ncore:x:500:\n' >"$r/skel/etc/group"
    printf 'root:*:19000:0:99999:7:::\ncore:*:19000:0:99999:7:::\n' >"$r/skel/etc/shadow"
    printf 'root:*::\nsudo:*::core\ndocker:*::core\ncore:!::\n' >"$r/skel/etc/gshadow"
    cp "$r/skel/etc/os-release" "$r/etc/os-release"; cp "$r/skel/etc/os-release" "$r/etc/initrd-release"
    pack "$r" "$dir/initrd.img"; x=$?
    rm -rf "$r"
    return $x
}

# disk.img: one FAT partition that BIOS boots by syslinux and UEFI by shim and the signed GRUB, so that it also boots
# under Secure Boot; a kernel and an initramfs that says LAB-DISK.
payload_image() { # arch dir
    local debs=$LAB_CACHE/packages/$1 tools=$LAB_CACHE/packages/amd64 arch=$1 dir=$2 w suffix console fat
    w=$(mktemp -d)
    mkdir -p "$w/r/bin"
    case $arch in amd64) suffix=x64 console=ttyS0 ;; *) suffix=aa64 console=ttyAMA0 ;; esac
    payload_modules "$debs/linux-image-cloud-$arch" "$w/r" virtio_pci virtio_mmio virtio_net virtio_blk
    mkdir -p "$w/r"/{proc,sys,dev,run,tmp,etc,sbin,usr/bin,usr/sbin}
    cp "$debs/busybox-static/bin/busybox" "$w/r/bin/"; ln -s /bin/busybox "$w/r/bin/sh"
    cp "$LAB_HOME/guest/disk.sh" "$w/r/init"; cp "$LAB_HOME"/guest/{common,udhcpc}.sh "$w/r/"
    chmod 755 "$w/r/init" "$w/r/udhcpc.sh"
    pack "$w/r" "$w/disk-initrd.img"

    printf 'default disk\nprompt 0\ntimeout 1\nserial 0\nlabel disk\n  kernel /vmlinuz\n  append initrd=/initrd.img console=%s\n' "$console" >"$w/syslinux.cfg"
    printf 'set timeout=0\nlinux /vmlinuz console=%s\ninitrd /initrd.img\nboot\n' "$console" >"$w/grub.cfg"
    local mib=$((($(stat -c %s "$dir/vmlinuz") + $(stat -c %s "$w/disk-initrd.img")) / 1048576 + 8))
    fat=$w/fat.img
    truncate -s "${mib}M" "$fat"
    (
        export PATH=$tools/mtools/usr/bin:$tools/syslinux/usr/bin:$PATH MTOOLS_SKIP_CHECK=1
        mformat -i "$fat" -H 2048 -T $((mib * 2048)) -h 64 -s 32 -c 4 :: &&
            mmd -i "$fat" ::/EFI ::/EFI/BOOT ::/EFI/debian &&
            mcopy -i "$fat" "$dir/vmlinuz" ::/vmlinuz &&
            mcopy -i "$fat" "$w/disk-initrd.img" ::/initrd.img &&
            mcopy -i "$fat" "$debs/shim-signed/usr/lib/shim/shim$suffix.efi.signed" "::/EFI/BOOT/BOOT${suffix^^}.EFI" &&
            mcopy -i "$fat" "$debs"/grub-efi-$arch-signed/usr/lib/grub/*-signed/grub$suffix.efi.signed "::/EFI/BOOT/grub$suffix.efi" &&
            mcopy -i "$fat" "$w/grub.cfg" ::/EFI/debian/grub.cfg || exit 1
        [ "$arch" = arm64 ] || { mcopy -i "$fat" "$w/syslinux.cfg" ::/syslinux.cfg && syslinux --install "$fat"; }
    ) >"$dir/image.log" 2>&1 || { cat "$dir/image.log" >&2; return 1; }
    truncate -s 1M "$dir/disk.img.new"
    [ "$arch" = arm64 ] || dd if="$tools/syslinux-common/usr/lib/syslinux/mbr/mbr.bin" of="$dir/disk.img.new" bs=440 count=1 conv=notrunc status=none
    # one active partition of type EF (both kinds of firmware accept it), from sector 2048
    printf '\x80\xfe\xff\xff\xef\xfe\xff\xff\x00\x08\x00\x00' | dd of="$dir/disk.img.new" bs=1 seek=446 conv=notrunc status=none
    le32 $((mib * 2048)) | dd of="$dir/disk.img.new" bs=1 seek=458 conv=notrunc status=none
    printf '\x55\xaa' | dd of="$dir/disk.img.new" bs=1 seek=510 conv=notrunc status=none
    cat "$fat" >>"$dir/disk.img.new"
    mv "$dir/disk.img.new" "$dir/disk.img"
    sha256sum <"$dir/disk.img" >"$dir/disk.img.sha256"
    rm -rf "$w"
}

le32() {
    local i
    for i in 0 8 16 24; do printf "\\x$(printf %02x $(($1 >> i & 255)))"; done
}
