package jbuild.layer;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.DirEntry;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;

/**
 * One {@link LayerExtractor#extract}: makes everything from the top down, directories for the owner
 * alone; then gives the directories their attributes from the bottom up, when nothing in them
 * changes any more.
 */
final class Extraction {
  private static final ByteString HERE = ByteString.of(".");
  private static final ByteString OPAQUE = ByteString.of("trusted.overlay.opaque");
  private static final ByteString ORIGIN = ByteString.of("trusted.overlay.origin");
  private static final int PRIVATE = 0700;

  private final Syscalls syscalls;
  private final FileFiller filler;
  private final LayerExtractor.Form form;
  private final AttributeWriter attributes;
  private final Deque<Made> pending = new ArrayDeque<>();
  private final List<Made> made = new ArrayList<>();
  private final IdentityHashMap<Inode, Name> firstNames = new IdentityHashMap<>();
  private final List<Unfilled> unfilled = new ArrayList<>();

  Extraction(Syscalls syscalls, FileFiller filler, LayerExtractor.Form form) {
    this.syscalls = syscalls;
    this.filler = filler;
    this.form = form;
    this.attributes = new AttributeWriter(syscalls);
  }

  /** A directory that exists by now. */
  private record Made(HostDirectory where, Directory directory) {}

  /** An entry of a directory. */
  private record Name(HostDirectory where, ByteString name) {}

  /** A file that was made, whose content is read when it is its turn. */
  private record Unfilled(HostDirectory where, ByteString name, RegularFile file, long position) {}

  List<String> run(Directory root, ByteString target) throws IOException {
    try (Fd top = openEmpty(target)) {
      pending.push(new Made(HostDirectory.top(new HostRoot(syscalls, target)), root));
      while (!pending.isEmpty()) {
        Made next = pending.pop();
        made.add(next);
        try (Fd directory = openDirectory(top, next.where())) {
          fill(top, directory, next);
        }
      }
      fillFiles(top);
      for (int i = made.size() - 1; i >= 0; i--) {
        finish(top, made.get(i));
      }
    }
    return attributes.notes();
  }

  private Fd openEmpty(ByteString target) throws IOException {
    try {
      try {
        syscalls.mkdirat(Fd.CWD, target, PRIVATE);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EEXIST)) {
          throw e;
        }
      }
      int flags = OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
      Fd top = syscalls.openat(Fd.CWD, target, flags, 0);
      try {
        checkEmpty(top, target);
        syscalls.fchmodat(top, HERE, PRIVATE);
        return top;
      } catch (IOException e) {
        top.close();
        throw e;
      }
    } catch (ErrnoException e) {
      throw HostFailure.of("extract to", target.toString(), e);
    }
  }

  private void checkEmpty(Fd directory, ByteString target) throws IOException {
    List<DirEntry> entries = new ArrayList<>();
    while (entries.isEmpty() && syscalls.getdents64(directory, entries)) {
      // a batch may hold nothing but "." and ".."
    }
    if (!entries.isEmpty()) {
      throw new LayerException(
          "extract to " + target + ": it is not empty (give a new or an empty directory)");
    }
  }

  private Fd openDirectory(Fd top, HostDirectory where) throws LayerException {
    try {
      return LongPath.openDirectory(syscalls, top, where.relative());
    } catch (ErrnoException e) {
      throw HostFailure.of("extract", where.toString(), e);
    }
  }

  private void fill(Fd top, Fd directory, Made in) throws IOException {
    for (Map.Entry<ByteString, Inode> child : in.directory().children().entrySet()) {
      try {
        make(top, directory, in.where(), child.getKey(), child.getValue());
      } catch (ErrnoException e) {
        throw HostFailure.of("extract", in.where().absolute(child.getKey()).toString(), e);
      }
    }
  }

  private void make(Fd top, Fd directory, HostDirectory where, ByteString name, Inode inode)
      throws IOException {
    if (inode instanceof Directory child) {
      syscalls.mkdirat(directory, name, PRIVATE);
      pending.push(new Made(where.child(name), child));
      return;
    }
    if (inode instanceof Whiteout && form == LayerExtractor.Form.OVERLAY) {
      syscalls.mknodat(directory, name, FileType.CHARACTER_DEVICE.modeBits(), 0, 0);
      return;
    }
    Name first = firstNames.putIfAbsent(inode, new Name(where, name));
    if (first != null) {
      link(top, first, directory, where, name);
    } else if (makeFirst(directory, where, name, inode)
        && !(inode instanceof RegularFile file && comesFromOutside(file))) {
      attributes.apply(directory, where, name, inode);
    }
  }

  private static boolean comesFromOutside(RegularFile file) {
    return file.data() instanceof FileData.Host;
  }

  /** Contents from outside are read in the order of their positions, not of their names. */
  private void fillFiles(Fd top) throws IOException {
    if (unfilled.isEmpty()) {
      return;
    }
    unfilled.sort(Comparator.comparingLong(Unfilled::position));
    LookAhead lookAhead = new LookAhead(unfilled.stream().map(Unfilled::file).toList());
    for (int i = 0; i < unfilled.size(); i++) {
      lookAhead.reading(i);
      Unfilled next = unfilled.get(i);
      try (Fd directory = openDirectory(top, next.where())) {
        int flags = OpenFlags.WRONLY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
        try (Fd to = syscalls.openat(directory, next.name(), flags, 0)) {
          filler.fill(to, next.file());
        }
        attributes.apply(directory, next.where(), next.name(), next.file());
      } catch (ErrnoException e) {
        throw HostFailure.of("extract", next.where().absolute(next.name()).toString(), e);
      }
    }
  }

  private void link(Fd top, Name first, Fd directory, HostDirectory where, ByteString name)
      throws IOException {
    if (first.where() == where) {
      syscalls.linkat(directory, first.name(), directory, name, 0);
      return;
    }
    try (Fd other = openDirectory(top, first.where())) {
      syscalls.linkat(other, first.name(), directory, name, 0);
    }
  }

  /** False if the entry cannot be made without privileges. */
  private boolean makeFirst(Fd directory, HostDirectory where, ByteString name, Inode inode)
      throws IOException {
    if (inode instanceof RegularFile file) {
      int flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.EXCL | OpenFlags.NOFOLLOW;
      try (Fd to = syscalls.openat(directory, name, flags | OpenFlags.CLOEXEC, 0600)) {
        if (file.data() instanceof FileData.Host host) {
          unfilled.add(new Unfilled(where, name, file, host.file().position()));
        } else {
          filler.fill(to, file);
        }
      }
    } else if (inode instanceof Symlink link) {
      syscalls.symlinkat(link.target(), directory, name);
    } else if (inode instanceof Special special) {
      return makeSpecial(directory, where, name, special);
    } else {
      throw new LayerException(
          "extract "
              + where.absolute(name)
              + ": the layer only says what becomes of an entry of a layer below (merge them)");
    }
    return true;
  }

  private boolean makeSpecial(Fd directory, HostDirectory where, ByteString name, Special special)
      throws ErrnoException {
    try {
      int mode = special.type().modeBits() | 0600;
      syscalls.mknodat(directory, name, mode, special.deviceMajor(), special.deviceMinor());
      return true;
    } catch (ErrnoException e) {
      if (!special.type().isDevice() || !e.is(Errno.EPERM)) {
        throw e;
      }
      attributes.note("device", where, name, e);
      firstNames.remove(special);
      return false;
    }
  }

  private void finish(Fd top, Made directory) throws IOException {
    HostDirectory where = directory.where();
    try (Fd fd = openDirectory(top, where)) {
      if (form == LayerExtractor.Form.OVERLAY) {
        mark(fd, directory.directory());
      }
      attributes.apply(fd, where, HERE, directory.directory());
    } catch (ErrnoException e) {
      throw HostFailure.of("extract", where.toString(), e);
    }
  }

  private void mark(Fd fd, Directory directory) throws ErrnoException {
    if (directory.isOpaque()) {
      syscalls.setxattr(fd, HERE, OPAQUE, new byte[] {'y'});
    }
    for (Inode child : directory.children().values()) {
      if (child instanceof Whiteout) {
        // Without it the kernel lists a directory that no other layer has as it is, whiteouts and
        // all: ovl_dir_is_real, fs/overlayfs/readdir.c; ovl_check_origin_xattr makes it a merged
        // one.
        syscalls.setxattr(fd, HERE, ORIGIN, new byte[0]);
        return;
      }
    }
  }
}
