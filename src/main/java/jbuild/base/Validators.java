package jbuild.base;

import org.jspecify.annotations.Nullable;

/**
 * What tells a version of a file from others (RFC 9110 section 8.8).
 *
 * @param tag the ETag with its quotes, and {@code W/} where it is weak
 * @param lastModified as the server wrote it
 */
public record Validators(@Nullable String tag, @Nullable String lastModified) {
  /** Nothing is known. */
  public static final Validators NONE = new Validators(null, null);

  /** The one that proves that two versions are equal byte by byte; null if there is none. */
  @Nullable String strong() {
    String known = tag;
    return known != null && !known.startsWith("W/") ? known : lastModified;
  }
}
