#!/usr/bin/env bash
# Imports media and images of file systems, beside the ways people do it by hand.
#
#   src/bench/import.sh [OPTIONS] [CASE...]
#
# CASE: centos squashfs ext4 (all, if none is named).
#   centos     an ISO with a squashfs image (xz, BCJ) with a 2 GiB ext4 image, as CentOS 7 has it, against the
#              recipe: take the squashfs image out of the ISO, two loop mounts, cp -a
#   squashfs   the same tree as squashfs: gzip, zstd, lz4 and xz, against sqfs2tar
#   ext4       the same tree as ext4, against debugfs rdump
#
#   --iso FILE         an ISO of that shape to use for centos (otherwise one is made of the base)
#   --base TAR         root file system for the images (otherwise debootstrap makes one)
#   --out DIR          where import.tsv and import.md go (default: target/bench)
#   --rounds N         samples of each case (5)
#   --disk SIZE        size of the fresh file system (16G)
#
# All that is written lies on a fresh ext4 that is made here on a loop device and goes with the script. Tools
# that are not there are named, with their Debian packages, and left out. Installs nothing. Needs root.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

iso='' base='' out=$top/target/bench rounds=5 disk=16G
all_cases='centos squashfs ext4'
cases=()
compressors='gzip zstd lz4 xz'

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit ;;
      --*) [ $# -gt 1 ] || die "$1: no such option, or it needs a value (--help)" ;;
    esac
    case $1 in
      --iso) iso=$(readlink -e "$2") || die "no such file: $2" ;;
      --base) base=$(readlink -e "$2") || die "no such file: $2" ;;
      --out) out=$(readlink -m "$2") ;;
      --rounds) rounds=$2 ;;
      --disk) disk=$2 ;;
      --*) die "no such option: $1 (--help)" ;;
      *)
        case " $all_cases " in *" $1 "*) cases+=("$1") ;; *) die "no such case: $1 (--help)" ;; esac
        shift && continue
        ;;
    esac
    shift 2
  done
  [ ${#cases[@]} -gt 0 ] || read -r -a cases <<<"$all_cases"
}


# --- inputs ----------------------------------------------------------------------------------------

tree() {
  [ ! -d "$fs/tree" ] || return 0
  base_tar
  mkdir "$fs/tree"
  tar x -C "$fs/tree" --xattrs --xattrs-include='*' -f "$base"
}

ext4_image() {
  truncate -s 2G "$1"
  mkfs.ext4 -q -d "$fs/tree" "$1"
}

prepare_centos() {
  title centos 'ISO > squashfs (xz) > ext4, as CentOS 7'
  if [ -z "$iso" ]; then
    need mksquashfs squashfs-tools
    need xorriso xorriso
    tree
    mkdir -p "$fs/squash/LiveOS" "$fs/disc/LiveOS"
    ext4_image "$fs/squash/LiveOS/rootfs.img"
    mksquashfs "$fs/squash" "$fs/disc/LiveOS/squashfs.img" -comp xz -Xbcj x86 -noappend -quiet -no-progress >/dev/null
    xorriso -as mkisofs -quiet -R -V CENTOS -o "$fs/centos.iso" "$fs/disc" 2>/dev/null
    rm -rf "$fs/squash" "$fs/disc"
  else
    cp "$iso" "$fs/centos.iso"
  fi
}

# What people do: the kernel has no iso9660 everywhere, so that xorriso takes the first level.
recipe() {
  cat <<'S'
set -e
mkdir a b root
xorriso -osirrox on -indev "$1" -extract /LiveOS/squashfs.img squashfs.img 2>/dev/null
mount -o loop,ro squashfs.img a
mount -o loop,ro,noload a/LiveOS/rootfs.img b
cp -aR b/. root
umount b a
sync -f root
S
}

round_centos() {
  # shellcheck disable=SC2086
  fresh
  sample centos jbuild "$jbuild" import "$fs/centos.iso" || :
  if have xorriso xorriso; then
    fresh
    mkdir "$fs/by-hand"
    sample centos recipe sh -c "cd $fs/by-hand && $(recipe)" sh "$fs/centos.iso" || :
    rm -rf "$fs/by-hand"
  fi
}

prepare_squashfs() {
  need mksquashfs squashfs-tools
  tree
  local comp
  for comp in $compressors; do
    title "squashfs-$comp" "squashfs, $comp, of $(du -s --block-size=1MB --apparent-size "$fs/tree" | cut -f1) MB"
    mksquashfs "$fs/tree" "$fs/$comp.sqfs" -comp "$comp" -noappend -quiet -no-progress >/dev/null
  done
}

round_squashfs() {
  local comp
  for comp in $compressors; do
    fresh
    sample "squashfs-$comp" jbuild "$jbuild" import "$fs/$comp.sqfs" || :
    if have sqfs2tar squashfs-tools-ng; then
      fresh
      sample "squashfs-$comp" sqfs2tar sh -c 'sqfs2tar "$1" >"$2" && sync "$2"' sh "$fs/$comp.sqfs" "$fs/out.tar" || :
    fi
  done
}

prepare_ext4() {
  title ext4 'ext4'
  tree
  ext4_image "$fs/root.ext4"
}

round_ext4() {
  fresh
  sample ext4 jbuild "$jbuild" import "$fs/root.ext4" || :
  if have debugfs e2fsprogs; then
    fresh
    mkdir "$fs/dump"
    sample ext4 debugfs sh -c 'debugfs -R "rdump / $2" "$1" 2>/dev/null && sync -f "$2"' sh "$fs/root.ext4" "$fs/dump" || :
    rm -rf "$fs/dump"
  fi
}

# fresh: no layer, no output of the round before; what is to be read is in the page cache for all.
fresh() {
  rm -rf "$fs/jbuild" "$fs/out.tar"
  sync
}

parse "$@"
bench_start "$disk"
samples_begin "$out/import.tsv"
for case in "${cases[@]}"; do "prepare_$case"; done
for ((round = 1; round <= rounds; round++)); do
  for case in "${cases[@]}"; do "round_$case"; done
done
"$python" "$bench/table.py" "$samples" >"$out/import.md"
cat "$out/import.md"
