#!/bin/bash
# make.sh FOLDER: makes the images of this folder anew. Needs root, squashfs-tools (4.5.1 was used), Python and loop
# mounts; MANIFEST is a script that prints a mounted tree as the table of jbuild.fs.ImageTable.
set -e -o pipefail
out=$(realpath $1); cd $(mktemp -d); rm -rf t m; mkdir -p t/dir/deep t/empty m
python3 - <<'P'
import os, random
r = random.Random(1)
def w(n, b): open('t/'+n, 'wb').write(b)
text = b''.join(b'line %d of the text\n' % i for i in range(700))
w('dir/blocks', text[:12288])                      # three blocks, no tail
w('dir/blocks-tail', text[:9000])                  # two blocks and a tail in a fragment
w('dir/small', b'a few bytes\n'); w('dir/small2', b'other bytes\n'); w('dir/none', b'')
w('random', r.randbytes(5000))                     # a block that does not compress
w('dir/deep/x86', b''.join(b'\xe8' + ((i * 7919) & 0xffff).to_bytes(4, 'little') + b'\x90\x48\x89\xe5' for i in range(800)))  # calls, for BCJ
with open('t/sparse', 'wb') as f:
    f.seek(8192); f.write(text[:4096]); f.seek(20480); f.write(b'middle'); f.seek(39990); f.write(b'the tail!!')
with open('t/hole', 'wb') as f: f.truncate(10000)
os.link('t/dir/small', 't/dir/small-link')
os.symlink('dir/small', 't/link'); os.symlink('x' * 200, 't/dir/long-link')
os.mkfifo('t/fifo'); os.mknod('t/null', 0o20666, os.makedev(1, 3)); os.mknod('t/disk', 0o60640, os.makedev(259, 70000))
import socket; s = socket.socket(socket.AF_UNIX); s.bind('t/socket'); s.close()
w(b'caf\xc3\xa9'.decode(), b'1'); open(b't/latin-\xe9', 'wb').write(b'2'); w('with space', b'3')
os.chmod('t/dir/small2', 0o4755); os.chmod('t/dir/deep', 0o1777); os.chmod('t/random', 0o2751)
os.chown('t/random', 1000, 70000); os.chown('t/link', 12, 34, follow_symlinks=False)
big = b'v' * 100
for n in ('dir/blocks', 'dir/small', 'random', 'dir', 'sparse'):
    os.setxattr('t/' + n, 'user.same', big)         # in two sets of attributes: out of line
os.setxattr('t/sparse', 'user.other', b'makes another set')
os.setxattr('t/dir/small2', 'user.a', b'1'); os.setxattr('t/dir/small2', 'user.empty', b'')
os.setxattr('t/dir/small2', 'security.capability', bytes.fromhex('0100000200200000000000000000000000000000'))
for n in ('null', 'fifo', 'link', 'socket', 'disk'): os.setxattr('t/' + n, 'trusted.note', n.encode(), follow_symlinks=False)
for d, ds, fs in os.walk('t', topdown=False):
    for n in ds + fs: os.utime(os.path.join(d, n), (1e9, 1000000000 + len(n) * 86400), follow_symlinks=False)
os.utime('t/empty', (1, 0xffff0000)); os.utime('t', (1, 1700000000))
os.makedirs('many/many')
for i in range(3000): open('many/many/entry-%04d' % i, 'wb').close() if i == 0 else os.link('many/many/entry-0000', 'many/many/entry-%04d' % i)
os.utime('many/many', (1, 1)); os.utime('many/many/entry-0000', (1, 2)); os.utime('many', (1, 3))
P
mk() { mksquashfs ${TREE:-t} $out/$1.sqfs -noappend -quiet -no-progress -nopad -no-exports -mkfs-time 0 "${@:2}" >/dev/null; }
for c in gzip xz lzma lzo lz4 zstd; do mk $c -comp $c -b 4096 -always-use-fragments; done
mk xz-bcj -comp xz -Xbcj x86 -b 8192
mk none -noI -noD -noF -noX -b 4096
mk nofragments -comp zstd -b 4096 -no-fragments -no-xattrs
mk large-blocks -comp xz -b 1M
TREE=many mk many -comp xz -b 4096
for i in zstd nofragments; do
  cp $out/$i.sqfs pad; truncate -s %4096 pad; mount -o loop,ro pad m; python3 $MANIFEST m | awk -F'\t' -v OFS='\t' '$2 == "d" { $8 = 0 } { print }' > $out/$i.tsv; umount m
done
mv $out/zstd.tsv $out/tree.tsv; rm -rf t m many pad
