# An installer, sourced by init.sh when the Ignition config wrote /etc/lab-install: writes an image to the disk, tells
# the server and reboots. Nothing goes back here: whoever is told to install installs; the server has to know better.
IMAGE_URL=
. /sysroot/etc/lab-install
report=$(karg matchbox.report) token=$(karg matchbox.token)
json=/sysroot/etc/matchbox/report.json
if [ -e $json ]; then
    field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" $json; }
    if [ -n "$report$token" ] && [ "$report $token" != "$(field url) $(field token)" ]; then
        finish "fail stage=install report.json and the kernel arguments disagree"
    fi
    report=$(field url) token=$(field token)
fi

[ -b $disk ] || finish "fail stage=install no disk"
step "installing $IMAGE_URL"
n=0
until wget -q -O /run/image "$IMAGE_URL" && wget -q -O /run/image.sha256 "$IMAGE_URL.sha256" &&
    [ "$(sha256sum </run/image | cut -c1-64)" = "$(cut -c1-64 /run/image.sha256)" ]; do
    n=$((n + 1)); [ $n -lt 60 ] || finish "fail stage=image $IMAGE_URL"
    say "WARN image not fetched, again in 2 s"; sleep 2
done
step "image fetched"
note_on_disk "install host=$hn mac=$mac token=${token:-none}"
dd if=/run/image of=$disk bs=1M conv=notrunc,fsync 2>/dev/null || finish "fail stage=write"
say "DISK-WRITES $(disk_notes | grep -c '^install')"
step "image written"
if [ -n "$report" ]; then
    body="{\"mac\":\"$mac\",\"uuid\":\"$uuid\",\"step\":\"installed\",\"token\":\"$token\"}"
    until post "$report" "$body"; do
        n=$((n + 1)); [ $n -lt 150 ] || finish "fail stage=report $report"
        say "WARN report not acknowledged, again in 2 s"; sleep 2
    done
    step "install reported"
    say "REPORT installed acknowledged $(head -c 200 /run/answer | tr '\n' ' ')"
else
    say "REPORT none: no address given"
fi
say "RESULT installed hostname=$hn mac=$mac"
sync
sleep 1
reboot -f
