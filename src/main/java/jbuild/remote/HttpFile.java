package jbuild.remote;

import java.nio.file.Path;
import jbuild.oci.Digest;

/**
 * A file that was fetched.
 *
 * @param path in the cache of downloads, where it stays as long as this command
 * @param modifiedSeconds what the server said, since 1970; 0 if it said nothing
 */
public record HttpFile(Digest digest, Path path, long size, long modifiedSeconds) {}
