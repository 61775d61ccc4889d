package jbuild.sandbox;

import jbuild.cgroup.ResourceLimits;

/**
 * One row of the table in docs/cgroups.md: limits, and what is seen from outside.
 *
 * @param name as in the table
 * @param runc the same limits as members of {@code linux.resources} in the OCI runtime's file
 */
record LimitRow(String name, ResourceLimits limits, String runc, Probe probe) {

  /** Looks at a subject with the row's limits; the observation is the cell of the table. */
  @FunctionalInterface
  interface Probe {
    String observe(LimitSubject subject, LimitRow row) throws Exception;
  }

  String observe(LimitSubject subject) throws Exception {
    return probe.observe(subject, this);
  }
}
