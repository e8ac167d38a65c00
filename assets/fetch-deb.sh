#!/usr/bin/env bash
# fetch-deb.sh FOLDER PACKAGE[:ARCH]...    unpacks Debian packages into FOLDER/ARCH/PACKAGE without installing them
#
# Works as any user: package lists live in a folder of our own, so the machine's dpkg and apt stay as they are and
# packages of another architecture need no `dpkg --add-architecture`. apt verifies signatures as always.
# Files: FOLDER/ARCH/PACKAGE/... (contents) and FOLDER/ARCH/PACKAGE.version. A package that is there already is kept.
# FETCH_DEB_LISTS names the folder for package lists (kept for a day); default: temporary.
set -euo pipefail

die() { echo "fetch-deb: $*" >&2; exit 2; }
[ $# -ge 2 ] || die "usage: fetch-deb.sh FOLDER PACKAGE[:ARCH]..."
for tool in apt-get dpkg-deb; do command -v $tool >/dev/null || die "$tool is not here: this needs Debian"; done

mkdir -p "$1"; folder=$(cd "$1" && pwd); shift
native=$(dpkg --print-architecture)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
lists=${FETCH_DEB_LISTS:-$work/lists}

missing=() architectures=
for wanted in "$@"; do
    package=${wanted%:*} arch=$native
    [[ $wanted = *:* ]] && arch=${wanted#*:}
    [ -e "$folder/$arch/$package.version" ] && continue
    missing+=("$package:$arch")
    [[ " $architectures " = *" $arch "* ]] || architectures="$architectures $arch"
done
[ ${#missing[@]} -gt 0 ] || exit 0

# The machine's own Debian mirrors; third-party repositories would only add names and noise.
mkdir -p "$work/etc/parts" "$work/cache/archives/partial"
for source in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
    [ -s "$source" ] && cp "$source" "$work/etc/parts/$(basename "$source")"
done
[ -n "$(ls "$work/etc/parts")" ] || cp /etc/apt/sources.list.d/* "$work/etc/parts/"

for arch in $architectures; do
    mkdir -p "$lists/$arch/lists/partial"
    : >"$work/status-$arch"
    cat >"$work/apt-$arch.conf" <<CONF
APT::Architecture "$arch";
#clear APT::Architectures;
APT::Architectures { "$arch"; };
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$work/etc/parts";
Dir::State "$lists/$arch";
Dir::State::Lists "$lists/$arch/lists";
Dir::State::status "$work/status-$arch";
Dir::Cache "$work/cache";
CONF
    if [ -z "$(find "$lists/$arch/fresh" -mtime -1 2>/dev/null)" ]; then
        APT_CONFIG=$work/apt-$arch.conf apt-get -qq update >"$work/update.log" 2>&1 ||
            echo "fetch-deb: apt-get update ($arch): $(grep -m1 '^[EW]:' "$work/update.log")" >&2
        touch "$lists/$arch/fresh"
    fi
done

for wanted in "${missing[@]}"; do
    package=${wanted%:*} arch=${wanted#*:}
    name=$package
    # A metapackage (linux-image-cloud-amd64) stands for the package it depends on.
    if [[ $package = linux-image-cloud-* ]]; then
        name=$(APT_CONFIG=$work/apt-$arch.conf apt-cache depends "$package" 2>/dev/null |
            sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\).*/\1/p' | head -n 1)
        [ -n "$name" ] || die "no package $package for $arch in the lists"
    fi
    rm -f "$work"/*.deb
    (cd "$work" && APT_CONFIG=$work/apt-$arch.conf apt-get -qq download "$name" >"$work/download.log" 2>&1) ||
        die "cannot download $name ($arch): $(grep -m1 '^E:' "$work/download.log")"
    rm -rf "$folder/$arch/$package"; mkdir -p "$folder/$arch/$package"
    dpkg-deb -x "$work"/*.deb "$folder/$arch/$package"
    dpkg-deb -f "$work"/*.deb Version >"$folder/$arch/$package.version"
done
