#!/bin/sh
# The first process of a user-mode Linux kernel whose root is the host's, read-only: a machine with
# control groups of version 2 and Linux 6.1. Expects JAVA, CLASSPATH, OVERLAY_MODULE
# and LOOP_MODULE.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir /run/tmp
busybox insmod "$OVERLAY_MODULE" # built in, if this fails: then the tests tell
busybox insmod "$LOOP_MODULE" # so that there are block devices
export JBUILD_TEST_OVERLAY=BY_PATH # layers by descriptor need Linux 6.13
"$JAVA" -Djava.io.tmpdir=/run/tmp -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  jbuild.sandbox.TestsInUml /run/tmp
echo "uml: java ended with $?"
busybox poweroff -f
