# shellcheck shell=bash
# What the scripts in this directory share: a fresh file system, the tools, samples. Sourced, not run.
#
# Globals: bench (this directory), top (the checkout), work (temporary directory), fs (the fresh file
# system in it), samples (a TSV), round, jbuild, docker, tools (those that are here), python, and what
# functions hand back: words (a command), reason (why it failed).

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$bench/../.." && pwd)
jbuild=${JBUILD:-$top/target/dist/jbuild/bin/jbuild}
docker=${DOCKER:-docker}
tools=()
dockerd_pid='' measuring=''
round=0
slow_seconds=20
declare -A failed=()   # "case tool" of what failed once: not tried again
declare -A slow=()     # tools that needed slow_seconds for a command of this case
declare -A unusable=() # tools that could not even load the base, and why
declare -A missing_said=()
# shellcheck source-path=SCRIPTDIR
. "$bench/tools.sh"

say() { echo "$*" >&2; }
die() {
  say "${0##*/}: $*"
  exit 1
}

# usage: the script's first comment.
usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; }

# have PROGRAM PACKAGE: is it there? If not, says once which Debian package has it.
have() {
  if command -v "$1" >/dev/null; then return 0; fi
  [ -n "${missing_said[$1]:-}" ] || say "$1: not found (Debian package $2)"
  missing_said[$1]=yes
  return 1
}

need() { have "$1" "$2" || die "cannot go on without $1"; }

# --- the fresh file system -------------------------------------------------------------------------

# bench_start SIZE: makes $work and an ext4 of SIZE in it, which are gone when the script ends.
bench_start() {
  [ "$(id -u)" -eq 0 ] || die "needs root, for mounts and sandboxes"
  [ -x "$jbuild" ] || die "build first: ./mvnw package (no $jbuild)"
  need mkfs.ext4 e2fsprogs
  need losetup mount
  need python3 python3
  # The interpreter itself, in case python3 is a script that looks for one.
  python=$(python3 -c 'import sys; print(sys.executable)')
  work=$(mktemp -d "${TMPDIR:-/var/tmp}/jb.XXXXXX") # short: sockets below it have names of at most 107 bytes
  fs=$work/fs
  mkdir "$fs"
  trap bench_end EXIT
  trap 'exit 130' INT TERM HUP
  truncate -s "$1" "$work/disk"
  mkfs.ext4 -q "$work/disk"
  mount -o loop "$work/disk" "$fs"
  export JBUILD_ROOT=$fs/jbuild
}

bench_end() {
  local status=$?
  set +e
  [ "$status" -eq 0 ] || say "${0##*/}: ended early"
  [ -z "$measuring" ] || kill "$measuring" 2>/dev/null
  dockerd_end
  # What an interrupted command started may need a moment to end.
  for _ in {1..20}; do
    unmount_below "$work"
    if ! mountpoint -q "$fs"; then
      rm -rf "$work"
      return
    fi
    sleep 0.5
  done
  say "$fs is still in use and stays, with $work"
}

# Container storage leaves bind mounts of itself, engines those of network namespaces: innermost first.
unmount_below() {
  local mount mounts
  mapfile -t mounts < <(awk -v below="$1/" 'index($5, below) == 1 {print $5}' /proc/self/mountinfo | tac)
  for mount in "${mounts[@]}"; do umount "$mount" 2>/dev/null; done
}

drop_caches() {
  sync
  echo 3 >/proc/sys/vm/drop_caches
}

# --- samples ---------------------------------------------------------------------------------------

# samples_begin FILE: $samples, a TSV; lines that start with # are for people and for titles.
samples_begin() {
  samples=$1
  mkdir -p "${samples%/*}"
  printf 'case\ttool\tround\tseconds\tpeak_kib\town_kib\terror\n' >"$samples"
}

# title CASE TEXT: what a table or chart calls the case.
title() { printf '#title\t%s\t%s\n' "$1" "$2" >>"$samples"; }

# note TEXT: a line below the table, and said at once.
note() {
  printf '#note\t%s\n' "$1" >>"$samples"
  say "$1"
}

# record CASE TOOL SECONDS [PEAK_KIB OWN_KIB [ERROR]]
record() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$round" "$3" "${4:-}" "${5:-}" "${6:-}" >>"$samples"
}

# sample CASE TOOL COMMAND [ARGUMENT...]: runs the command and records how it went. After a failure the
# tool is not tried again at this case; the table says "failed" and why.
sample() {
  local case=$1 tool=$2 seconds='' peak='' own='' status='' figures
  shift 2
  [ -z "${failed[$case $tool]:-}" ] || return 1
  if [ -n "${unusable[$tool]:-}" ]; then
    fail "$case" "$tool" "cannot load the base: ${unusable[$tool]}"
    return 1
  fi
  exec {figures}< <("$python" "$bench/measure.py" "$work/stdout" "$work/stderr" "$@")
  measuring=$!
  read -r -u "$figures" seconds peak own status || :
  exec {figures}<&-
  measuring=
  if [ "$status" != 0 ]; then
    fail "$case" "$tool" "$(last_line "$work/stderr")"
    return 1
  fi
  record "$case" "$tool" "$seconds" "$peak" "$own"
  say "$case, $tool, round $round: $seconds s"
  if [ "${seconds%.*}" -ge "$slow_seconds" ]; then slow[$tool]=yes; fi
}

is_slow() { [ -n "${slow[$1]:-}" ]; }

# fail CASE TOOL REASON
fail() {
  failed["$1 $2"]=yes
  record "$1" "$2" '' '' '' "${3:-no reason given}"
  say "$1, $2: FAILED: $3"
}

# The last line that is not blank, without tabs and colours.
last_line() {
  sed -e 's/\x1b\[[0-9;]*m//g' -e 's/[\t\r]/ /g' "$1" | grep -v '^ *$' | tail -n 1 | cut -c 1-200
}

# attempt COMMAND...: not measured; $reason says why it failed.
attempt() {
  if "$@" >"$work/stdout" 2>"$work/stderr"; then return 0; fi
  reason=$(last_line "$work/stderr")
  return 1
}

# A shell script that prints how many microseconds COMMAND took, measured inside the container.
inside() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  printf 'set -e; s=$(date +%%s%%N); { %s; } >/dev/null; e=$(date +%%s%%N); echo $(((e - s) / 1000))' "$1"
}

# sample_inside CASE TOOL: records what the last command printed.
sample_inside() {
  record "$1" "$2" "$(awk '{printf "%.6f", $1 / 1e6}' "$work/stdout")"
}

# measure_inside CASE TOOL: runs $words, a container with a script of `inside`.
measure_inside() {
  [ -z "${failed[$1 $2]:-}" ] || return 0
  if attempt "${words[@]}"; then sample_inside "$1" "$2"; else fail "$1" "$2" "$reason"; fi
}

# --- inputs ----------------------------------------------------------------------------------------

# base_tar: $base, made by debootstrap if it was not given.
base_tar() {
  [ -z "$base" ] || return 0
  need debootstrap debootstrap
  debootstrap --variant=minbase stable "$work/base" >"$work/debootstrap.log" ||
    die "debootstrap: $(tail -n 1 "$work/debootstrap.log") (or give --base)"
  base=$work/base.tar
  tar c -C "$work/base" . >"$base"
  rm -rf "$work/base"
}

# run_steps_context DIRECTORY STEPS
run_steps_context() {
  mkdir -p "$1"
  local step
  {
    echo 'FROM bench-base'
    for ((step = 1; step <= $2; step++)); do echo "RUN echo $step > /f$step"; done
  } >"$1/Dockerfile"
}

# copy_context DIRECTORY DIRECTORIES: made once.
copy_context() {
  [ ! -d "$1/tree" ] || return 0
  mkdir -p "$1"
  printf 'FROM bench-base\nCOPY tree /tree\n' >"$1/Dockerfile"
  "$python" "$bench/tree.py" "$1/tree" "$2"
}

# perl_writer TARGET DIRECTORIES: a command that writes 50 files of 40 kB, 2 MB, into each. Their bytes do not
# compress and cost next to nothing to make; perl is part of every Debian and starts once.
perl_writer() {
  # shellcheck disable=SC2016 # perl's own variables
  local program='open R, "/dev/urandom"; read R, $b, 80000; my ($t, $n) = @ARGV; mkdir $t; '
  # shellcheck disable=SC2016
  program+='for $d (1 .. $n) { mkdir "$t/$d"; for $f (1 .. 50) { open F, ">$t/$d/$f" or die; '
  # shellcheck disable=SC2016
  program+='print F substr($b, ($d * 50 + $f) % 40000, 40000); close F or die } }'
  echo "perl -e '$program' $1 $2"
}
