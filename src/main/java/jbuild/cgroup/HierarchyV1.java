package jbuild.cgroup;

import java.nio.file.Path;

/**
 * A version 1 hierarchy, for one controller or some.
 *
 * @param mountPoint the topmost group this process can see
 * @param own this process's group
 */
record HierarchyV1(Path mountPoint, Path own) {}
