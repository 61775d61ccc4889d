package jbuild.step;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.Attributes;
import jbuild.layer.FileData;
import jbuild.layer.HostFile;
import jbuild.layer.Inode;
import jbuild.layer.RegularFile;
import jbuild.remote.HttpFile;
import jbuild.store.VerifyingInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One file that came by HTTP, root's, for root's eyes, and as old as the server said (BuildKit,
 * source/http; reference, "ADD").
 */
public final class FetchedFileSource implements CopySource {
  private static final int MODE = 0600;

  private final BytePath path;
  private final RegularFile file;
  private final byte[] digest;

  /**
   * @param name that the file has in the root of this source
   */
  public FetchedFileSource(String name, HttpFile fetched) {
    this.path = BytePath.ROOT.child(ByteString.of(name));
    this.file =
        new RegularFile(
            Attributes.of(MODE, 0, 0, fetched.modifiedSeconds()),
            fetched.size(),
            new FileData.Host(new Content(fetched)));
    this.digest = hash(fetched);
  }

  private static byte[] hash(HttpFile fetched) {
    String hex = fetched.digest().hex();
    byte[] hash = new byte[hex.length() / 2];
    for (int i = 0; i < hash.length; i++) {
      hash[i] = (byte) Integer.parseInt(hex, 2 * i, 2 * i + 2, 16);
    }
    return hash;
  }

  /** Read again, it must still be what its name says. */
  private record Content(HttpFile fetched) implements HostFile {
    @Override
    public ReadableByteChannel open() throws IOException {
      InputStream in = Files.newInputStream(fetched.path());
      return Channels.newChannel(new VerifyingInputStream(in, fetched.digest()));
    }

    @Override
    public String toString() {
      return fetched.path().toString();
    }
  }

  @Override
  public List<ByteString> list(BytePath directory) {
    return directory.isRoot() ? List.of(path.name()) : List.of();
  }

  @Override
  public @Nullable Inode open(BytePath wanted) {
    return wanted.equals(path) ? file : null;
  }

  @Override
  public @Nullable Inode entry(BytePath wanted) {
    return open(wanted);
  }

  @Override
  public boolean unpacksArchives() {
    return false;
  }

  @Override
  public String whyMissing(BytePath wanted) {
    return "what was fetched is one file, " + path.name();
  }

  @Override
  public boolean keepsOwners() {
    return false;
  }

  @Override
  public byte[] knownDigest(RegularFile asked) {
    return digest;
  }

  @Override
  public byte[] digest(RegularFile asked) {
    return digest;
  }

  @Override
  public void learn(RegularFile read, byte[] content) {
    // it is known
  }
}
