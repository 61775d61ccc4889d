package jbuild.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.MediaTypes;

/** What tests let a second JVM do with a data root; prints a line when it is under way. */
final class OtherProcess {
  private OtherProcess() {}

  static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(OtherProcess.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return process;
  }

  /** Waits for the line that a started process prints. */
  static void awaitReady(Process process) throws IOException {
    InputStream out = process.getInputStream();
    int c;
    do {
      c = out.read();
      if (c < 0) {
        throw new IOException("the other process ended before it was ready");
      }
    } while (c != '\n');
  }

  /** The same bytes in every process. */
  static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @SuppressWarnings("try") // the lock is held, not looked at
  public static void main(String[] arguments) throws Exception {
    DataRoot root = new DataRoot(Path.of(arguments[1])).create();
    BlobStore blobs = new BlobStore(root);
    switch (arguments[0]) {
      case "write-forever" -> {
        WorkDirs.WorkDir work = new WorkDirs(root, new Trash(root, new TestTreeRemover())).create();
        BlobWriter writer = blobs.create();
        writer.write(new byte[3 * BufferPool.BUFFER_SIZE]);
        System.out.println(work.path());
        Thread.sleep(Long.MAX_VALUE);
      }
      case "put-blobs" -> {
        System.out.println("ready");
        for (int i = 0; i < 20; i++) {
          try (BlobWriter writer = blobs.create()) {
            writer.write(content((i << 18) + 1));
            writer.commit();
          }
        }
      }
      case "put-names" -> {
        System.out.println("ready");
        Digest digest = blobs.put(new byte[] {1});
        References references = new References(root);
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
          references.put(arguments[2] + ":" + i, Descriptor.of(MediaTypes.MANIFEST, digest, 1));
        }
      }
      case "hold-lock" -> {
        try (StoreLock lock = StoreLock.acquire(root, "test")) {
          System.out.println("held");
          System.in.read();
        }
      }
      case "hold-key" -> {
        try (KeyLocks.KeyLock lock =
            root.keyLocks("test").acquire(new Digest(arguments[2]), () -> {})) {
          System.out.println("held");
          System.in.read();
        }
      }
      case "hold-and-wait" -> {
        KeyLocks locks = root.keyLocks("test");
        Thread waiting =
            new Thread(
                () -> {
                  try (KeyLocks.KeyLock lock = locks.acquire(new Digest(arguments[3]), () -> {})) {
                    System.out.println("got it");
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
        try (KeyLocks.KeyLock lock = locks.acquire(new Digest(arguments[2]), () -> {})) {
          waiting.start();
          System.out.println("held");
          System.in.read();
        }
        waiting.join();
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }
}
