#!/bin/sh
# Makes the qcow2 images beside this file, of the disk that TestDisk.java knows. Needs qemu-utils and python3.
set -e
cd "$(dirname "$0")"
t=$(mktemp -d)
python3 - "$t/raw" <<'P'
import sys
size = (1 << 20) + 512
disk = bytearray(size)
for start, end in ((0, 70000), (262144, 265144), (size - 600, size)):
    for i in range(start, end):
        disk[i] = (i // 512 * 31 + i) & 255
open(sys.argv[1], 'wb').write(disk)
P
make() { # NAME OPTIONS...
  name=$1; shift
  qemu-img convert -f raw -O qcow2 "$@" "$t/raw" "$t/$name.qcow2"
  gzip -9nc "$t/$name.qcow2" > "$name.qcow2.gz"
}
make v2 -o compat=0.10
make v2-deflate -c -o compat=0.10
make v3
make v3-deflate -c
make v3-zstd -c -o compression_type=zstd
make small-clusters -o cluster_size=512
make small-clusters-deflate -c -o cluster_size=512
make small-clusters-zstd -c -o cluster_size=512,compression_type=zstd
make large-clusters-deflate -c -o cluster_size=2M
make subclusters -o extended_l2=on,cluster_size=16k
make subclusters-deflate -c -o extended_l2=on
# Zero clusters, discarded ones, a snapshot of other content, subclusters written one by one: content is the raw
# disk with bytes 4096 to 12287 and 65536 to 69631 zero, and 131072 to 133119 of value 0x5a.
for name in written written-subclusters; do
  opt=compat=1.1; [ $name = written ] || opt=extended_l2=on,cluster_size=16k
  qemu-img convert -f raw -O qcow2 -o $opt "$t/raw" "$t/$name.qcow2"
  qemu-io -f qcow2 -c 'write -P 0x77 4096 8192' -c 'write -P 0x5a 131072 2048' "$t/$name.qcow2" > /dev/null
  qemu-img snapshot -c old "$t/$name.qcow2"
  qemu-io -f qcow2 -c 'write -z 4096 8192' -c 'write -z 65536 4096' "$t/$name.qcow2" > /dev/null
  gzip -9nc "$t/$name.qcow2" > "$name.qcow2.gz"
done
rm -r "$t"
