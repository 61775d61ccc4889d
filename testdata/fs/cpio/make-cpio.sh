#!/bin/sh
# Makes the archives beside this file and tree.tsv, what they hold. Needs root (for devices and owners), cpio, bzip2,
# lz4, xz, zstd and python3.
set -e
cd "$(dirname "$0")"
here=$PWD
t=$(mktemp -d)
mkdir -p "$t/tree/bin" "$t/tree/dev" "$t/tree/empty directory"
cd "$t/tree"
printf '#!/bin/sh\nexec /bin/sh\n' > init
seq 1 2000 > bin/numbers
ln bin/numbers bin/same
ln bin/numbers last-name
: > bin/empty
ln bin/empty bin/empty2
ln -s numbers bin/link
ln -s '/absolute/target with blanks' link
mknod dev/null c 1 3
mknod dev/sda1 b 8 1
mkfifo dev/fifo
printf x > "$(printf 'name\377\n')"
chmod 0755 init . bin
chmod 4711 bin/empty
chown 1234:4321 bin/numbers
find . -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
python3 "$here/manifest.py" . > "$here/tree.tsv"
for form in newc crc odc bin; do
  find . | LC_ALL=C sort | cpio -o -H $form --quiet > "$t/$form.cpio"
done
# The binary form of a big-endian machine: all numbers of 16 bits swapped, names and contents not.
python3 - "$t/bin.cpio" > "$t/bin-big-endian.cpio" <<'P'
import struct, sys
data, out, at = open(sys.argv[1], 'rb').read(), bytearray(), 0
while True:
    head = struct.unpack_from('<13H', data, at)
    name, size = head[10], head[11] << 16 | head[12]
    body = (name + 1) // 2 * 2 + (size + 1) // 2 * 2
    out += struct.pack('>13H', *head) + data[at + 26:at + 26 + body]
    last = data[at + 26:at + 26 + 10] == b'TRAILER!!!'
    at += 26 + body
    if last:
        break
sys.stdout.buffer.write(out)
P
cd "$t"
for form in newc crc odc bin bin-big-endian; do gzip -9nc $form.cpio > "$here/$form.cpio.gz"; done
bzip2 -9c newc.cpio > "$here/newc.cpio.bz2"
xz -9c --format=lzma newc.cpio > "$here/newc.cpio.lzma"
xz -c --check=crc32 newc.cpio > "$here/newc.cpio.xz"
lz4 -9qlf newc.cpio "$here/newc.cpio.lz4"
zstd -19qf newc.cpio -o "$here/newc.cpio.zst"
rm -r "$t"
