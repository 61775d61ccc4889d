package jbuild.layer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.HostTree.Decision;
import jbuild.layer.HostTree.Filter;
import jbuild.layer.HostTree.Sockets;
import jbuild.linux.DirEntry;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;

/**
 * One {@link HostTree#walk}. A directory is read to its end and closed before those in it are
 * opened, each by its path from the start: the depth of a tree costs neither stack nor descriptors.
 * Each directory is filled by one thread, but several are at work: what they share is synchronized.
 */
final class HostWalk {
  private static final ByteString HERE = ByteString.of(".");

  private final Syscalls syscalls;
  private final Filter filter;
  private final Sockets sockets;
  private final HostInodes inodes;
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private final List<Skipped> skipped = Collections.synchronizedList(new ArrayList<>());

  HostWalk(Syscalls syscalls, Filter filter, Sockets sockets) {
    this.syscalls = syscalls;
    this.filter = filter;
    this.sockets = sockets;
    this.inodes = new HostInodes(syscalls);
  }

  /** A directory to be read. */
  private record Pending(HostDirectory where, BytePath path, Directory directory) {}

  /** A directory that stays only if something is in it at the end. */
  private record Skipped(Directory parent, ByteString name, Directory directory) {}

  HostTree walk(Path root, BytePath start) throws IOException {
    ByteString rootPath = LongPath.of(root);
    int pathFlags = OpenFlags.PATH | OpenFlags.DIRECTORY;
    long inRoot = OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS;
    try (Fd rootFd = syscalls.openat(Fd.CWD, rootPath, pathFlags | OpenFlags.CLOEXEC, 0);
        Fd parent = LongPath.open(syscalls, rootFd, start.parent().relative(), pathFlags, inRoot)) {
      ByteString name = start.isRoot() ? HERE : start.name();
      FileStat stat = syscalls.statx(parent, name, false);
      if (stat.type() != FileType.DIRECTORY) {
        return new HostTree(makeSingle(parent, name, stat), notes);
      }
      try (Fd top = LongPath.open(syscalls, parent, name, pathFlags, LongPath.INSIDE)) {
        return walkDirectory(top, start);
      }
    } catch (ErrnoException e) {
      throw HostFailure.of("read", LongPath.join(rootPath, start.relative()).toString(), e);
    }
  }

  private Inode makeSingle(Fd parent, ByteString name, FileStat stat) throws IOException {
    HostRoot root = new HostRoot(syscalls, LongPath.of(syscalls, parent));
    HostDirectory where = HostDirectory.top(root);
    if (stat.type() == FileType.SOCKET && sockets == Sockets.LEFT_OUT) {
      throw new LayerException("read " + where.absolute(name) + ": a socket cannot be copied");
    }
    return inodes.make(parent, where, name, stat, syscalls.xattrs(parent, name));
  }

  private HostTree walkDirectory(Fd top, BytePath start) throws IOException {
    HostDirectory where = HostDirectory.top(new HostRoot(syscalls, LongPath.of(syscalls, top)));
    FileStat stat = syscalls.fstat(top);
    // getxattr(2) and its kin refuse O_PATH descriptors, but not a path that starts from one.
    Directory root = new Directory(HostInodes.attributes(stat, syscalls.xattrs(top, HERE)));
    Reading reading = new Reading(top);
    reading.queue.add(new Pending(where, start, root));
    reading.queue.run();
    removeEmptySkipped();
    Collections.sort(notes);
    return new HostTree(root, notes);
  }

  /** The directories below an open one, until all are read. */
  private final class Reading {
    private final Fd top;
    private final WalkQueue<Pending> queue = new WalkQueue<>(this::read);

    Reading(Fd top) {
      this.top = top;
    }

    private void read(Pending next) throws IOException {
      try (Fd directory = LongPath.openDirectory(syscalls, top, next.where().relative())) {
        read(directory, next);
      } catch (ErrnoException e) {
        throw HostFailure.of("read", next.where().toString(), e);
      }
    }

    private void read(Fd directory, Pending pendingDirectory) throws IOException {
      List<DirEntry> entries = new ArrayList<>();
      while (syscalls.getdents64(directory, entries)) {
        // adds to the entries until there are no more
      }
      for (DirEntry entry : entries) {
        try {
          read(directory, pendingDirectory, entry);
        } catch (ErrnoException e) {
          // One that was removed since its name was read was never there.
          if (!e.is(Errno.ENOENT)) {
            String path = pendingDirectory.where().absolute(entry.name()).toString();
            throw HostFailure.of("read", path, e);
          }
        }
      }
    }

    private void read(Fd directory, Pending in, DirEntry entry) throws IOException {
      ByteString name = entry.name();
      FileType type = entry.type();
      FileStat stat = null;
      if (type == null) {
        stat = syscalls.statx(directory, name, false);
        type = stat.type();
      }
      boolean all = filter == Filter.ALL;
      Decision decision = all ? Decision.KEEP : filter.decide(in.path().child(name), type);
      if (decision == Decision.PRUNE || (decision == Decision.SKIP && type != FileType.DIRECTORY)) {
        return;
      }
      if (stat == null) {
        stat = syscalls.statx(directory, name, false);
      }
      if (decision == Decision.SKIP && stat.type() != FileType.DIRECTORY) {
        return; // was a directory a moment ago
      }
      if (stat.type() == FileType.SOCKET && sockets == Sockets.LEFT_OUT) {
        notes.add("left out " + in.where().absolute(name) + ": a socket");
        return;
      }
      Inode inode =
          inodes.make(directory, in.where(), name, stat, syscalls.xattrs(directory, name));
      in.directory().put(name, inode);
      if (inode instanceof Directory child) {
        if (decision == Decision.SKIP) {
          skipped.add(new Skipped(in.directory(), name, child)); // before what is found below it
        }
        BytePath path = all ? BytePath.ROOT : in.path().child(name);
        queue.add(new Pending(in.where().childInTree(name), path, child));
      }
    }
  }

  /** Parents were found before their children, so this goes from the bottom up. */
  private void removeEmptySkipped() {
    for (int i = skipped.size() - 1; i >= 0; i--) {
      Skipped candidate = skipped.get(i);
      if (candidate.directory().children().isEmpty()) {
        candidate.parent().remove(candidate.name());
      }
    }
  }
}
