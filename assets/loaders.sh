#!/usr/bin/env bash
# loaders.sh [--refresh] [FOLDER]    puts the boot loaders that we hand to firmware into assets/loaders (or FOLDER)
#
# They are Debian's own files, taken from its packages without installing them; works as root and as a plain user.
# Quick when the files are there already. The checksums of what Debian 12 shipped when this was written are in
# loaders.sha256: a difference is said and is no failure, since a security update changes the files.
# --pin writes loaders.sha256 anew.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
pinned=$here/loaders/loaders.sha256
refresh= pin= folder=$here/loaders
for argument in "$@"; do
    case $argument in
    --refresh) refresh=1 ;;
    --pin) pin=1 refresh=1 ;;
    -*) sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
    *) folder=$argument ;;
    esac
done
mkdir -p "$folder"; folder=$(cd "$folder" && pwd)
fetched=$folder/.fetched.sha256

# name | package | file in the package
recipe='
undionly.kpxe ipxe:amd64                   usr/lib/ipxe/undionly.kpxe
ipxe.efi      ipxe:amd64                   boot/ipxe.efi
snponly.efi   ipxe:amd64                   usr/lib/ipxe/snponly.efi
shimx64.efi   shim-signed:amd64            usr/lib/shim/shimx64.efi.signed
grubx64.efi   grub-efi-amd64-signed:amd64  usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed
shimaa64.efi  shim-signed:arm64            usr/lib/shim/shimaa64.efi.signed
grubaa64.efi  grub-efi-arm64-signed:arm64  usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed'

if [ -n "$refresh" ] || ! [ -s "$fetched" ] || ! (cd "$folder" && sha256sum --status -c "$fetched"); then
    work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
    # shellcheck disable=SC2046
    "$here/fetch-deb.sh" "$work" $(awk 'NF { print $2 }' <<<"$recipe" | sort -u)
    while read -r name package file; do
        [ -n "$name" ] || continue
        cp -L "$work/${package#*:}/${package%:*}/$file" "$folder/.$name.new"
        chmod 644 "$folder/.$name.new"
        mv "$folder/.$name.new" "$folder/$name"
    done <<<"$recipe"
    (cd "$folder" && sha256sum $(awk 'NF { print $1 }' <<<"$recipe")) >"$fetched"
    for version in "$work"/*/*.version; do
        echo "loaders: $(basename "${version%.version}") $(cat "$version") ($(basename "$(dirname "$version")"))"
    done
fi

[ -z "$pin" ] || cp "$fetched" "$pinned"
changed=$(diff <(sort "$pinned") <(sort "$fetched") | awk '/^>/ { print $3 }' | tr '\n' ' ' || true)
[ -z "$changed" ] || echo "loaders: Debian has changed since this release: $changed(verified by apt's signatures; loaders.sha256 names the older files)"
