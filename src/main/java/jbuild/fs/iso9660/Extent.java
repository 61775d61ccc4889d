package jbuild.fs.iso9660;

/** A run of bytes of the image. */
record Extent(long position, long length) {}
