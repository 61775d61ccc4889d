#!/usr/bin/env bash
# Measures sandboxes: /bin/true of a static busybox, with the same namespaces (mount, pid, network, ipc, uts, cgroup)
# and the same root file system, by jbuild in one JVM, bubblewrap, crun and runc, in turns.
#
# usage: sandbox.sh [ROUNDS]
#
# ROUNDS: 100. Needs root, a checkout that was packaged (./mvnw package), and the Debian packages busybox-static and
# python3; the peers are those of bubblewrap, crun and runc that are installed. crun refuses a machine that has control
# groups of both versions: all of it runs in a mount namespace without version 2's.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
rounds=${1:-100}
case $rounds in *[!0-9]* | '')
  usage >&2
  exit 2
  ;;
esac
[ -d "$top/target/test-classes" ] || die "build first: ./mvnw package (no $top/target/test-classes)"
have busybox busybox-static || die "cannot go on without busybox"
if [ -z "${JBUILD_BENCH_UNSHARED:-}" ]; then
  JBUILD_BENCH_UNSHARED=yes exec unshare --mount --propagation private "$0" "$@"
fi
if [ ! -e /sys/fs/cgroup/cgroup.controllers ] && mountpoint -q /sys/fs/cgroup/unified; then
  umount /sys/fs/cgroup/unified
fi
bench_start 512M
mkdir -p "$fs/root/"{bin,proc,sys,dev,etc} "$fs/work"
cp "$(command -v busybox)" "$fs/root/bin/"
ln -s busybox "$fs/root/bin/true"
touch "$fs/root/etc/"{hosts,hostname,resolv.conf}
. "$top/src/main/dist/lib/java.sh"
java_find java || die "no Java 17 found"
"$python" "$bench/sandbox.py" "$rounds" "$fs/work" "$fs/root" \
  "$java_home/bin/java" -Xmx144m -Djffi.boot.library.path="$top/target/dist/jbuild/lib/native" \
  -cp "$top/target/dist/jbuild/lib/*:$top/target/test-classes" jbuild.cli.SandboxBench "$fs/work" "$fs/root"
