/**
 * Reads cpio archives as the kernel reads an initramfs: several archives in a row, plain or
 * compressed, become one tree ({@code Documentation/driver-api/early-userspace/buffer-format} in
 * the Linux sources). {@code CpioReader} is the door. An archive has no index, so that it is
 * scanned once, from its headers, when it is opened; contents are read where they lie.
 */
@NullMarked
package jbuild.fs.cpio;

import org.jspecify.annotations.NullMarked;
