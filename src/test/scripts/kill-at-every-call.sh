#!/bin/bash
# Kills jbuild at every system call that changes files, mounts or processes: of a short build, and
# of an import. strace counts the calls of each thread by name, so "the 3rd rename" is that of the
# first thread that comes to its third one; the sandbox's own process is counted like the rest.
#
#   kill-at-every-call.sh [build|import]...
#
# JBUILD   the command to test (default: ./jbuild); may have arguments
# WORK     an empty directory on a real disk (default: a temporary one)
# Needs root, strace and busybox-static. Prints what was lost or left, and the counts.
set -eu
cd "$(dirname "$0")/../../.."
JBUILD=${JBUILD:-./jbuild}
work=${WORK:-$(mktemp -d)}
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1000000000 JBUILD_GC=off
calls='rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,symlinkat'
calls="$calls,ftruncate,chmod,fchmod,fchmodat,fchownat,utimensat,setxattr,fsetxattr"
calls="$calls,write,pwrite64,fsync,fdatasync,memfd_create"
calls="$calls,fsopen,fsconfig,fsmount,open_tree,move_mount,mount_setattr,mount,umount2,pivot_root"
calls="$calls,unshare,clone,clone3,vfork,execve,pidfd_open"

context=$work/context
mkdir -p "$context/box/bin" "$context/dir/sub"
cp /bin/busybox "$context/box/bin/busybox"
for applet in sh echo cat rm true; do ln -s busybox "$context/box/bin/$applet"; done
seq 1 200000 >"$context/dir/large" # more than one buffer of a blob
echo b >"$context/dir/sub/b"
printf 'FROM scratch\nCOPY box /\n' >"$context/Box"
cat >"$context/Buildfile" <<'END'
FROM box
COPY dir /copied/
RUN echo first >/first; rm /copied/sub/b
WORKDIR /made/here
USER 1:1
END

template=$work/template
$JBUILD build --root "$template" -q -f "$context/Box" -t box "$context" >/dev/null
$JBUILD export --root "$template" -o "$work/box.tar" box
empty=$work/empty
$JBUILD images --root "$empty" >/dev/null

kills=0 survived=0 findings=0

finding() {
  findings=$((findings + 1))
  echo "FOUND $*"
}

# The command of a scenario, on a root.
command_of() {
  case $1 in
    build) echo "$JBUILD build -m 200m -q -t x --root $2 $context" ;;
    import) echo "$JBUILD import -t x --root $2 $work/box.tar" ;;
  esac
}

template_of() {
  case $1 in
    build) echo "$template" ;;
    import) echo "$empty" ;;
  esac
}

check() { # scenario, root, which
  local id
  if ! id=$($(command_of "$1" "$2") 2>"$work/err"); then
    finding "$3: the next command fails: $(cat "$work/err")"
  elif [ "$id" != "$wanted" ]; then
    finding "$3: the next command makes another image: $id"
  fi
  for place in tmp work mounts; do
    [ -z "$(ls -A "$2/$place")" ] || finding "$3: left in $place: $(ls -A "$2/$place")"
  done
  $JBUILD fsck --root "$2" >"$work/err" 2>&1 || finding "$3: fsck: $(cat "$work/err")"
  if grep -l "$2" /proc/[0-9]*/mountinfo >"$work/seen" 2>/dev/null; then
    finding "$3: mounted in $(cat "$work/seen")"
  fi
  left=$(find /sys/fs/cgroup -type d -name "jbuild-$(cat "$work/pid")-*" 2>/dev/null || true)
  [ -z "$left" ] || finding "$3: control group $left"
}

for scenario in "${@:-build}"; do
  root=$work/root
  rm -rf "$root"
  cp -a "$(template_of "$scenario")" "$root"
  wanted=$(strace -f -qq -o "$work/trace" -e trace="$calls" $(command_of "$scenario" "$root"))
  # PID NAME(…: for each name, as often as the thread that calls it most
  sed -nE 's/^([0-9]+) +([a-z0-9_]+)\(.*/\1 \2/p' "$work/trace" | sort | uniq -c |
    awk '{ if ($1 > most[$3]) most[$3] = $1 } END { for (name in most) print name, most[name] }' |
    grep -v '^syscall_' | sort >"$work/counts"
  while read -r name most; do
    for n in $(seq 1 "$most"); do
      rm -rf "$root"
      cp -a "$(template_of "$scenario")" "$root"
      # strace ends as what it traced did; the shell must not tell of that.
      if { strace -f -qq -o "$work/trace" -e trace="$name" \
        -e inject="$name:signal=KILL:when=$n" \
        sh -c 'echo $$ >"$0"; exec "$@"' "$work/pid" \
        $(command_of "$scenario" "$root") </dev/null >/dev/null 2>&1; } 2>/dev/null; then
        survived=$((survived + 1))
      else
        kills=$((kills + 1))
      fi
      check "$scenario" "$root" "$scenario, $name $n"
    done
  done <"$work/counts"
  echo "$scenario: $(awk '{ n += $2 } END { print n }' "$work/counts") boundaries of $(wc -l <"$work/counts") calls"
done
echo "kills $kills, not reached $survived, findings $findings"
[ "$findings" = 0 ]
