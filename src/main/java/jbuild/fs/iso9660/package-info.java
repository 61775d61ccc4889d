/**
 * ISO 9660 (ECMA-119) images, read without mounting: Rock Ridge (RRIP 1.10 and 1.12 on SUSP),
 * Joliet, zisofs 1 and 2, and the attributes and ACLs of AAIP 2.0. {@code Iso9660Reader} is the
 * door. Boot records, partition tables, HFS and UDF on the same disc are not looked at.
 *
 * <p>Sections named ECMA are those of ECMA-119, 4th edition; both-endian numbers are read from
 * their little-endian half alone, as Linux does, for there are writers that leave the other one
 * empty.
 */
@NullMarked
package jbuild.fs.iso9660;

import org.jspecify.annotations.NullMarked;
