#!/bin/sh
# Makes the small media beside this script: one shape of medium each, all with the same kind of tree.
# They are committed; this is how they came about. As root, with
# xorriso squashfs-tools erofs-utils e2fsprogs gdisk qemu-utils cpio.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
w=$(mktemp -d)
trap 'rm -rf "$w"' EXIT
export LC_ALL=C.UTF-8

# tree DIR NAME: a root file system that says what it is.
tree() {
  mkdir -p "$1/etc" "$1/usr/bin" "$1/usr/lib" "$1/opt"
  ln -s usr/bin "$1/bin"
  printf 'ID=%s\nVERSION_ID="1"\nPRETTY_NAME="%s 1"\n' "$2" "$2" >"$1/usr/lib/os-release"
  ln -s ../usr/lib/os-release "$1/etc/os-release"
  # The first 64 bytes of an x86-64 program: enough to tell the processor.
  printf '\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\76\0\1\0\0\0' >"$1/usr/bin/sh"
  head -c 40 /dev/zero >>"$1/usr/bin/sh"
  chmod 755 "$1/usr/bin/sh"
  printf 'one\n' >"$1/opt/linked"
  ln "$1/opt/linked" "$1/opt/linked-too"
  chown 1000:1000 "$1/opt/linked"
  setfattr -n user.note -v kept "$1/opt/linked"
  settle "$1"
}
settle() { find "$1" -exec touch -h -d @1600000000 {} +; }
squash() { mksquashfs "$1" "$2" -noappend -quiet -no-progress -all-time 1600000000 -mkfs-time 1600000000 $3; }
iso() {
  settle "$1"
  xorriso -as mkisofs -quiet -R -V "$3" --modification-date=2020091312264000 -o "$2" "$1" 2>/dev/null
}
ext4() { # DIR FILE
  truncate -s 2M "$2"
  mke2fs -q -t ext4 -O ^has_journal,^resize_inode -m 0 -N 64 -L rootfs -U 11111111-2222-3333-4444-555555555555 \
    -E hash_seed=11111111-2222-3333-4444-555555555555,lazy_itable_init=0 -d "$1" "$2"
}
put() { gzip -9n <"$1" >"$here/$(basename "$1").gz"; }

# CentOS 7: squashfs with an ext4 image, named in .treeinfo as the installer's stage 2.
tree "$w/centos-root" centos
mkdir -p "$w/centos-squash/LiveOS" "$w/centos/LiveOS"
ext4 "$w/centos-root" "$w/centos-squash/LiveOS/rootfs.img"
squash "$w/centos-squash" "$w/centos/LiveOS/squashfs.img" "-comp xz -Xbcj x86"
printf '[stage2]\nmainimage = LiveOS/squashfs.img\n' >"$w/centos/.treeinfo"
iso "$w/centos" "$w/centos.iso" 'CentOS 7 x86_64'
put "$w/centos.iso"

# Red Hat 8 and later: images/install.img, squashfs with the tree itself; it has /.buildstamp.
tree "$w/install-root" rhel
echo '[Main]' >"$w/install-root/.buildstamp"
mkdir -p "$w/install/images/pxeboot"
squash "$w/install-root" "$w/install/images/install.img" "-comp zstd"
(cd "$w/centos-root" && find . | sort | cpio -o -H newc --quiet) | gzip -9n >"$w/install/images/pxeboot/initrd.img"
iso "$w/install" "$w/install.iso" 'RHEL-8'
put "$w/install.iso"

# Fedora 42 live: EROFS under the old name.
tree "$w/fedora-root" fedora
mkdir -p "$w/fedora/LiveOS"
mkfs.erofs -zlz4 -T1600000000 -U 11111111-2222-3333-4444-555555555555 "$w/fedora/LiveOS/squashfs.img" "$w/fedora-root" >/dev/null
iso "$w/fedora" "$w/fedora.iso" 'Fedora-42'
put "$w/fedora.iso"

# Debian live.
tree "$w/debian-root" debian
mkdir -p "$w/debian/live"
squash "$w/debian-root" "$w/debian/live/filesystem.squashfs" "-comp gzip"
iso "$w/debian" "$w/debian-live.iso" 'd-live'
put "$w/debian-live.iso"

# Ubuntu: layers with whiteouts; install-sources.yaml says which one is on top.
tree "$w/u1" ubuntu
printf 'gone\n' >"$w/u1/opt/removed"
mkdir "$w/u1/opt/replaced" && printf 'old\n' >"$w/u1/opt/replaced/old"
mkdir -p "$w/u2/opt/replaced" "$w/u2/etc" "$w/ul/opt" "$w/ubuntu/casper"
mknod "$w/u2/opt/removed" c 0 0
setfattr -n trusted.overlay.opaque -v y "$w/u2/opt/replaced"
printf 'new\n' >"$w/u2/opt/replaced/new"
printf 'standard\n' >"$w/u2/etc/flavour"
printf 'live\n' >"$w/ul/opt/live"
for d in "$w/u1" "$w/u2" "$w/ul"; do settle "$d"; done
squash "$w/u1" "$w/ubuntu/casper/minimal.squashfs" "-comp zstd"
squash "$w/u2" "$w/ubuntu/casper/minimal.standard.squashfs" "-comp zstd"
squash "$w/ul" "$w/ubuntu/casper/minimal.standard.live.squashfs" "-comp zstd"
cat >"$w/ubuntu/casper/install-sources.yaml" <<'Y'
- description:
    en: Everything
  id: ubuntu-live
  path: minimal.standard.live.squashfs
  type: fsimage-layered
- default: true
  description:
    en: The usual
  id: ubuntu
  path: minimal.standard.squashfs
  type: fsimage-layered
  variations:
    small:
      path: minimal.squashfs
      size: 1
Y
iso "$w/ubuntu" "$w/ubuntu.iso" 'Ubuntu'
put "$w/ubuntu.iso"

# The same without the list: all layers in the order of their names.
rm "$w/ubuntu/casper/install-sources.yaml"
iso "$w/ubuntu" "$w/layers-by-name.iso" 'Layers'
put "$w/layers-by-name.iso"

# Arch.
tree "$w/arch-root" arch
mkdir -p "$w/arch/arch/x86_64"
mkfs.erofs -T1600000000 -U 11111111-2222-3333-4444-555555555555 "$w/arch/arch/x86_64/airootfs.erofs" "$w/arch-root" >/dev/null
iso "$w/arch" "$w/arch.iso" 'ARCH_202011'
put "$w/arch.iso"

# A name nobody knows, beside an image of something else.
tree "$w/odd-root" odd
mkdir -p "$w/odd/data" "$w/modules/lib/modules"
echo module >"$w/modules/lib/modules/x.ko"
squash "$w/odd-root" "$w/odd/data/system.bin" "-comp lz4"
squash "$w/modules" "$w/odd/data/modules.bin" "-comp lzo"
iso "$w/odd" "$w/odd-name.iso" 'ODD'
put "$w/odd-name.iso"

# Two roots of the same right.
tree "$w/other-root" other
squash "$w/other-root" "$w/odd/data/other.bin" "-comp gzip"
rm "$w/odd/data/modules.bin"
iso "$w/odd" "$w/two-roots.iso" 'TWO'
put "$w/two-roots.iso"

# No root at all, but an initramfs and modules.
mkdir -p "$w/none/boot" "$w/none/doc"
squash "$w/modules" "$w/none/boot/modloop" "-comp gzip"
(cd "$w/centos-root" && find . | sort | cpio -o -H newc --quiet) | gzip -9n >"$w/none/boot/initramfs"
echo text >"$w/none/doc/readme"
iso "$w/none" "$w/no-root.iso" 'NONE'
put "$w/no-root.iso"

# A disk with an EFI partition and a root partition, raw and as qcow2.
ext4 "$w/centos-root" "$w/part"
truncate -s 4M "$w/disk.img"
sgdisk -a 8 -U 11111111-2222-3333-4444-555555555555 -n 1:40:+128K -t 1:ef00 -c 1:EFI \
  -n 2:0:+2M -t 2:8304 -c 2:root -u 1:11111111-2222-3333-4444-555555555551 -u 2:11111111-2222-3333-4444-555555555552 "$w/disk.img" >/dev/null
start=$(sgdisk -i 2 "$w/disk.img" | sed -n 's/^First sector: \([0-9]*\).*/\1/p')
dd if="$w/part" of="$w/disk.img" bs=512 seek="$start" conv=notrunc status=none
put "$w/disk.img"
qemu-img convert -c -O qcow2 "$w/disk.img" "$w/disk.qcow2"
put "$w/disk.qcow2"
