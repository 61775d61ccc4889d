#!/bin/sh
# Fuzzes the readers and the parser, one target after the other:
#
#   src/test/fuzz.sh SECONDS [TARGET...]     TARGET: TarFuzzTest, or TarFuzzTest.pax; all without one
#   FUZZ_OUT=DIR                             where inputs and findings go, target/fuzz else
#
# For each target it prints executions, coverage (edges) and findings. Inputs that reached something
# new stay in DIR/TARGET/corpus and are where the next run begins; what a target failed on is in
# DIR/TARGET/findings. One that was mended belongs into src/test/resources, beside the seeds.
set -eu

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
cd "$here/../.."
longest=73728 # the largest seed, an ext4 image of 64 KiB, and some
seconds=${1:?"usage: src/test/fuzz.sh SECONDS [TARGET...]"}
shift
out=${FUZZ_OUT:-$PWD/target/fuzz}

# One run of seeds compiles everything, and its report knows the class path.
./mvnw -q -B test -Dtest=OwnerFuzzTest >/dev/null
report=target/surefire-reports/TEST-jbuild.store.OwnerFuzzTest.xml
classpath=$(sed -n 's/.*"surefire\.test\.class\.path" value="\([^"]*\)".*/\1/p' "$report")

# all_targets: one line "class method" for each method with @FuzzTest.
all_targets() {
  grep -rl --include='*FuzzTest.java' '@FuzzTest' src/test/java | sort | while read -r file; do
    class=$(printf %s "${file#src/test/java/}" | sed 's/\.java$//; s,/,.,g')
    sed -n '/@FuzzTest/,/^  void/s/^  void \([a-z]*\)(.*/\1/p' "$file" | sed "s/^/$class /"
  done
}

# wanted CLASS METHOD NAME...: whether one of the names means the target; no name means all.
wanted() {
  simple=${1##*.} full=${1##*.}.$2
  shift 2
  [ $# -gt 0 ] || return 0
  for name; do
    case $name in "$simple" | "$full") return 0 ;; esac
  done
  return 1
}

# dictionary CLASS: what the package's inputs are made of; some share one.
dictionary() {
  case $1 in
    jbuild.graph.*) words=buildfile ;;
    jbuild.build.*) words=oci ;;
    *)
      words=${1#jbuild.}
      words=${words%%.*}
      ;;
  esac
  [ ! -f "src/test/fuzz/$words.dict" ] || echo "-dict=src/test/fuzz/$words.dict"
}

failed=0
mkdir -p target
all_targets >target/fuzz-targets
while read -r class method; do
  wanted "$class" "$method" "$@" || continue
  target=${class##*.}.$method
  mkdir -p "$out/$target/corpus" "$out/$target/findings"
  log=$out/$target/log
  seeds=src/test/resources/$(echo "$class" | tr . /)Inputs/$method
  [ -d "$seeds" ] || seeds=
  # shellcheck disable=SC2046 # one option or none
  java -Xmx768m -XX:+UseSerialGC -cp "$classpath" com.code_intelligence.jazzer.Jazzer \
    --target_class="$class" --target_method="$method" --hooks=true --keep_going=10 \
    --instrumentation_includes='jbuild.**' --custom_hook_includes='jbuild.**' \
    "$out/$target/corpus" ${seeds:+"$seeds"} -max_total_time="$seconds" -timeout=10 \
    -max_len="$longest" \
    $(dictionary "$class") \
    -artifact_prefix="$out/$target/findings/" -print_final_stats=1 >"$log" 2>&1 </dev/null ||
    failed=1
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  findings=$(grep -c -e '^== Java Exception' -e '^==[0-9]*== ERROR' "$log" || :)
  [ "$findings" = 0 ] || failed=1 # the fuzzer that goes on after one ends well
  printf '%-28s %10s executions %6s edges %3s findings\n' \
    "$target" "${runs:-0}" "${edges:-0}" "$findings"
done <target/fuzz-targets
exit "$failed"
