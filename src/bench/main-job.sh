#!/bin/bash
# Times of the main job, whole commands, jbuild beside the peers that are here.
#
#   src/bench/main-job.sh BASE.tar [ROUNDS]
#
# BASE.tar is a root file system with a shell, such as `debootstrap --variant=minbase` makes one. Peers:
# docker (a running engine with BuildKit; DOCKER names the client), buildah (--runtime=runc), podman. A
# peer that is missing is named and left out. Every data root lies on one fresh ext4 that is made here, on
# a loop device. Rounds alternate between the tools; no outlier is dropped. Needs root, losetup, mkfs.ext4.
# Prints a table in Markdown: min / median / max in seconds, and the ratio of medians to jbuild's.
set -euo pipefail

base=$(readlink -f "${1:?name a tar of a root file system}")
rounds=${2:-5}
top=$(cd "$(dirname "$0")/../.." && pwd)
jbuild=$top/target/dist/jbuild/bin/jbuild
docker=${DOCKER:-docker}
[ -x "$jbuild" ] || { echo "build first: ./mvnw package" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/var/tmp}/jbuild-bench.XXXXXX")
cleanup() {
  # container storage leaves a bind mount of itself in its directory
  mountpoint -q "$work/fs" && umount -R "$work/fs"
  rm -rf "$work"
}
trap cleanup EXIT
truncate -s 24G "$work/disk"
mkfs.ext4 -q "$work/disk"
mkdir "$work/fs"
mount -o loop "$work/disk" "$work/fs"
export JBUILD_ROOT=$work/fs/jbuild

tools=(jbuild)
if "$docker" info >/dev/null 2>&1; then tools+=(docker); else echo "docker: left out, no engine answers" >&2; fi
for peer in buildah podman; do
  if command -v $peer >/dev/null; then tools+=($peer); else echo "$peer: left out, not installed" >&2; fi
done
storage=(--root "$work/fs/storage" --runroot "$work/run" --storage-driver overlay)
buildah() { command buildah "${storage[@]}" "$@"; }
podman() { command podman "${storage[@]}" --cgroup-manager=cgroupfs --events-backend=file --runtime=runc "$@"; }

echo "making inputs" >&2
mkdir -p "$work/fs/run" "$work/fs/copy" "$work/fs/empty"
{ echo "FROM bench-base"; for i in $(seq 20); do echo "RUN echo $i > /f$i"; done; } >"$work/fs/run/Dockerfile"
printf 'FROM bench-base\nCOPY tree /tree\n' >"$work/fs/copy/Dockerfile"
python3 - "$work/fs/copy/tree" <<'PY'
import os, random, sys
random.seed(5)
for d in range(420):
    path = f"{sys.argv[1]}/d{d % 20}/e{d}"
    os.makedirs(path)
    for f in range(100):
        with open(f"{path}/f{f}", "wb") as out:
            out.write(random.randbytes(int(random.expovariate(1 / 13800))))
PY

for tool in "${tools[@]}"; do
  case $tool in
    jbuild) "$jbuild" import "$base" -t bench-base >/dev/null ;;
    docker) "$docker" import "$base" bench-base >/dev/null ;;
    buildah) printf 'FROM scratch\nADD %s /\n' "$(basename "$base")" |
      buildah bud -q -t bench-base -f - "$(dirname "$base")" >/dev/null ;;
  esac
done
JBUILD_ARCHIVE=now "$jbuild" version >/dev/null

# run_case CASE TOOL: one run; fails where the tool has no such case.
run_case() {
  local no_cache=
  [[ $1 != *-cold ]] || no_cache=--no-cache
  local dir=$work/fs/${1%-*}
  case $1:$2 in
    true:jbuild) "$jbuild" run --rm bench-base true ;;
    true:docker) "$docker" run --rm --network none bench-base true ;;
    true:podman) podman run --rm --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 bench-base true ;;
    true:*) return 9 ;;
    *:jbuild) "$jbuild" build -q $no_cache -f "$dir/Dockerfile" -t bench-x "$dir" ;;
    *:docker) DOCKER_BUILDKIT=1 "$docker" build -q $no_cache --network host -t bench-x "$dir" ;;
    *:buildah) buildah bud -q --layers $no_cache --runtime=runc --network host -t bench-x "$dir" ;;
    *) return 9 ;;
  esac >/dev/null 2>"$work/err"
}

echo "| case | tool | min | median | max | × jbuild |"
echo "| --- | --- | --- | --- | --- | --- |"
for case in run-cold run-cached copy-cold copy-cached true; do
  for tool in "${tools[@]}"; do : >"$work/$case.$tool"; done
  for ((round = 0; round < rounds; round++)); do
    for tool in "${tools[@]}"; do
      start=$(date +%s%N)
      if run_case $case "$tool"; then
        end=$(date +%s%N)
        echo $(((end - start) / 1000)) >>"$work/$case.$tool"
      elif [ $? -ne 9 ]; then
        echo "$tool failed at $case: $(tail -n 1 "$work/err")" >&2
      fi
    done
  done
  ours=
  for tool in "${tools[@]}"; do
    [ -s "$work/$case.$tool" ] || continue
    median=$(sort -n "$work/$case.$tool" | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}')
    ours=${ours:-$median}
    sort -n "$work/$case.$tool" | awk -v c="$case" -v t="$tool" -v m="$median" -v o="$ours" \
      'NR==1 {min=$1} {max=$1} END {printf "| %s | %s | %.2f | %.2f | %.2f | %.2f |\n", c, t, min/1e6, m/1e6, max/1e6, m/o}'
  done
done
