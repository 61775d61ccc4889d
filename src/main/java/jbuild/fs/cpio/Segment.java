package jbuild.fs.cpio;

import jbuild.io.ByteSource;

/**
 * A stretch of the image in which contents lie.
 *
 * @param bytes what the positions of contents count in: the image itself, or what a compressed
 *     stream in it decodes to
 * @param base makes positions of different segments comparable: contents that are read in the order
 *     of base + position are read forwards
 */
record Segment(ByteSource bytes, long base) {}
