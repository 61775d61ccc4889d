/**
 * What lies on a disk image, found without mounting it or mapping it through the kernel: {@code
 * PartitionTable} lists the partitions of GPT and MBR disks, {@code Qcow2Image} gives the plain
 * content of a qcow2 image, {@code ForeignFormats} names what jbuild knows but cannot read. Knows
 * no file system: what a partition holds is for others to look at.
 */
@NullMarked
package jbuild.fs.disk;

import org.jspecify.annotations.NullMarked;
