#!/bin/bash
# jbuild beside docker (BuildKit), buildah and podman: whole commands on one machine, one file system.
#
#   src/bench/peers.sh [OPTION...] [CASE...]
#
# CASE: run copy write true import grep layers start (all, if none is named).
#
#   --base TAR         root file system with sh, coreutils, find, grep and perl, as debootstrap's minbase
#                      is (otherwise debootstrap makes one)
#   --out DIR          where samples.tsv and table.md go (default: target/bench)
#   --tools "T..."     the peers (default: docker buildah podman)
#   --start-dockerd    start an engine with its data on the fresh file system; end it afterwards
#   --rounds N         samples of each case (5)
#   --quick-rounds N   of the cases that take less than a second: true, layers, start (11)
#   --slow-rounds N    of a tool once it needed 20 s for a command of the case (3)
#   --disk SIZE        size of the fresh file system, a sparse file below TMPDIR or /var/tmp (24G)
#   --directories N    of 100 files each, for copy and grep (420)
#   --writes N         directories of 50 files of 40 kB each that `write` writes (500)
#   --depths "N..."    numbers of layers ("1 20 120 400")
#
# Data roots lie on a fresh ext4 that is made here on a loop device and goes with the script. Rounds
# alternate between the tools and start from the same state; no sample is dropped. Tools that are not
# there are named, with their Debian packages, and left out; a tool that fails is in the table with its
# error. Installs nothing. Needs root.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

base='' out=$top/target/bench peers='docker buildah podman' start_dockerd=''
rounds=5 quick_rounds=11 slow_rounds=3
disk=24G directories=420 writes=500 depths='1 20 120 400'
all_cases='run copy write true import grep layers start'
cases=()
# Who takes part in which case; plain stands for tar, cp and find.
declare -A takes_part=(
  [run]='jbuild docker buildah'
  [copy]='jbuild docker buildah plain'
  [write]='jbuild docker buildah'
  [true]='jbuild docker podman'
  [import]='jbuild docker podman'
  [grep]='jbuild docker podman'
  [layers]='jbuild docker podman'
  [start]='jbuild'
)

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit ;;
      --start-dockerd) start_dockerd=yes && shift && continue ;;
      --*) [ $# -gt 1 ] || die "$1: no such option, or it needs a value (--help)" ;;
    esac
    case $1 in
      --base) base=$(readlink -e "$2") || die "no such file: $2" ;;
      --out) out=$(readlink -m "$2") ;;
      --tools) peers=$2 ;;
      --rounds) rounds=$2 ;;
      --quick-rounds) quick_rounds=$2 ;;
      --slow-rounds) slow_rounds=$2 ;;
      --disk) disk=$2 ;;
      --directories) directories=$2 ;;
      --writes) writes=$2 ;;
      --depths) depths=$2 ;;
      --*) die "no such option: $1 (--help)" ;;
      *)
        [[ " $all_cases " == *" $1 "* ]] || die "no such case: $1 (known: $all_cases)"
        cases+=("$1") && shift && continue
        ;;
    esac
    shift 2
  done
  [ ${#cases[@]} -gt 0 ] || read -ra cases <<<"$all_cases"
}

# --- 20 RUN steps ----------------------------------------------------------------------------------

prepare_run() {
  title run-cold '20 tiny RUN steps, --no-cache'
  title run-cached '20 tiny RUN steps, cached'
  run_steps_context "$fs/run" 20
}

round_run() {
  forget "$1"
  words_build "$1" bench-x "$fs/run" --no-cache
  sample run-cold "$1" "${words[@]}" || return 0
  sync -f "$fs"
  words_build "$1" bench-x "$fs/run"
  sample run-cached "$1" "${words[@]}"
}

# --- COPY ------------------------------------------------------------------------------------------

prepare_copy() {
  local files=$((directories * 100))
  title copy-first "COPY of $files files, the first build ever"
  title copy-again "COPY of $files files, --no-cache after that"
  title copy-cached "COPY of $files files, cached"
  copy_context "$fs/copy" "$directories"
}

round_copy() {
  if [ "$1" = plain ]; then
    round_copy_plain
    return
  fi
  forget "$1"
  words_build "$1" bench-x "$fs/copy"
  sample copy-first "$1" "${words[@]}" || return 0
  sync -f "$fs"
  # buildah remembers nothing of the files, so that it would do what it has just done.
  if [ "$1" != buildah ]; then
    words_build "$1" bench-x "$fs/copy" --no-cache
    sample copy-again "$1" "${words[@]}"
    sync -f "$fs"
  fi
  words_build "$1" bench-x "$fs/copy"
  sample copy-cached "$1" "${words[@]}"
}

# What a machine needs at least to archive and hash, to copy, to look at all files.
round_copy_plain() {
  local scratch=$fs/scratch
  rm -rf "$scratch"
  mkdir "$scratch"
  sync -f "$fs"
  # shellcheck disable=SC2016 # expanded by the inner shell
  sample copy-first pipe bash -c 'tar c -C "$1" tree | tee "$2/F" | sha256sum' - "$fs/copy" "$scratch" || :
  sync -f "$fs"
  sample copy-first cp cp -a "$fs/copy/tree" "$scratch/copy" || :
  sample copy-cached find find "$fs/copy/tree" -printf '%p %i %s %T@ %C@\n' || :
  rm -rf "$scratch"
}

# --- a RUN that writes much, and one that deletes --------------------------------------------------

prepare_write() {
  title write-delete "RUN that writes $((writes * 2)) MB in $((writes * 50)) files, then one that deletes a fifth"
  mkdir -p "$fs/write"
  cat >"$fs/write/Dockerfile" <<DOCKERFILE
FROM bench-base
RUN $(perl_writer /w "$writes")
RUN rm -rf /w/*0 && rm /w/*/*7
DOCKERFILE
}

round_write() {
  forget "$1"
  words_build "$1" bench-x "$fs/write" --no-cache
  sample write-delete "$1" "${words[@]}"
}

# --- run -------------------------------------------------------------------------------------------

prepare_true() { title true 'run --rm base /bin/true'; }

round_true() {
  words_run "$1" bench-base /bin/true
  sample true "$1" "${words[@]}"
}

# --- import ----------------------------------------------------------------------------------------

prepare_import() {
  # One file more than the base has, so that no tool finds the layer in its store.
  mkdir -p "$fs/import"
  cp "$base" "$fs/import/rootfs.tar"
  echo import >"$fs/import/marker"
  tar rf "$fs/import/rootfs.tar" -C "$fs/import" marker
  gzip -k "$fs/import/rootfs.tar"
  local megabytes=$(($(stat -c %s "$fs/import/rootfs.tar") / 1000000))
  title import-tar "import of a $megabytes MB root file system: tar"
  title import-gz "import of it: tar.gz"
  title import-zst "import of it: tar.zst"
  if have zstd zstd; then zstd -q -k "$fs/import/rootfs.tar"; else say 'case import-zst left out'; fi
}

round_import() {
  local suffix file=$fs/import/rootfs.tar
  for suffix in '' .gz .zst; do
    [ -e "$file$suffix" ] || continue
    forget "$1"
    words_import "$1" "$file$suffix" bench-x
    sample "import-$([ -z "$suffix" ] && echo tar || echo "${suffix#.}")" "$1" "${words[@]}" || :
  done
}

# --- reading a large image -------------------------------------------------------------------------

prepare_grep() {
  local tool files=$((directories * 100))
  title grep-inside "grep -r over an image of $files files, cold page cache, grep alone"
  title grep-whole "that grep -r, the whole run command"
  copy_context "$fs/copy" "$directories"
  for tool in $(tools_of grep); do
    forget "$tool"
    image_for_run grep-whole "$tool" bench-tree "$fs/copy" || fail grep-inside "$tool" "$reason"
  done
}

round_grep() {
  words_run "$1" bench-tree sh -c "$(inside 'grep -r no-such-text /tree || [ $? -eq 1 ]')"
  drop_caches
  sample grep-whole "$1" "${words[@]}" && sample_inside grep-inside "$1"
}

# --- many layers -----------------------------------------------------------------------------------

prepare_layers() {
  local depth layers tool
  for depth in $depths; do
    layers=layers
    [ "$depth" -ne 1 ] || layers=layer
    title "layers-$depth-true" "$depth $layers: run true"
    title "layers-$depth-walk" "$depth $layers: find over all, nothing cached of the mount"
    title "layers-$depth-stat" "$depth $layers: 200,000 times stat(2) of a path"
    title "layers-$depth-mount" "$depth $layers: all mount calls of a run in the kernel"
    for tool in $(tools_of layers); do layers_image "$tool" "$depth"; done
  done
  have strace strace || say 'time in mount calls left out'
}

# layers_image TOOL DEPTH: the base is the first layer, RUN steps are the others.
layers_image() {
  local tool=$1 depth=$2 part
  run_steps_context "$fs/depth-$depth" $((depth - 1))
  if [ "$tool" = podman ] && [ "$depth" -gt 150 ]; then
    reason='left out: it takes minutes to build'
    fail "layers-$depth-true" "$tool" "$reason"
  else
    image_for_run "layers-$depth-true" "$tool" "bench-depth-$depth" "$fs/depth-$depth" && return 0
  fi
  for part in walk stat; do fail "layers-$depth-$part" "$tool" "$reason"; done
}

round_layers() {
  local depth image
  for depth in $depths; do
    image=bench-depth-$depth
    words_run "$1" "$image" /bin/true
    sample "layers-$depth-true" "$1" "${words[@]}" || continue
    words_run "$1" "$image" sh -c "$(inside 'find / -xdev -size +1000000k')"
    measure_inside "layers-$depth-walk" "$1"
    words_run "$1" "$image" sh -c "$(inside "perl -e 'stat \"/usr/lib/os-release\" for 1 .. 200000'")"
    measure_inside "layers-$depth-stat" "$1"
    [ "$1" != jbuild ] || layers_mount "$depth"
  done
}

# layers_mount DEPTH: the sum of what strace -T says of mount calls; its own cost is the same for all.
layers_mount() {
  have strace strace || return 0
  words_run jbuild "bench-depth-$1" /bin/true
  if ! attempt strace -f --seccomp-bpf -T -o "$work/strace" -e trace="$mount_calls" "${words[@]}"; then
    fail "layers-$1-mount" jbuild "$reason"
    return
  fi
  record "layers-$1-mount" jbuild "$(sed -n 's/.*<\([0-9.]*\)>$/\1/p' "$work/strace" | awk '{s += $1} END {print s}')"
}
mount_calls=mount,fsopen,fsconfig,fsmount,fspick,move_mount,open_tree,mount_setattr,umount2,pivot_root

# --- start-up --------------------------------------------------------------------------------------

prepare_start() {
  title start-version 'jbuild version'
  title start-images 'jbuild images'
  title start-cached '20 RUN steps, cached'
  local major home
  javas=()
  for major in 17 25; do
    if home=$(find_java $major); then
      javas+=("$major:$home")
      JAVA_HOME=$home JBUILD_ARCHIVE=now "$jbuild"
    else
      say "start: no JDK $major found (JAVA_HOME$major names one; Debian package openjdk-$major-jdk-headless): left out"
    fi
  done
  forget jbuild
  run_steps_context "$fs/run" 20
  words_build jbuild bench-x "$fs/run"
  "${words[@]}" >/dev/null
}

round_start() {
  local java archive
  words_build jbuild bench-x "$fs/run"
  for java in "${javas[@]}"; do
    for archive in on off; do
      local tool="jbuild, JDK ${java%%:*}, archive $archive"
      local -x JAVA_HOME=${java#*:} JBUILD_ARCHIVE=$archive
      sample start-version "$tool" "$jbuild" version || :
      sample start-images "$tool" "$jbuild" images || :
      sample start-cached "$tool" "${words[@]}" || :
    done
  done
}

# --- all of it -------------------------------------------------------------------------------------

# tools_of CASE: those of its tools that are here; the plain tools always are.
tools_of() {
  local tool
  for tool in ${takes_part[$1]}; do
    if [ "$tool" = plain ] || has_tool "$tool"; then echo "$tool"; fi
  done
}

rounds_of() {
  case $1 in
    true | layers | start) echo "$quick_rounds" ;;
    *) echo "$rounds" ;;
  esac
}

run_case() {
  local case=$1 tool
  slow=()
  round=0
  say "== $case"
  "prepare_$case"
  for ((round = 1; round <= $(rounds_of "$case"); round++)); do
    for tool in $(tools_of "$case"); do
      if is_slow "$tool" && [ "$round" -gt "$slow_rounds" ]; then continue; fi
      "round_$case" "$tool" || :
    done
    [ ${#slow[@]} -eq 0 ] || [ "$round" -ne "$slow_rounds" ] || say "$case: no more rounds of ${!slow[*]}, slower than $slow_seconds s"
  done
  for tool in "${tools[@]}"; do forget "$tool"; done
  built=()
}

main() {
  parse "$@"
  bench_start "$disk"
  base_tar
  samples_begin "$out/samples.tsv"
  note "$rounds rounds; $quick_rounds of true, layers and start; $slow_rounds of a tool that needed $slow_seconds s or more for a command of the case."
  [ -z "$start_dockerd" ] || dockerd_begin
  # shellcheck disable=SC2086 # words
  tools_find $peers
  versions | sed 's/^/# /' >>"$samples"
  base_load "$base"
  local case
  for case in "${cases[@]}"; do run_case "$case"; done
  "$python" "$bench/table.py" "$out/samples.tsv" | tee "$out/table.md"
  say "samples: $out/samples.tsv, table: $out/table.md"
}

main "$@"
