package jbuild.linux;

import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * A name in a directory, never {@code .} or {@code ..}.
 *
 * @param type null where the file system does not say (DT_UNKNOWN, getdents64(2)): ask statx
 */
public record DirEntry(ByteString name, @Nullable FileType type, long inode) {}
