/**
 * Control groups, version 1 and 2, as the plain files they are: which hierarchy has which
 * controller, a group with limits, what it used and whether the kernel killed something in it. See
 * cgroups(7), Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst of the kernel. Knows nothing of
 * processes but their pids.
 */
@NullMarked
package jbuild.cgroup;

import org.jspecify.annotations.NullMarked;
