package jbuild.layer;

import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * One member of a tar, after extended headers were applied. Nothing is checked against other
 * members: that is {@link LayerTreeBuilder}'s work.
 *
 * @param path as spelled in the archive: may be empty, start with {@code /}, hold {@code ..}, end
 *     in {@code /}
 * @param hardLink whether this is one more name for {@code link}; {@code type} is then REGULAR
 * @param size of the content, 0 for all but regular files
 * @param link target of a symbolic or hard link, else empty
 * @param major device number, 0 for all but devices
 * @param data where in this tar, which is device 0, the content is
 */
public record TarEntry(
    ByteString path,
    FileType type,
    boolean hardLink,
    Attributes attributes,
    long size,
    ByteString link,
    int major,
    int minor,
    FileData data) {}
