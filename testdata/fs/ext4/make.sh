#!/bin/bash
# make.sh MANIFEST.py : makes the images of this folder again, each with what the kernel sees in it (NAME.tsv.gz); as root.
# MANIFEST.py prints a mounted tree as the table that ImageTable gives.
set -euo pipefail
manifest=$(realpath "$1"); cd "$(dirname "$0")"; w=$(mktemp -d); trap 'umount $w/m 2>/dev/null || :; rm -rf $w' EXIT
t=$w/t; mkdir -p "$t/dir/deep" "$t/many" "$w/m"
echo hello > "$t/dir/hello"; ln "$t/dir/hello" "$t/dir/deep/same"; : > "$t/empty"; mkfifo "$t/fifo"
mknod "$t/null" c 1 3; mknod "$t/far" b 300 70000; chown 70000:80000 "$t/empty"; chmod 6755 "$t/dir/hello"; chmod 1777 "$t/dir"
ln -s short "$t/link"; ln -s "$(printf 'x%.0s' {1..200})" "$t/long-link"
for i in $(seq 120); do : > "$t/many/entry-$i-with-a-name-that-takes-some-room"; done
for n in 59 60 61 100 156 157; do head -c $n /dev/zero | tr '\0' i > "$t/size-$n"; done
python3 - "$t" <<'P'
import os, struct, sys
t = sys.argv[1]
def islands(name, size, *at):
    with open(f'{t}/{name}', 'wb') as f:
        for o in at:
            f.seek(o); f.write(b'island %d\n' % o)
        f.truncate(size)
islands('holes', 70_000_000, 0, 50_000, 1_000_000, 69_000_000)  # with 1 KiB blocks: single, double and triple indirect
islands('hole', 1 << 20)
islands('scattered', 400_000, *range(0, 400_000, 8192))  # more extents than an inode has room for
os.setxattr(f'{t}/dir', 'user.a', b'1'); os.setxattr(f'{t}/dir', 'user.long', b'v' * 300)
os.setxattr(f'{t}/empty', 'trusted.t', b''); os.setxattr(f'{t}/empty', 'security.s', b'\0\1')
acl = lambda *e: struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *x) for x in e)
none = 0xffffffff
os.setxattr(f'{t}/dir/hello', 'system.posix_acl_access', acl((1, 7, none), (2, 5, 4711), (4, 5, none), (8, 1, 99), (16, 5, none), (32, 5, none)))
os.setxattr(f'{t}/dir', 'system.posix_acl_default', acl((1, 7, none), (4, 5, none), (32, 5, none)))
for p, ns in (('link', -5_000_000_001), ('fifo', 4_000_000_000_123_456_789), ('null', 1)):
    os.utime(f'{t}/{p}', ns=(0, ns), follow_symlinks=False)
P
see() { mount -o "$2" "$w/$1.img" "$w/m"; python3 "$manifest" "$w/m" | gzip -9n > "$1.tsv.gz"; umount "$w/m"; gzip -9nc "$w/$1.img" > "$1.img.gz"; }
make() { local n=$1; shift; mke2fs -q -F -L "$n" -U 01234567-89ab-cdef-0123-456789abcdef -E hash_seed=01234567-89ab-cdef-0123-456789abcdef -d "$t" -N 512 "$@" "$w/$n.img" 2M; see "$n" ro,loop; }
make ext2 -t ext2 -b 1024
make ext4 -t ext4 -b 1024 -O ^has_journal
make ext4-inline -t ext4 -b 1024 -O ^has_journal,inline_data
make ext4-groups -t ext4 -b 1024 -g 512 -O ^has_journal,^metadata_csum,uninit_bg,meta_bg,^resize_inode,^flex_bg
make ext4-seed -t ext4 -b 1024 -O ^has_journal,metadata_csum_seed,^filetype,^extent,^64bit,sparse_super2,^resize_inode
tune2fs -U 11234567-89ab-cdef-0123-456789abcdef "$w/ext4-seed.img" > /dev/null; see ext4-seed ro,loop
# a large value, which mke2fs does not store in an inode of its own
mke2fs -q -F -t ext4 -b 1024 -N 64 -O ^has_journal,ea_inode "$w/ext4-ea.img" 1M; mount -o loop "$w/ext4-ea.img" "$w/m"; echo x > "$w/m/f"
python3 -c 'import os, sys; os.setxattr(sys.argv[1], "user.big", b"big value " * 500); os.setxattr(sys.argv[1], "user.small", b"s")' "$w/m/f"
umount "$w/m"; see ext4-ea ro,loop
# in use: what was committed lies only in the journal when the image is copied; the kernel's view is that after its own replay
fast() { mke2fs -q -F -b 1024 -N 64 -J size=2 -t ext4 -O fast_commit "$w/live.img" 5M; mount -o loop "$w/live.img" "$w/m"
  python3 -c 'import os, sys
for i in range(3): f = os.open(f"{sys.argv[1]}/f{i}", os.O_CREAT | os.O_WRONLY); os.write(f, b"x"); os.fsync(f); os.close(f)' "$w/m"
  gzip -9nc "$w/live.img" > dirty-fast-commit.img.gz; umount "$w/m"; }
dirty() { local n=$1 o=$2; shift 2
  mke2fs -q -F -b 1024 -N 64 -J size=1 "$@" "$w/live.img" 3M; mount -t ext4 -o "loop,$o" "$w/live.img" "$w/m"
  python3 - "$w/m" <<'P'
import os, shutil, sys
m = sys.argv[1]
def commit(text):
    f = os.open(f'{m}/log', os.O_CREAT | os.O_WRONLY | os.O_APPEND); os.write(f, text); os.fsync(f); os.close(f)
for i in range(8): open(f'{m}/f{i}', 'w').write(str(i))
os.mkdir(f'{m}/gone'); [open(f'{m}/gone/a-name-that-takes-some-room-{i}', 'w').close() for i in range(20)]
commit(b'one\n'); shutil.rmtree(f'{m}/gone'); os.remove(f'{m}/f1'); commit(b'two\n')
open(f'{m}/magic', 'wb').write(b'\xc0\x3b\x39\x98 begins as a block of the journal does'); open(f'{m}/reused', 'wb').write(b'r' * 20000)
commit(b'three\n')
P
  cp "$w/live.img" "$w/$n.img"; umount "$w/m"; gzip -9nc "$w/$n.img" > "$n.img.gz"
  mount -t ext4 -o loop "$w/$n.img" "$w/m"; python3 "$manifest" "$w/m" | gzip -9n > "$n.tsv.gz"; umount "$w/m"; }
dirty dirty-v3 defaults -t ext4
dirty dirty-v1 journal_checksum,data=journal -t ext4 -O ^metadata_csum,^64bit
dirty dirty-ext3 data=journal -t ext3
fast
# seeds of the fuzz test, at most 64 KiB and without checksums
seeds=../../../src/test/resources/jbuild/fs/ext4/Ext4FuzzTestInputs/image; mkdir -p $seeds
s=$w/s; mkdir -p "$s/d"; echo hi > "$s/d/f"; ln -s f "$s/d/l"; setfattr -n user.a -v b "$s/d/f"; setfacl -m u:7:r "$s/d/f"; ln "$s/d/f" "$s/g"; mknod "$s/c" c 300 70000
head -c 7168 /dev/zero | tr '\0' j > "$s/j"; head -c 200 /dev/zero | tr '\0' s > "$s/s"; python3 -c 'import sys
with open(sys.argv[1] + "/h", "wb") as f:
    for o in range(0, 40000, 6000): f.seek(o); f.write(b"x")' "$s"
for i in $(seq 5); do : > "$s/d/entry-$i-with-a-name-that-takes-room"; done
seed() { local n=$1; shift; mke2fs -q -F -b 1024 -N 32 -m 0 -d "$s" "$@" "$w/$n" 64; truncate -s 64K "$w/$n"; cp "$w/$n" $seeds/$n; }
seed ext2 -t ext2 -O ^resize_inode
seed ext4 -t ext4 -O ^has_journal,^metadata_csum,^resize_inode,inline_data
seed plain -t ext4 -O ^has_journal,^metadata_csum,^resize_inode,meta_bg,ea_inode
python3 - "$seeds" <<'P'
# the file j becomes a journal of 7 blocks with one transaction: the root's directory block as it is, and a revocation
import struct, subprocess, sys
seeds = sys.argv[1]; d = bytearray(open(f'{seeds}/ext2', 'rb').read())
ask = lambda q: subprocess.run(['debugfs', '-R', q, f'{seeds}/ext2'], capture_output=True, text=True).stdout
inode = int(ask('stat j').split('Inode: ')[1].split()[0]); at = [int(ask(f'bmap j {i}')) for i in range(7)]; root = int(ask('bmap / 0'))
put = lambda block, data: d.__setitem__(slice(block * 1024, block * 1024 + len(data)), data)
head = lambda kind: struct.pack('>III', 0xc03b3998, kind, 7)
for b in at: put(b, bytes(1024))
put(at[0], struct.pack('>IIIIIIII', 0xc03b3998, 4, 0, 1024, 7, 1, 7, 1))
put(at[1], head(1) + struct.pack('>IHH', root, 0, 8)); put(at[2], d[root * 1024:root * 1024 + 1024])
put(at[3], head(5) + struct.pack('>II', 20, 55)); put(at[4], head(2))
u32 = lambda o, v: d.__setitem__(slice(1024 + o, 1024 + o + 4), struct.pack('<I', v)); g32 = lambda o: struct.unpack_from('<I', d, 1024 + o)[0]
u32(0x5c, g32(0x5c) | 4); u32(0x60, g32(0x60) | 4); u32(0xe0, inode)
open(f'{seeds}/journal', 'wb').write(d)
P
