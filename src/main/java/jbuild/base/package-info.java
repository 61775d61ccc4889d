/**
 * Where a {@code FROM} or an import comes from. Here: {@code FROM host}, a small root file system
 * of this machine's own shell and core utilities. What a program needs is read from the programs
 * themselves, by the loader's rules (elf(5), ld.so(8)); nothing is executed to find out.
 */
@NullMarked
package jbuild.base;

import org.jspecify.annotations.NullMarked;
