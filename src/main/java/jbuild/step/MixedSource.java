package jbuild.step;

import java.io.IOException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import jbuild.graph.Operation;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Directory;
import jbuild.layer.Inode;
import jbuild.layer.RegularFile;
import org.jspecify.annotations.Nullable;

/**
 * The sources of an ADD of which some were fetched: paths are looked up in the context, each of the
 * others in what came of it. Everything belongs to root.
 */
public final class MixedSource implements CopySource {
  private final CopySource context;
  private final Map<Operation.Source, CopySource> fetched = new HashMap<>();
  private final IdentityHashMap<RegularFile, CopySource> files = new IdentityHashMap<>();

  public MixedSource(CopySource context) {
    this.context = context;
  }

  /** Says where {@code operand} is to be looked up. */
  public void add(Operation.Source operand, CopySource source) {
    fetched.put(operand, source);
  }

  @Override
  public CopySource of(Operation.Source operand) {
    CopySource source = fetched.get(operand);
    return source == null ? context : new Fetched(source);
  }

  /** Notes which files come from where: they are asked for one by one afterwards. */
  private final class Fetched implements CopySource {
    private final CopySource source;

    Fetched(CopySource source) {
      this.source = source;
    }

    @Override
    public List<ByteString> list(BytePath directory) throws IOException {
      return source.list(directory);
    }

    @Override
    public @Nullable Inode open(BytePath path) throws IOException {
      Inode inode = source.open(path);
      if (inode != null) {
        note(inode);
      }
      return inode;
    }

    @Override
    public @Nullable Inode entry(BytePath path) throws IOException {
      Inode inode = source.entry(path);
      if (inode != null) {
        note(inode);
      }
      return inode;
    }

    @Override
    public boolean unpacksArchives() {
      return source.unpacksArchives();
    }

    private void note(Inode inode) {
      if (inode instanceof RegularFile file) {
        files.put(file, source);
      } else if (inode instanceof Directory directory) {
        directory.children().values().forEach(this::note);
      }
    }

    @Override
    public String whyMissing(BytePath path) throws IOException {
      return source.whyMissing(path);
    }

    @Override
    public boolean keepsOwners() {
      return false;
    }

    @Override
    public byte @Nullable [] knownDigest(RegularFile file) {
      return source.knownDigest(file);
    }

    @Override
    public byte[] digest(RegularFile file) throws IOException {
      return source.digest(file);
    }

    @Override
    public void learn(RegularFile file, byte[] digest) {
      source.learn(file, digest);
    }
  }

  @Override
  public List<ByteString> list(BytePath directory) throws IOException {
    return context.list(directory);
  }

  @Override
  public @Nullable Inode open(BytePath path) throws IOException {
    return context.open(path);
  }

  @Override
  public @Nullable Inode entry(BytePath path) throws IOException {
    return context.entry(path);
  }

  @Override
  public String whyMissing(BytePath path) throws IOException {
    return context.whyMissing(path);
  }

  @Override
  public boolean keepsOwners() {
    return false;
  }

  @Override
  public byte @Nullable [] knownDigest(RegularFile file) {
    return files.getOrDefault(file, context).knownDigest(file);
  }

  @Override
  public byte[] digest(RegularFile file) throws IOException {
    return files.getOrDefault(file, context).digest(file);
  }

  @Override
  public void learn(RegularFile file, byte[] digest) {
    files.getOrDefault(file, context).learn(file, digest);
  }
}
