package jbuild.graph;

import org.jspecify.annotations.Nullable;

/**
 * What the flags of a RUN say beside network and mounts; null where they say nothing.
 *
 * @param insecure whether it gets all rights ({@code --security=insecure})
 * @param noCache whether it is executed whatever the cache knows
 * @param timeoutNanos after this time it is killed
 * @param memoryBytes limit; 0 for none
 * @param cpuMicros processor time in microseconds per 100 ms; 0 for no limit
 * @param pids most processes and threads; 0 for no limit
 */
public record RunFlags(
    boolean insecure,
    boolean noCache,
    @Nullable Long timeoutNanos,
    @Nullable Long memoryBytes,
    @Nullable Long cpuMicros,
    @Nullable Long pids) {
  public static final RunFlags NONE = new RunFlags(false, false, null, null, null, null);
}
