#!/bin/bash
# make.sh : makes the images of this folder again (Debian: xorriso 1.5.4, genisoimage 1.1.11, attr, acl; as root, for owners and devices).
# A tool that writes other bytes than those committed does no harm: the tests compare trees, not images.
set -euo pipefail
cd "$(dirname "$0")"; export LC_ALL=C.UTF-8 TZ=UTC SOURCE_DATE_EPOCH=1000000000
W=$(mktemp -d); trap 'rm -rf "$W"' EXIT; T=$W/t
manifest() { python3 "${MANIFEST:?a script that prints a directory as the table below}" "$1" | awk -F'\t' -v OFS='\t' '$2 == "d" { $8 = 0 } 1'; } # the tree as a table; links of directories are not compared
pack() { gzip -9n < "$W/$1.iso" > "$1.iso.gz"; }
mkdir -p "$T"/{dir/sub,1/2/3/4/5/6/7/8/9/10}
cd "$T"
echo hello > hello.txt; ln hello.txt link; ln hello.txt dir/other; : > empty; : > empty2; ln empty empty3
printf deep > 1/2/3/4/5/6/7/8/9/10/deep.txt; printf 1 > "$(printf 'N%.0s' {1..255})"; printf u > 'ünï-日本😀.txt'; printf b > $'bad\xff.bin'; printf c > UPPER.TXT
ln -s hello.txt sl-rel; ln -s / sl-root; ln -s /etc/./../x/... sl-abs; ln -s "$(printf 'p/%.0s' {1..130})end" sl-parts
ln -s "$(printf 'x%.0s' {1..240})/$(printf 'y%.0s' {1..250})/$(printf 'z%.0s' {1..255})" sl-long
mkfifo fifo; mknod null c 1 3; mknod disk b 259 70000
head -c 5000 /dev/zero | tr '\0' d > data
setfattr -n user.a -v 1 hello.txt; setfattr -n user.big -v "$(head -c 2500 /dev/zero | tr '\0' b)" data; setfattr -n trusted.t -v x data; setfattr -n security.s -v y dir; setfattr -n user.none dir
setfacl -m u:1000:rwx,g:70000:r-x data; setfacl -m d:u:5:rwx,d:o::- dir
chmod 4755 hello.txt; chmod 1777 dir/sub; chown 1000:4294967294 data
find . -exec touch -h -d '2001-02-03 04:05:06' {} +; touch -d '1955-01-01' fifo; touch -d '2099-12-31 23:59:59' data
cd - > /dev/null
manifest "$T" > rockridge.tsv
X="xorriso -report_about SORRY -padding 0"
$X -outdev "$W/rockridge.iso" -xattr any -acl on -hardlinks on -volid 'ROCK RIDGE' -map "$T" / ; pack rockridge
$X -outdev "$W/relocated.iso" -compliance deep_paths_off -map "$T" / ; pack relocated
# Of the two links left out genisoimage never ends on the first, and writes wrong lengths for the second.
rm "$T"/sl-{parts,long}
touch -d '2001-02-03 04:05:06' "$T"
genisoimage -quiet -no-pad -R -V GENISO -o "$W/genisoimage.iso" "$T"; pack genisoimage
mv "$T"/ünï-* "$T"/ünï-日本.txt; rm -r "$T"/{1,N*,sl-*,fifo,null,disk,bad*}
touch -d '2001-02-03 04:05:06' "$T"
genisoimage -quiet -no-pad -input-charset utf-8 -J -joliet-long -V JOLIET -o "$W/joliet.iso" "$T"; pack joliet
genisoimage -quiet -no-pad -input-charset utf-8 -iso-level 1 -V PLAIN -o "$W/plain.iso" "$T" 2> /dev/null; pack plain
mkdir "$W/z"; cd "$W/z"; { head -c 70000 /dev/zero; seq 20000; head -c 100000 /dev/zero; } > holes; head -c 300000 /dev/zero > zeros; seq 5000 > text; cd - > /dev/null
find "$W/z" -exec touch -d '2001-02-03 04:05:06' {} +; chmod 755 "$W/z"; chmod 644 "$W"/z/*
manifest "$W/z" > zisofs.tsv
$X -outdev "$W/zisofs1.iso" -zisofs block_size=32k -map "$W/z" / -find / -type f -exec set_filter --zisofs -- ; pack zisofs1
$X -outdev "$W/zisofs2.iso" -zisofs version_2=on:block_size_v2=64k -map "$W/z" / -find / -type f -exec set_filter --zisofs -- ; pack zisofs2
mkdir "$W/s"; echo old > "$W/s/changed"; echo one > "$W/s/first"; $X -dev "$W/sessions.iso" -map "$W/s" / -commit
echo new > "$W/s/changed"; $X -dev "$W/sessions.iso" -map "$W/s/changed" /changed -map "$W/s/first" /second -rm /first -- -commit; pack sessions
