package jbuild.step;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Directory;
import jbuild.layer.Entry;
import jbuild.layer.FileData;
import jbuild.layer.HostFile;
import jbuild.layer.Inode;
import jbuild.layer.RegularFile;
import jbuild.layer.Special;
import jbuild.layer.Symlink;
import jbuild.layer.TreeView;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/** The file system of another stage or image, read from its layers without a mount. */
public final class StageSource implements CopySource {
  private final String name;
  private final TreeView view;
  private final IdentityHashMap<RegularFile, byte[]> digests = new IdentityHashMap<>();

  /** A file of the view; a stream of it is opened when its content is needed. */
  private record ViewFile(TreeView view, Entry entry) implements HostFile {
    @Override
    public ReadableByteChannel open() throws IOException {
      return Channels.newChannel(view.open(entry));
    }

    @Override
    public String toString() {
      return entry.path().toString();
    }
  }

  /**
   * @param name of the stage, for messages
   */
  public StageSource(String name, TreeView view) {
    this.name = name;
    this.view = view;
  }

  @Override
  public List<ByteString> list(BytePath directory) throws IOException {
    Entry entry = view.lookup(view.resolve(directory, true));
    if (entry == null || !entry.isDirectory()) {
      return List.of();
    }
    List<ByteString> names = new ArrayList<>();
    for (Entry child : view.list(entry.path())) {
      names.add(child.path().name());
    }
    return names;
  }

  @Override
  public @Nullable Inode open(BytePath path) throws IOException {
    BytePath resolved = view.resolve(path, true);
    Entry entry = view.lookup(resolved);
    if (entry == null) {
      if (!path.isRoot() && view.lookup(view.resolve(path, false)) != null) {
        throw CopyException.leadsNowhere(path, name);
      }
      return path.isRoot() ? Directory.implied() : null;
    }
    return inode(entry, new HashMap<>());
  }

  @Override
  public @Nullable Inode entry(BytePath path) throws IOException {
    Entry entry = view.lookup(path.isRoot() ? path : view.resolve(path, false));
    return entry == null ? null : inode(entry, new HashMap<>());
  }

  @Override
  public @Nullable Directory directory(BytePath path) throws IOException {
    Entry entry = view.lookup(view.resolve(path, true));
    if (entry == null) {
      return path.isRoot() ? Directory.implied() : null;
    }
    return entry.isDirectory() ? new Directory(entry.attributes()) : null;
  }

  /** Hard links within one source stay hard links. */
  private Inode inode(Entry entry, Map<Long, Inode> linked) throws IOException {
    if (entry.type() == FileType.DIRECTORY) {
      Directory directory = new Directory(entry.attributes());
      for (Entry child : view.list(entry.path())) {
        directory.put(child.path().name(), inode(child, linked));
      }
      return directory;
    }
    Inode known = linked.get(entry.identity());
    if (known == null) {
      known = single(entry);
      linked.put(entry.identity(), known);
    }
    return known;
  }

  private Inode single(Entry entry) {
    ByteString target = entry.linkTarget();
    if (target != null) {
      return new Symlink(entry.attributes(), target);
    }
    if (entry.type() == FileType.REGULAR) {
      FileData data = new FileData.Host(new ViewFile(view, entry));
      return new RegularFile(entry.attributes(), entry.size(), data);
    }
    return new Special(entry.attributes(), entry.type(), entry.major(), entry.minor());
  }

  @Override
  public String whyMissing(BytePath path) throws IOException {
    return "not found in " + name + NearestName.explain(this, path);
  }

  @Override
  public boolean keepsOwners() {
    return true;
  }

  @Override
  public byte @Nullable [] knownDigest(RegularFile file) {
    return digests.get(file);
  }

  @Override
  public byte[] digest(RegularFile file) throws IOException {
    byte[] known = digests.get(file);
    if (known == null) {
      known =
          file.data() instanceof FileData.Host host ? hash(host.file()) : Digest.sha256().digest();
      digests.put(file, known);
    }
    return known;
  }

  private static byte[] hash(HostFile file) throws IOException {
    MessageDigest hash = Digest.sha256();
    byte[] buffer = new byte[256 << 10];
    try (InputStream in = Channels.newInputStream(file.open())) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    }
    return hash.digest();
  }

  @Override
  public void learn(RegularFile file, byte[] digest) {
    digests.put(file, digest);
  }
}
