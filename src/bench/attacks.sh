#!/bin/sh
# Prints the table of docs/attacks.md: every attack of src/test/attacks in a RUN step, in jbuild run,
# and in those of runc, crun and bubblewrap that are installed; then what the ones saw that succeeded.
# Needs root, gcc, busybox-static, and ./mvnw test -Dtest=AttackPageTest once. Takes a minute.
set -eu
cd "$(dirname "$0")/../.."
report=target/surefire-reports/TEST-jbuild.attack.AttackPageTest.xml
if [ ! -f "$report" ]; then
  echo "attacks.sh: first ./mvnw test -Dtest=AttackPageTest (no $report)" >&2
  exit 1
fi
classpath=$(sed -n 's/.*"surefire\.test\.class\.path" value="\([^"]*\)".*/\1/p' "$report")
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
java -cp "$classpath" jbuild.attack.AttackTable "$directory"
