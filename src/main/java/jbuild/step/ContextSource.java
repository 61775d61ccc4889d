package jbuild.step;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.IgnoreRules;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Directory;
import jbuild.layer.DiskFile;
import jbuild.layer.FileData;
import jbuild.layer.HostTree;
import jbuild.layer.Inode;
import jbuild.layer.RegularFile;
import jbuild.linux.DirEntry;
import jbuild.linux.DirectoryStream;
import jbuild.linux.Errno;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/**
 * The build context: a directory of the host as its ignore file lets it be seen. Only what an
 * instruction names is looked at, once a build.
 */
public final class ContextSource implements CopySource {
  private static final byte[] EMPTY = Digest.sha256().digest();

  private final Syscalls syscalls;
  private final Path root;
  private final IgnoreRules rules;
  private final String ignoreFile;
  private final StatCache statCache;
  private final long startSeconds;
  private final Map<BytePath, Inode> walked = new HashMap<>();
  private final IdentityHashMap<RegularFile, byte[]> learnt = new IdentityHashMap<>();

  private ContextSource(
      Syscalls syscalls,
      Path root,
      IgnoreRules rules,
      String ignoreFile,
      StatCache statCache,
      long startSeconds) {
    this.syscalls = syscalls;
    this.root = root;
    this.rules = rules;
    this.ignoreFile = ignoreFile;
    this.statCache = statCache;
    this.startSeconds = startSeconds;
  }

  /**
   * Opens a context; nothing of it is looked at yet.
   *
   * @param ignoreFile where the rules come from, for messages
   * @param store holds a stat cache a context
   * @param nowSeconds the time before anything of the context was looked at
   */
  public static ContextSource open(
      Syscalls syscalls,
      Path root,
      IgnoreRules rules,
      String ignoreFile,
      DataRoot store,
      long nowSeconds)
      throws IOException {
    byte[] name = root.toString().getBytes(StandardCharsets.UTF_8);
    StatCache known = StatCache.open(store, "context-" + Digest.of(name).hex().substring(0, 32));
    return new ContextSource(syscalls, root, rules, ignoreFile, known, nowSeconds);
  }

  /** Keeps what was learnt about files' contents for the next build. */
  public void save() throws IOException {
    statCache.save();
  }

  @Override
  public List<ByteString> list(BytePath directory) throws IOException {
    BytePath resolved = resolve(directory);
    if (resolved == null) {
      return List.of();
    }
    List<ByteString> names = new ArrayList<>();
    try (Fd top = openRoot();
        DirectoryStream entries = DirectoryStream.open(syscalls, top, relative(resolved))) {
      for (DirEntry entry = entries.next(); entry != null; entry = entries.next()) {
        if (decide(directory.child(entry.name()), entry.type() == FileType.DIRECTORY)
            != HostTree.Decision.PRUNE) {
          names.add(entry.name());
        }
      }
    } catch (ErrnoException notListed) {
      if (notListed.is(Errno.ENOTDIR)) {
        return List.of();
      }
      throw notListed;
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public @Nullable Inode open(BytePath path) throws IOException {
    BytePath resolved = resolve(path);
    if (resolved == null) {
      if (isLink(path) && decide(path, false) == HostTree.Decision.KEEP) {
        throw CopyException.leadsNowhere(path, "the context " + root);
      }
      return null;
    }
    return visible(path, subtree(resolved));
  }

  @Override
  public @Nullable Inode entry(BytePath path) throws IOException {
    if (path.isRoot()) {
      return open(path);
    }
    BytePath parent = resolve(path.parent());
    if (parent == null || !exists(parent.child(path.name()))) {
      return null;
    }
    return visible(path, subtree(parent.child(path.name())));
  }

  @Override
  public @Nullable Directory directory(BytePath path) throws IOException {
    BytePath resolved = resolve(path);
    if (resolved == null) {
      return null;
    }
    HostTree.Filter nothing = (child, type) -> HostTree.Decision.PRUNE;
    Inode inode = HostTree.walk(syscalls, root, resolved, nothing).top();
    return inode instanceof Directory directory ? directory : null;
  }

  /** What the ignore file leaves of the object at {@code path}. */
  private @Nullable Inode visible(BytePath path, Inode inode) {
    boolean isDirectory = inode instanceof Directory;
    if (!path.isRoot() && decide(path, isDirectory) != HostTree.Decision.KEEP) {
      // An excluded directory is there all the same when an exception brings back something in it.
      boolean hasContent = inode instanceof Directory directory && !directory.children().isEmpty();
      return hasContent ? inode : null;
    }
    return inode;
  }

  private Inode subtree(BytePath path) throws IOException {
    for (BytePath above = path; ; above = above.parent()) {
      Inode known = walked.get(above);
      if (known != null) {
        Inode found =
            descend(known, path.names().subList(above.names().size(), path.names().size()));
        if (found != null) {
          return found;
        }
      }
      if (above.isRoot()) {
        break;
      }
    }
    Inode inode = HostTree.walk(syscalls, root, path, filter(), HostTree.Sockets.EMPTY_FILES).top();
    walked.put(path, inode);
    return inode;
  }

  private static @Nullable Inode descend(Inode top, List<ByteString> names) {
    Inode inode = top;
    for (ByteString name : names) {
      Inode child = inode instanceof Directory directory ? directory.child(name) : null;
      if (child == null) {
        return null; // excluded where it was found; a symbolic link may name it all the same
      }
      inode = child;
    }
    return inode;
  }

  private HostTree.Filter filter() {
    return rules.isEmpty()
        ? HostTree.Filter.ALL
        : (path, type) -> decide(path, type == FileType.DIRECTORY);
  }

  private HostTree.Decision decide(BytePath path, boolean isDirectory) {
    if (rules.isEmpty()) {
      return HostTree.Decision.KEEP;
    }
    String text = new String(path.relative().toBytes(), StandardCharsets.UTF_8);
    if (!rules.decide(text).excluded()) {
      return HostTree.Decision.KEEP;
    }
    return isDirectory && !canBePruned(text) ? HostTree.Decision.SKIP : HostTree.Decision.PRUNE;
  }

  private boolean canBePruned(String directory) {
    IgnoreRules.Scope scope = rules.root();
    for (int slash = directory.indexOf('/');
        slash >= 0;
        slash = directory.indexOf('/', slash + 1)) {
      scope = scope.enter(directory.substring(0, slash));
    }
    return scope.enter(directory).canBePruned();
  }

  /** The path without symbolic links, which the kernel resolves inside the context. */
  private @Nullable BytePath resolve(BytePath path) throws IOException {
    try (Fd top = openRoot();
        Fd found =
            syscalls.openat2(
                top,
                relative(path),
                OpenFlags.PATH | OpenFlags.CLOEXEC,
                0,
                OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS)) {
      ByteString prefix = name(top);
      ByteString name = name(found);
      return BytePath.parse(name.substring(Math.min(prefix.length(), name.length())));
    } catch (ErrnoException missing) {
      if (missing.is(Errno.ENOENT) || missing.is(Errno.ENOTDIR) || missing.is(Errno.ELOOP)) {
        return null;
      }
      throw missing;
    }
  }

  private boolean isLink(BytePath path) throws ErrnoException {
    return type(path) == FileType.SYMLINK;
  }

  private boolean exists(BytePath path) throws ErrnoException {
    return type(path) != null;
  }

  /** The type of what is there, of a symbolic link at the end the link's; null for nothing. */
  private @Nullable FileType type(BytePath path) throws ErrnoException {
    try (Fd top = openRoot();
        Fd found =
            syscalls.openat2(
                top,
                relative(path),
                OpenFlags.PATH | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC,
                0,
                OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS)) {
      return syscalls.fstat(found).type();
    } catch (ErrnoException missing) {
      if (missing.is(Errno.ENOENT) || missing.is(Errno.ENOTDIR) || missing.is(Errno.ELOOP)) {
        return null;
      }
      throw missing;
    }
  }

  private ByteString name(Fd fd) throws ErrnoException {
    return syscalls.readlinkat(Fd.CWD, ByteString.of("/proc/self/fd/" + fd.number()));
  }

  private Fd openRoot() throws ErrnoException {
    return syscalls.openat(
        Fd.CWD,
        ByteString.of(root.toString()),
        OpenFlags.RDONLY | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC,
        0);
  }

  private static ByteString relative(BytePath path) {
    return path.isRoot() ? ByteString.of(".") : path.relative();
  }

  @Override
  public String whyMissing(BytePath path) throws IOException {
    if (path.isRoot()) {
      return "not found";
    }
    String text = new String(path.relative().toBytes(), StandardCharsets.UTF_8);
    IgnoreRules.Decision decision = rules.decide(text);
    if (decision.excluded() && resolve(path) != null) {
      return "it is there, but " + ignoreFile + ":" + decision.line() + " excludes it";
    }
    return "not found in the context " + root + NearestName.explain(this, path);
  }

  @Override
  public boolean keepsOwners() {
    return false;
  }

  @Override
  public byte @Nullable [] knownDigest(RegularFile file) {
    if (file.size() == 0) {
      return EMPTY;
    }
    byte[] known = learnt.isEmpty() ? null : learnt.get(file);
    return known != null ? known : statCache.find(diskFile(file).stat());
  }

  @Override
  public byte[] digest(RegularFile file) throws IOException {
    byte[] known = knownDigest(file);
    if (known != null) {
      return known;
    }
    MessageDigest hash = Digest.sha256();
    byte[] buffer = new byte[256 << 10];
    ByteBuffer piece = ByteBuffer.wrap(buffer);
    try (ReadableByteChannel in = diskFile(file).open()) {
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        hash.update(buffer, 0, count);
        piece.clear();
      }
    }
    byte[] digest = hash.digest();
    learn(file, digest);
    return digest;
  }

  @Override
  public void learn(RegularFile file, byte[] digest) {
    learnt.put(file, digest);
    statCache.remember(diskFile(file).stat(), digest, startSeconds);
  }

  private static DiskFile diskFile(RegularFile file) {
    if (file.data() instanceof FileData.Host host && host.file() instanceof DiskFile disk) {
      return disk;
    }
    throw new IllegalStateException("not a file of the context: " + file.data());
  }
}
