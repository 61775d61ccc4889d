package jbuild.graph;

import java.util.Locale;
import jbuild.buildfile.SourceRange;
import org.jspecify.annotations.Nullable;

/**
 * A {@code --mount} of a RUN with nothing left to expand (reference, "RUN --mount"). Targets are
 * absolute and clean.
 */
public sealed interface RunMount {
  /** Where the flag stands, for errors. */
  SourceRange range();

  /** What a step's result depends on, without contents and values; the same text means the same. */
  String key();

  /**
   * A file or directory of the context, a stage or an image.
   *
   * @param source absolute and clean, seen from the root of {@code from}
   * @param readOnly if not, what is written is thrown away
   */
  record Bind(SourceRange range, InputRef from, String source, String target, boolean readOnly)
      implements RunMount {
    @Override
    public String key() {
      return "bind " + (readOnly ? "ro" : "rw") + " " + target;
    }
  }

  /**
   * A directory that outlives the build.
   *
   * @param from what it is filled with when it is made; {@link InputRef.Scratch} for nothing
   * @param source as in {@link Bind}
   * @param owner null for that of what it is filled with
   */
  record Cache(
      SourceRange range,
      String id,
      InputRef from,
      String source,
      String target,
      boolean readOnly,
      Sharing sharing,
      @Nullable Owner owner)
      implements RunMount {
    @Override
    public String key() {
      // Not who shares it nor what is in it: a cache may be empty at any time.
      return "cache " + (readOnly ? "ro" : "rw") + " " + target + " " + id;
    }
  }

  /** What happens when several steps want one cache at the same time. */
  enum Sharing {
    /** They have it together. */
    SHARED,
    /** Another one is made for each. */
    PRIVATE,
    /** One after the other has it. */
    LOCKED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An empty file system in memory.
   *
   * @param size the most it may hold in bytes; 0 for the kernel's default
   */
  record Tmpfs(SourceRange range, String target, long size) implements RunMount {
    @Override
    public String key() {
      return "tmpfs " + target + " " + size;
    }
  }

  /**
   * A value that must not get into the image.
   *
   * @param target the file that holds it; null when it is to be a variable only
   * @param variable of the environment that holds it; null when it is to be a file only
   */
  record Secret(
      SourceRange range,
      String id,
      @Nullable String target,
      @Nullable String variable,
      boolean required,
      Owner owner)
      implements RunMount {
    @Override
    public String key() {
      return "secret " + id + " " + target + " " + variable + " " + owner;
    }
  }

  /** The socket of an SSH agent. */
  record Ssh(SourceRange range, String id, String target, boolean required, Owner owner)
      implements RunMount {
    @Override
    public String key() {
      return "ssh " + id + " " + target + " " + owner;
    }
  }

  /** Whose it is, and its permissions. */
  record Owner(int uid, int gid, int mode) {
    @Override
    public String toString() {
      return uid + ":" + gid + " " + Integer.toOctalString(mode);
    }
  }
}
