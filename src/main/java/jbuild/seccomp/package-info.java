/**
 * From a list of system calls to the filter that the kernel runs before each call: seccomp(2),
 * Documentation/userspace-api/seccomp_filter.rst. Pure: reads nothing but its own table, makes no
 * system call.
 */
@NullMarked
package jbuild.seccomp;

import org.jspecify.annotations.NullMarked;
