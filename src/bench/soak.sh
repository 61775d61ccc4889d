#!/bin/bash
# Everything at once on one data root, for a while: builds of equal and of different Buildfiles, runs,
# imports, exports, rmi, gc and fsck (when this jbuild has them), and kills at random, in 4 workers.
#
#   src/bench/soak.sh MINUTES [ROOT]
#
# JBUILD   the command to test (default: target/dist/jbuild/bin/jbuild); may have arguments
# SEED     of the random choices (default 1)
# ROOT is made, and removed at the end unless something was found. Needs root and busybox-static.
# Prints the operations by kind, the kills, the bytes written, failures that were not clean, images
# lost and what was left; ends with 1 when there is any of the last three.
set -u
minutes=${1:?how many minutes}
top=$(cd "$(dirname "$0")/../.." && pwd)
jbuild=${JBUILD:-$top/target/dist/jbuild/bin/jbuild}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/jbuild-soak.XXXXXX")
root=${2:-$work/root}
export JBUILD_ROOT=$root
RANDOM=${SEED:-1}
workers=4
context=$work/context
mkdir -p "$context/box/bin" "$context/dir" "$work/log" "$work/out"

cp /bin/busybox "$context/box/bin/busybox"
for applet in sh echo cat rm true sleep seq test; do ln -s busybox "$context/box/bin/$applet"; done
for i in $(seq 300); do seq "$i" $((i * 7)) >"$context/dir/$i"; done
printf 'FROM scratch\nCOPY box /\n' >"$context/Box"
$jbuild -q -f "$context/Box" -t box "$context" >/dev/null || exit 1
$jbuild export -o "$work/box.tar" box || exit 1
can_collect=false can_check=false
$jbuild gc --help >/dev/null 2>&1 && can_collect=true
$jbuild fsck --help >/dev/null 2>&1 && can_check=true

# A Buildfile of few variants, so that workers meet at the same steps.
buildfile() { # variant, file
  {
    echo "FROM box"
    echo "RUN echo shared $(($1 % 3)) >/shared"
    echo "COPY dir /dir"
    echo "WORKDIR /w/$(($1 % 5))"
    echo "RUN cat /dir/* >all; sleep 0.0$(($1 % 10)); echo $1 >/own"
    echo "RUN rm /dir/1 /dir/2"
    echo "CMD [\"/bin/test\", \"-s\", \"/own\"]"
  } >"$2"
}

# Runs one command, kills it now and then, and writes down how it ended.
operation() { # kind, command...
  local kind=$1 code
  shift
  if [ $((RANDOM % 6)) = 0 ]; then
    "$@" >"$out" 2>&1 &
    local pid=$!
    sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
    kill -9 $pid 2>/dev/null && echo "killed $kind" >>"$log"
    wait $pid 2>/dev/null
    return 0
  fi
  "$@" >"$out" 2>&1
  code=$?
  echo "$kind" >>"$log"
  [ $code = 0 ] && return 0
  # An image that another worker has removed, or removes meanwhile, is no fault.
  if [[ $kind = run || $kind = export || $kind = rmi ]] &&
    grep -q 'no such image\|is not in the store\|it is not in ' "$out" &&
    ! grep -q 'internal error\|Exception' "$out"; then
    echo "clean-failure $kind" >>"$log"
  else
    echo "FAILED $kind (exit $code): $(tr '\n' '|' <"$out" | tail -c 600)" >>"$log"
  fi
  return $code
}

worker() {
  RANDOM=$((${SEED:-1} * 100 + $1))
  log=$work/log/$1
  out=$work/out/$1
  local mine=kept-$1 variant
  while [ "$(date +%s)" -lt "$end" ]; do
    variant=$((RANDOM % 40))
    case $((RANDOM % 20)) in
      [0-7])
        buildfile $variant "$work/out/Buildfile-$1"
        operation build $jbuild -q -m 300m -f "$work/out/Buildfile-$1" -t "soak-$((variant % 8))" "$context"
        ;;
      8)
        buildfile $variant "$work/out/Buildfile-$1"
        operation build-no-cache $jbuild build --no-cache -q -f "$work/out/Buildfile-$1" -t "soak-$((variant % 8))" "$context"
        ;;
      9 | 10) operation run $jbuild run --rm "soak-$((variant % 8))" ;;
      11 | 12) operation import $jbuild import -t "soak-$((variant % 8))" "$work/box.tar" ;;
      13) operation export $jbuild export -o "$work/out/$1.tar" "soak-$((variant % 8))" ;;
      14 | 15) operation rmi $jbuild rmi "soak-$((variant % 8))" ;;
      16)
        # A name of this worker's own, which nobody else removes: from here on it must be there.
        buildfile $((variant + 1000 * $1)) "$work/out/Buildfile-$1"
        if operation build $jbuild -q -f "$work/out/Buildfile-$1" -t "$mine-$variant" "$context" &&
          [ "$(head -c 7 "$out")" = "sha256:" ]; then
          echo "$mine-$variant $(cat "$out")" >>"$work/log/kept-$1"
        fi
        ;;
      17) operation images $jbuild images ;;
      18) if $can_collect; then operation gc $jbuild gc; fi ;;
      19) if $can_check; then operation fsck $jbuild fsck; fi ;;
    esac
  done
}

mkdir -p "$root"
device=$(basename "$(readlink -f "$(df --output=source "$root" | tail -1)")")
bytes_written() { awk '{ printf "%.0f", $7 * 512 }' "/sys/class/block/$device/stat" 2>/dev/null || echo 0; }
before=$(bytes_written)
end=$(($(date +%s) + minutes * 60))
for n in $(seq $workers); do worker "$n" & done
wait

# What must hold when all is quiet. The first command sweeps; the second one finds the trash emptied.
operations=$(cat "$work"/log/[0-9]* | grep -vc '^clean-failure\|^FAILED\|^killed')
lost=0
if [ -s "$work/log/kept-1" ] || ls "$work"/log/kept-* >/dev/null 2>&1; then
  # The last image that was reported under a name is the one it must stand for. A killed build may
  # have moved the name without having said so: then the image must be whole all the same.
  while read -r name; do
    if ! $jbuild run --rm "$name" >"$work/out/lost" 2>&1; then
      lost=$((lost + 1))
      echo "LOST $name: $(cat "$work/out/lost")"
    fi
  done < <(cat "$work"/log/kept-* | cut -d' ' -f1 | sort -u)
fi
for _ in 1 2 3; do
  $jbuild -q -f "$context/Box" -t box "$context" >/dev/null || lost=$((lost + 1))
  sleep 1
done
if $can_collect; then $jbuild gc >/dev/null || lost=$((lost + 1)); fi
damaged=0
for blob in "$root"/blobs/sha256/*; do
  [ "$(sha256sum <"$blob")" = "${blob##*/}  -" ] || { damaged=$((damaged + 1)) && echo "DAMAGED $blob"; }
done
if $can_check; then $jbuild fsck || lost=$((lost + 1)); fi
left=$(cd "$root" && find tmp work mounts trash -mindepth 1 -maxdepth 1 | sed 's/^/LEFT /')
mounts=$(grep -l "$root" /proc/[0-9]*/mountinfo 2>/dev/null | sed 's/^/MOUNTED /')
groups=$(find /sys/fs/cgroup -type d -name 'jbuild-[0-9]*-*' 2>/dev/null |
  while read -r group; do
    owner=${group##*/jbuild-}
    [ -e "/proc/${owner%%-*}" ] || echo "CGROUP $group"
  done)
logs() { cat "$work"/log/[0-9]*; }
unclean=$(logs | grep -c '^FAILED')
logs | grep '^FAILED'
for found in "$left" "$mounts" "$groups"; do [ -z "$found" ] || echo "$found"; done

echo "| what | count |"
echo "|---|---|"
logs | grep -v '^clean-failure\|^FAILED\|^killed' | sort | uniq -c | awk '{ print "| " $2 " | " $1 " |" }'
logs | grep '^killed' | sort | uniq -c | awk '{ print "| " $2 " " $3 " | " $1 " |" }'
logs | grep '^clean-failure' | sort | uniq -c | awk '{ print "| no such image (removed by another worker): " $3 " | " $1 " |" }'
echo "| operations | $operations |"
echo "| kills | $(logs | grep -c '^killed') |"
echo "| bytes written to the disk, by the whole machine | $(($(bytes_written) - before)) |"
echo "| images that had to be there at the end | $(cat "$work"/log/kept-* 2>/dev/null | cut -d' ' -f1 | sort -u | wc -l) |"
echo "| failures that were not clean | $unclean |"
echo "| images lost | $lost |"
echo "| blobs damaged | $damaged |"
echo "| left: files, mounts, control groups | $(printf '%s\n' "$left" "$mounts" "$groups" | grep -c .) |"
if [ "$unclean$lost$damaged" = 000 ] && [ -z "$left$mounts$groups" ]; then
  rm -rf "$work" "$root"
else
  echo "kept for a look: $work $root"
  exit 1
fi
