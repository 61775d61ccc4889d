package jbuild.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jbuild.graph.CopyOptions;
import jbuild.graph.InlineFile;
import jbuild.graph.ModeChange;
import jbuild.graph.Operation;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.FileData;
import jbuild.layer.HostFile;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.TreeView;
import jbuild.oci.Digest;
import jbuild.sandbox.Identity;
import jbuild.snapshot.ImageUsers;
import org.jspecify.annotations.Nullable;

/**
 * COPY, and ADD of local files. It needs neither a mount nor privilege: destinations are resolved
 * in the merged tree of the layers below, and the layer is written from the source in one pass.
 *
 * <p>First {@link #find} looks the sources up. Then the step has a {@link #shape}, known from stat
 * alone, and a {@link #contentDigest}, which may need contents to be read. Last {@link #place} lays
 * out the layer, whose contents can be read until the step is closed.
 */
public final class CopyStep implements AutoCloseable {
  /** mtime of heredoc files and of directories that have none: fixed, so that layers repeat. */
  private static final long NO_TIME = 0;

  private static final int INLINE_FILE_MODE = 0644;

  private final Operation.CopyOp request;
  private final CopySource source;
  private final Path scratch;
  private final List<CopyItem> found = new ArrayList<>();
  private final List<Archive> archives = new ArrayList<>();

  /**
   * @param scratch a directory for what has to be kept until the step is closed
   */
  public CopyStep(Operation.CopyOp request, CopySource source, Path scratch) {
    this.request = request;
    this.source = source;
    this.scratch = scratch;
  }

  /**
   * Looks the sources up.
   *
   * @throws IOException naming what is missing and why, or what cannot be copied
   */
  public void find() throws IOException {
    found.addAll(new CopySelection(request, source).select());
  }

  /** Whether there is nothing to copy, which {@code --optional} allows. */
  public boolean isEmpty() {
    return found.isEmpty() && request.files().isEmpty();
  }

  /** A digest of all that is known without reading contents. */
  public Digest shape() throws IOException {
    return whole(digest(ContentDigest.Contents.NONE));
  }

  /** The {@link #contentDigest} if no file has to be read for it; null otherwise. */
  public @Nullable Digest knownContentDigest() throws IOException {
    return digest(ContentDigest.Contents.KNOWN);
  }

  /**
   * Who {@code --chown} names in the image {@code below}: a number without a group stands for the
   * group of the same number as well.
   */
  public static Identity owner(TreeView below, String chown) throws IOException {
    boolean number = !chown.isEmpty();
    for (int i = 0; i < chown.length(); i++) {
      number &= chown.charAt(i) >= '0' && chown.charAt(i) <= '9';
    }
    return ImageUsers.resolve(below, number ? chown + ":" + chown : chown);
  }

  /** What of {@code request} decides what is copied of a source. */
  public static void selection(CacheKey.Builder key, Operation.CopyOp request) {
    for (Operation.Source operand : request.sources()) {
      key.with("source", operand.path());
      if (request.options().parents()) {
        key.with("pivot", Integer.toString(operand.pivot()));
      }
    }
    key.withAll("exclude", request.options().exclude());
  }

  /** What the result of {@code request} depends on beside the layers below and the content. */
  public static CacheKey.Builder key(Operation.CopyOp request) {
    String chown = request.chown();
    ModeChange chmod = request.chmod();
    CopyOptions options = request.options();
    Boolean unpack = options.unpack();
    CacheKey.Builder key = CacheKey.of(request.isAdd() ? "add" : "copy");
    selection(key, request);
    for (InlineFile file : request.files()) {
      key.with("file", file.name()).with("file content", file.content());
    }
    return key.with("destination", request.destination())
        .with("destination kind", request.destinationIsDirectory() ? "directory" : "any")
        .with("chown", chown == null ? "" : chown)
        .with("chmod", chmod == null ? "" : chmod.toString())
        .with("link", options.link() ? "yes" : "no")
        .with("unpack", unpack == null ? "" : unpack.toString());
  }

  /** The digest of what is copied, contents included. */
  public Digest contentDigest() throws IOException {
    return whole(digest(ContentDigest.Contents.ALL));
  }

  private static Digest whole(@Nullable Digest digest) {
    return Objects.requireNonNull(digest, "only what is known was asked for");
  }

  private @Nullable Digest digest(ContentDigest.Contents contents) throws IOException {
    ContentDigest digest = new ContentDigest(source, contents);
    for (CopyItem one : found) {
      // A directory's own name is not copied; a file's name may be.
      digest.addSource(
          one.inode() instanceof Directory || one.path().isRoot()
              ? ByteString.EMPTY
              : one.path().name(),
          one.inode());
    }
    return digest.finish();
  }

  /**
   * Lays the copies out on the tree below.
   *
   * @param owner who {@code --chown} names; null without it
   * @return the layer; its contents are read, and thereby hashed, when it is written
   */
  public LayerTree place(TreeView below, @Nullable Identity owner) throws IOException {
    CopyPlacement placement =
        new CopyPlacement(
            below,
            new CopyPlacement.Changes(
                owner == null ? null : new CopyPlacement.Owner(owner.uid(), owner.gid()),
                request.chmod(),
                source.keepsOwners()),
            NO_TIME,
            this::adopt);
    BytePath destination = placement.resolve(BytePath.parse(request.destination()));
    Boolean unpack = request.options().unpack();
    for (CopyItem one : found) {
      placement.nextSource();
      if (one.inode() instanceof Directory directory) {
        placement.putContents(directory, destination);
        placement.takeTime(directory, destination);
        continue;
      }
      boolean unpacks = request.isAdd() && (unpack == null ? one.unpacks() : unpack);
      Archive archive = unpacks && one.inode() instanceof RegularFile file ? open(file) : null;
      if (archive != null) {
        new ArchivePlacement(placement).unpack(archive.tree(), destination);
      } else {
        placement.put(one.inode(), target(placement, destination, one.path().name()));
      }
    }
    for (InlineFile file : request.files()) {
      byte[] content = file.content().getBytes(StandardCharsets.UTF_8);
      Inode inode =
          new RegularFile(
              Attributes.of(INLINE_FILE_MODE, 0, 0, NO_TIME),
              content.length,
              new FileData.Bytes(content));
      placement.put(inode, target(placement, destination, ByteString.of(file.name())));
    }
    return placement.tree();
  }

  /**
   * The place of a file: in the destination if that is a directory, as those are that a directory
   * or an archive was copied to before. A symbolic link of that name is replaced, not followed.
   */
  private BytePath target(CopyPlacement placement, BytePath destination, ByteString name)
      throws IOException {
    if (request.destinationIsDirectory() || destination.isRoot()) {
      placement.directory(destination);
    } else if (!placement.isDirectory(destination)) {
      if (found.size() + request.files().size() > 1) {
        throw new CopyException(
            "several files to "
                + request.destination()
                + ": the destination must be a directory (end it with /)");
      }
      return destination;
    }
    return destination.child(name);
  }

  private @Nullable Archive open(RegularFile file) throws IOException {
    if (!(file.data() instanceof FileData.Host host)) {
      return null; // an empty file is no archive
    }
    HostFile content = adopt(file) instanceof FileData.Host once ? once.file() : host.file();
    Archive archive = Archive.open(host.file(), content, scratch);
    if (archive != null) {
      archives.add(archive);
    }
    return archive;
  }

  @Override
  public void close() throws IOException {
    for (Archive archive : archives) {
      archive.close();
    }
    archives.clear();
  }

  private FileData adopt(RegularFile file) {
    if (file.data() instanceof FileData.Host host
        && !(host.file() instanceof ArchiveMember)
        && source.knownDigest(file) == null) {
      return new FileData.Host(
          new DigestingFile(host.file(), digest -> source.learn(file, digest)));
    }
    return file.data();
  }
}
