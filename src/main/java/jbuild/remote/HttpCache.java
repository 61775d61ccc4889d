package jbuild.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import jbuild.base.Download;
import jbuild.base.FetchRules;
import jbuild.base.ImportProgress;
import jbuild.base.Validators;
import jbuild.graph.RemoteSource;
import jbuild.oci.Digest;
import jbuild.store.DataRoot;
import jbuild.store.KeyLocks;
import org.jspecify.annotations.Nullable;

/**
 * Files fetched by HTTP, by their content, in {@code cache/downloads/}: {@code HEX} is a file, and
 * {@code HEX.url} what the URL of that digest led to. A server is asked each time whether it still
 * has the same, unless the caller knows the digest and the file is there.
 */
public final class HttpCache {
  private static final int BUFFER = 256 << 10;

  private final DataRoot root;
  private final FetchRules rules;

  public HttpCache(DataRoot root, FetchRules rules) {
    this.root = root;
    this.rules = rules;
  }

  /**
   * The file at {@code url}. Others who want the same URL wait.
   *
   * @param expected the digest that it must have; null for any
   * @throws IOException also when it has another digest; the file is then not kept
   */
  @SuppressWarnings("try") // a lock is held, not looked at
  public HttpFile get(String url, @Nullable Digest expected) throws IOException {
    Digest key = Digest.of(url.getBytes(StandardCharsets.UTF_8));
    Path recordFile = root.downloads().resolve(key.hex() + ".url");
    try (KeyLocks.KeyLock lock = root.keyLocks("downloads").acquire(key, () -> {})) {
      HttpRecord before = HttpRecord.read(recordFile);
      if (expected != null && root.keep(file(expected))) {
        return open(
            before != null && before.content().equals(expected)
                ? before
                : new HttpRecord(expected, Validators.NONE));
      }
      HttpRecord known = before != null && isThere(recordFile, before) ? before : null;
      Validators validators = known == null ? Validators.NONE : known.validators();
      try (Download.Fetched fetched =
          Download.fetch(url, root.downloads(), rules, validators, new ImportProgress())) {
        if (known != null && fetched.isUnchanged()) {
          check(url, known.content(), expected);
          return open(known);
        }
        HttpRecord now = new HttpRecord(digest(fetched.path()), fetched.validators());
        check(url, now.content(), expected);
        fetched.moveTo(file(now.content()));
        root.replaceNotDurably(recordFile, now.print());
        return open(now);
      }
    }
  }

  private boolean isThere(Path recordFile, HttpRecord record) throws IOException {
    return root.keep(recordFile) && root.keep(file(record.content()));
  }

  private static void check(String url, Digest actual, @Nullable Digest expected)
      throws RemoteException {
    if (expected != null && !expected.equals(actual)) {
      throw new RemoteException(
          "fetch "
              + RemoteSource.hideUser(url)
              + ": its checksum is "
              + actual
              + ", and not "
              + expected
              + " as --checksum says");
    }
  }

  private Path file(Digest content) {
    return root.downloads().resolve(content.hex());
  }

  private HttpFile open(HttpRecord record) throws IOException {
    Path file = file(record.content());
    return new HttpFile(record.content(), file, Files.size(file), record.modifiedSeconds());
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest hash = Digest.sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        hash.update(buffer, 0, count);
      }
    }
    return Digest.ofHash(hash.digest());
  }
}
