#!/usr/bin/env bash
# run.sh [--quick]    translations in process, as a command, and a folder of 1,000 files in one call; beside the real butane where it is
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root=$here/../../..
bench=$root/artifacts/bin/Matchbox.Bench/release/Matchbox.Bench
files=1000 rounds=20
[ "${1:-}" != --quick ] || { files=200 rounds=5; }
(cd "$root" && dotnet build tests/bench/Matchbox.Bench --configuration Release --nologo --verbosity quiet >/dev/null)
"$bench" butane

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tar -xzf "$root/tests/corpus/butane.tar.gz" -C "$folder" cases/large-0-flatcar1_1_0/config.bu
config=$folder/cases/large-0-flatcar1_1_0/config.bu
mkdir "$folder/in"
for i in $(seq "$files"); do cp "$config" "$folder/in/node$i.bu"; done

# seconds COMMAND...: wall time of one call
seconds() {
    local from to
    from=$(date +%s%N); "$@" >/dev/null 2>&1; to=$(date +%s%N)
    awk -v n=$((to - from)) 'BEGIN { printf "%.3f\n", n / 1e9 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

one=$(for _ in $(seq "$rounds"); do seconds "$MATCHBOX" butane "$config"; done | median)
many=$(seconds "$MATCHBOX" butane --output "$folder/out" "$folder/in")
echo "matchbox butane: one call $one s, $files files in one call $many s"
if command -v butane >/dev/null; then
    peer=$(for _ in $(seq "$rounds"); do seconds butane "$config"; done | median)
    awk -v p="$peer" -v o="$one" -v m="$many" -v n="$files" \
        'BEGIN { printf "butane: one call %s s; ratio of one call %.2f, of %d files %.1f\n", p, o / p, n, n * p / m }'
else
    echo "butane is not there: no ratio"
fi
