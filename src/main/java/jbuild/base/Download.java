package jbuild.base;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a file by HTTP. What has come stays when the transfer breaks off, and the next one goes
 * on from there, if the server still has the same file (RFC 9110: Range, If-Range).
 */
public final class Download {
  /** Breaks in a row after which nothing has come. */
  private static final int MAX_FAILURES = 5;

  private static final int PIECE = 256 << 10;

  private final String url;
  private final Path file;
  private final Path validatorFile;
  private final FetchRules rules;
  private final HttpRequests requests;
  private final ImportProgress progress;

  /** Of the version that the last answer was about. */
  private Validators validators = Validators.NONE;

  private boolean unchanged;

  private Download(
      String url, Path directory, FetchRules rules, Validators known, ImportProgress progress) {
    String name = Digest.of(url.getBytes(StandardCharsets.UTF_8)).hex();
    this.url = url;
    this.rules = rules;
    this.requests = new HttpRequests(url, rules, known);
    this.file = directory.resolve(name + ".part");
    this.validatorFile = directory.resolve(name + ".validator");
    this.progress = progress;
  }

  /** Whether {@code source} is something to be fetched. */
  public static boolean isUrl(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    return lower.startsWith("http://") || lower.startsWith("https://");
  }

  /** A file that was fetched; closing it removes it. */
  public static final class Fetched implements AutoCloseable {
    private final Download download;
    private final FileChannel channel;

    private Fetched(Download download, FileChannel channel) {
      this.download = download;
      this.channel = channel;
    }

    public Path path() {
      return download.file;
    }

    /** Whether the server says that the version which the caller knows is still the one. */
    public boolean isUnchanged() {
      return download.unchanged;
    }

    /** Of what was fetched. */
    public Validators validators() {
      return download.validators;
    }

    /** Gives the whole file the name {@code target}, durably; closing then removes nothing. */
    public void moveTo(Path target) throws IOException {
      channel.force(false);
      Files.move(download.file, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The last part of the URL's path. */
    public String name() {
      String path = download.url.replaceFirst("[?#].*", "");
      return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(download.validatorFile);
      Files.deleteIfExists(download.file);
      channel.close();
    }
  }

  /**
   * Fetches {@code url}, beginning where an earlier attempt ended. Others who want the same wait.
   *
   * @param directory where parts of files are kept
   */
  public static Fetched fetch(String url, Path directory, FetchRules rules, ImportProgress progress)
      throws IOException {
    return fetch(url, directory, rules, Validators.NONE, progress);
  }

  /**
   * As above, unless the server still has the version that {@code known} tells of: then nothing is
   * transferred, and {@link Fetched#isUnchanged} says so.
   */
  public static Fetched fetch(
      String url, Path directory, FetchRules rules, Validators known, ImportProgress progress)
      throws IOException {
    Download download = new Download(url, directory, rules, known, progress);
    FileChannel channel =
        FileChannel.open(download.file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.lock();
      if (!lock.isValid()) {
        throw download.requests.failure("the lock of " + download.file + " is lost");
      }
      download.run(channel);
      return new Fetched(download, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void run(FileChannel channel) throws IOException {
    int failures = 0;
    while (true) {
      long before = channel.size();
      try {
        if (transfer(channel)) {
          return;
        }
      } catch (BaseException refused) {
        throw refused;
      } catch (IOException broken) {
        failures = channel.size() > before ? 1 : failures + 1;
        if (failures >= MAX_FAILURES) {
          throw requests.failure(why(broken) + whatIsKept(channel.size()), broken);
        }
      }
    }
  }

  /** Of an unknown host the exception says the name only. */
  private static String why(IOException broken) {
    if (broken instanceof UnknownHostException) {
      return "no host " + broken.getMessage() + " is known";
    }
    return broken.getMessage() == null ? broken.toString() : broken.getMessage();
  }

  private static String whatIsKept(long bytes) {
    return bytes == 0 ? "" : " (" + bytes + " bytes are kept: the same command goes on from there)";
  }

  /** One request; false when it has to begin again. */
  private boolean transfer(FileChannel channel) throws IOException {
    long have = channel.size();
    String validator = have > 0 && Files.exists(validatorFile) ? read(validatorFile) : null;
    HttpURLConnection connection = requests.send(validator == null ? 0 : have, validator);
    try {
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_NOT_MODIFIED) {
        unchanged = true;
        return true;
      }
      if (status == HttpRequests.RANGE_NOT_SATISFIABLE) {
        // Nothing is behind what we have: it is whole, or another file.
        remember(connection);
        return isWhole(connection, have) || restart(channel);
      }
      long start = status == HttpURLConnection.HTTP_PARTIAL ? have : 0;
      if (status == HttpURLConnection.HTTP_PARTIAL
          && rangeStart(connection.getHeaderField("Content-Range")) != have) {
        return restart(channel);
      }
      channel.truncate(start);
      remember(connection);
      long length = connection.getContentLengthLong();
      if (length > rules.maxBytes() - start) {
        throw tooLarge();
      }
      progress.expect(length < 0 ? 0 : start + length - progress.total());
      copy(connection, channel, start);
      if (length >= 0 && channel.size() != start + length) {
        throw new IOException(
            "the connection ended after " + channel.size() + " of " + (start + length) + " bytes");
      }
      return true;
    } finally {
      connection.disconnect();
    }
  }

  private static boolean isWhole(HttpURLConnection connection, long have) {
    String range = connection.getHeaderField("Content-Range"); // "bytes */LENGTH"
    return range != null && range.strip().equals("bytes */" + have);
  }

  private boolean restart(FileChannel channel) throws IOException {
    Files.deleteIfExists(validatorFile);
    channel.truncate(0);
    return false;
  }

  /** N of {@code bytes N-M/LENGTH}; -1 when it is nothing of the kind. */
  private static long rangeStart(@Nullable String range) {
    if (range == null || !range.startsWith("bytes ")) {
      return -1;
    }
    int dash = range.indexOf('-');
    try {
      return dash < 0 ? -1 : Long.parseLong(range.substring("bytes ".length(), dash).strip());
    } catch (NumberFormatException notOne) {
      return -1;
    }
  }

  private BaseException tooLarge() {
    return requests.failure("it is larger than " + rules.maxBytes() + " bytes");
  }

  /** Keeps what tells this version of the file from others; without it there is no going on. */
  private void remember(HttpURLConnection connection) throws IOException {
    validators =
        new Validators(
            connection.getHeaderField("ETag"), connection.getHeaderField("Last-Modified"));
    String validator = validators.strong();
    if (validator == null) {
      Files.deleteIfExists(validatorFile);
    } else {
      Files.writeString(validatorFile, validator);
    }
  }

  private static String read(Path path) throws IOException {
    return Files.readString(path).strip();
  }

  private void copy(HttpURLConnection connection, FileChannel channel, long start)
      throws IOException {
    progress.advance(start - progress.done());
    byte[] piece = new byte[PIECE];
    long at = start;
    try (InputStream in = connection.getInputStream()) {
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        if (at + count > rules.maxBytes()) {
          channel.truncate(0);
          throw tooLarge();
        }
        requests.millisLeft();
        ByteBuffer bytes = ByteBuffer.wrap(piece, 0, count);
        while (bytes.hasRemaining()) {
          at += channel.write(bytes, at);
        }
        progress.advance(count);
      }
    }
  }
}
