/**
 * The only door to the kernel. {@link Syscalls} is the interface of the calls jbuild makes itself;
 * {@link SyscallProgram} is a list of calls that {@link ProgramRunner} has a fresh child make.
 * Names and arguments are those of the man pages, section 2; paths are bytes. Knows nothing of
 * images or sandboxes.
 */
@NullMarked
package jbuild.linux;

import org.jspecify.annotations.NullMarked;
