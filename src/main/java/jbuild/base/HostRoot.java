package jbuild.base;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * A root directory to take files from, the host's or another: walks paths inside it, so that no
 * symbolic link leads out. Remembers every lstat(2), also of what was not there: that is all that a
 * listing depends on. Not thread-safe.
 */
final class HostRoot {
  /** As Linux' MAXSYMLINKS: path_resolution(7). */
  private static final int MOST_LINKS = 40;

  private final Path root;
  private final SortedMap<BytePath, Seen> seen = new TreeMap<>();
  private final Map<BytePath, ByteString> links = new HashMap<>();

  /** What was at a path; null when nothing was. */
  private record Seen(@Nullable HostStat stat) {}

  /**
   * A directory, link or file that a walk came by.
   *
   * @param linkTarget of a symbolic link, else null
   */
  record Visited(BytePath path, HostStat stat, @Nullable ByteString linkTarget) {}

  /** A file found; {@code way} holds every directory and link passed, and the file itself last. */
  record Found(List<Visited> way) {
    /** The path without symbolic links. */
    BytePath path() {
      return last().path();
    }

    HostStat stat() {
      return last().stat();
    }

    private Visited last() {
      return way.get(way.size() - 1);
    }
  }

  HostRoot(Path root) {
    this.root = root;
  }

  /** Follows all symbolic links; null when there is nothing at {@code path}, an absolute path. */
  @Nullable Found walk(ByteString path) throws IOException {
    List<Visited> way = new ArrayList<>();
    Deque<ByteString> ahead = new ArrayDeque<>();
    pushAll(ahead, path);
    BytePath at = BytePath.ROOT;
    int followed = 0;
    boolean inDirectory = true;
    while (!ahead.isEmpty()) {
      if (!inDirectory) {
        return null;
      }
      ByteString name = ahead.pop();
      if (name.equalsAscii("..")) {
        at = at.parent(); // "at" holds no link, so that this is the directory itself
        continue;
      }
      BytePath child = at.child(name);
      HostStat stat = lstat(child);
      if (stat == null) {
        return null;
      }
      if (stat.type() == FileType.SYMLINK) {
        if (++followed > MOST_LINKS) {
          throw new BaseException("follow symbolic links: " + path + ": more than " + MOST_LINKS);
        }
        ByteString target = target(child);
        way.add(new Visited(child, stat, target));
        pushAll(ahead, target);
        if (target.startsWith("/")) {
          at = BytePath.ROOT;
        }
      } else {
        way.add(new Visited(child, stat, null));
        at = child;
        inDirectory = stat.type() == FileType.DIRECTORY;
      }
    }
    return way.isEmpty() ? null : new Found(way);
  }

  /** Puts the components of {@code path} before what is ahead already. */
  private static void pushAll(Deque<ByteString> ahead, ByteString path) {
    int to = path.length();
    while (to > 0) {
      int slash = to - 1;
      while (slash >= 0 && path.at(slash) != '/') {
        slash--;
      }
      ByteString name = path.substring(slash + 1, to);
      if (!name.isEmpty() && !name.equalsAscii(".")) {
        ahead.push(name);
      }
      to = slash;
    }
  }

  /** As {@link #walk}, if it ends at a regular file. */
  @Nullable Found file(ByteString path) throws IOException {
    Found found = walk(path);
    return found != null && found.stat().type() == FileType.REGULAR ? found : null;
  }

  private @Nullable HostStat lstat(BytePath path) throws IOException {
    Seen before = seen.get(path);
    if (before == null) {
      before = new Seen(HostStat.of(host(path)));
      seen.put(path, before);
    }
    return before.stat();
  }

  private ByteString target(BytePath link) throws IOException {
    ByteString target = links.get(link);
    if (target == null) {
      target = ByteString.of(Files.readSymbolicLink(host(link)).toString());
      links.put(link, target);
    }
    return target;
  }

  /** Where {@code path} is for the JDK. */
  Path host(BytePath path) throws BaseException {
    try {
      return root.resolve(path.relative().toString());
    } catch (InvalidPathException e) {
      throw new BaseException("look up: " + path + ": not a name in this locale (use UTF-8)", e);
    }
  }

  FileChannel open(BytePath path) throws IOException {
    return FileChannel.open(host(path), StandardOpenOption.READ);
  }

  /** Everything that was looked up, in order of path, for {@link HostWitness}. */
  HostWitness witness() {
    StringBuilder lines = new StringBuilder(seen.size() * 96);
    for (Map.Entry<BytePath, Seen> entry : seen.entrySet()) {
      HostWitness.print(lines, entry.getValue().stat(), entry.getKey());
    }
    return new HostWitness(lines.toString());
  }
}
