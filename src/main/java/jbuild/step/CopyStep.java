package jbuild.step;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jbuild.graph.InlineFile;
import jbuild.graph.ModeChange;
import jbuild.graph.Operation;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.FileData;
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
 * out the layer.
 */
public final class CopyStep {
  /** mtime of heredoc files and of directories that have none: fixed, so that layers repeat. */
  private static final long NO_TIME = 0;

  private static final int INLINE_FILE_MODE = 0644;

  /** One object to copy, and the name it has where it comes from. */
  private record Found(BytePath path, Inode inode, boolean isRemote) {}

  private final Operation.CopyOp request;
  private final CopySource source;
  private final List<Found> found = new ArrayList<>();

  public CopyStep(Operation.CopyOp request, CopySource source) {
    this.request = request;
    this.source = source;
  }

  /**
   * Looks the sources up.
   *
   * @throws IOException naming what is missing and why, or what cannot be copied
   */
  public void find() throws IOException {
    for (Operation.Source operand : request.sources()) {
      CopySource from = source.of(operand);
      for (BytePath path : new SourcePattern(operand).match(from)) {
        Inode inode = from.open(path);
        if (inode != null) {
          found.add(new Found(path, inode, operand.remote() != null));
        } else if (!operand.wildcard()) {
          throw new CopyException(operand.written() + ": " + from.whyMissing(path));
        }
      }
    }
    if (found.isEmpty() && request.files().isEmpty()) {
      throw new CopyException(request.sources().get(0).written() + ": nothing matches the pattern");
    }
  }

  /**
   * As {@link #find}, and refuses archives among files never seen before, which only their contents
   * tell: a step that cannot be executed shall not be found after others were.
   */
  public void check() throws IOException {
    find();
    for (Found one : found) {
      if (request.isAdd()
          && !one.isRemote
          && one.inode instanceof RegularFile file
          && source.knownDigest(file) == null) {
        LocalArchive.refuse(one.path, file);
      }
    }
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

  /** What the result of {@code request} depends on beside the layers below and the content. */
  public static CacheKey.Builder key(Operation.CopyOp request) {
    String chown = request.chown();
    ModeChange chmod = request.chmod();
    CacheKey.Builder key = CacheKey.of(request.isAdd() ? "add" : "copy");
    for (Operation.Source operand : request.sources()) {
      key.with("source", operand.path());
    }
    for (InlineFile file : request.files()) {
      key.with("file", file.name()).with("file content", file.content());
    }
    return key.with("destination", request.destination())
        .with("destination kind", request.destinationIsDirectory() ? "directory" : "any")
        .with("chown", chown == null ? "" : chown)
        .with("chmod", chmod == null ? "" : chmod.toString());
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
    for (Found one : found) {
      // A directory's own name is not copied; a file's name may be.
      digest.addSource(
          one.inode instanceof Directory || one.path.isRoot() ? ByteString.EMPTY : one.path.name(),
          one.inode);
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
    boolean intoDirectory =
        request.destinationIsDirectory()
            || placement.isDirectory(destination)
            || destination.isRoot();
    if (!intoDirectory && found.size() + request.files().size() > 1) {
      throw new CopyException(
          "several files to "
              + request.destination()
              + ": the destination must be a directory (end it with /)");
    }
    for (Found one : found) {
      placement.nextSource();
      if (request.isAdd() && !one.isRemote && one.inode instanceof RegularFile file) {
        LocalArchive.refuse(one.path, file);
      }
      if (one.inode instanceof Directory directory) {
        placement.putContents(directory, destination);
      } else if (intoDirectory) {
        placement.put(one.inode, target(placement, destination, one.path.name()));
      } else {
        placement.put(one.inode, destination);
      }
    }
    for (InlineFile file : request.files()) {
      byte[] content = file.content().getBytes(StandardCharsets.UTF_8);
      Inode inode =
          new RegularFile(
              Attributes.of(INLINE_FILE_MODE, 0, 0, NO_TIME),
              content.length,
              new FileData.Bytes(content));
      placement.put(
          inode,
          intoDirectory ? target(placement, destination, ByteString.of(file.name())) : destination);
    }
    return placement.tree();
  }

  /** The place of a file in a directory; a symbolic link of that name is replaced, not followed. */
  private static BytePath target(CopyPlacement placement, BytePath directory, ByteString name)
      throws IOException {
    placement.directory(directory);
    return directory.child(name);
  }

  private FileData adopt(RegularFile file) {
    if (file.data() instanceof FileData.Host host && source.knownDigest(file) == null) {
      return new FileData.Host(
          new DigestingFile(host.file(), digest -> source.learn(file, digest)));
    }
    return file.data();
  }
}
