package jbuild.fs.erofs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What erofs-utils says of an image, where a version is installed that knows 512-byte blocks. */
class FsckErofsTest {
  @TempDir Path dir;

  @Test
  void fsck_erofs_finds_no_fault() throws IOException, InterruptedException {
    boolean installed = Files.isExecutable(Path.of("/usr/bin/fsck.erofs"));
    if (!installed) {
      System.err.println("skipped FsckErofsTest: no /usr/bin/fsck.erofs");
    }
    assumeTrue(installed);
    Path device = Files.write(dir.resolve("device"), new byte[1 << 16]);
    byte[] image = TestInode.image(TestTrees.boundaries(), Files.size(device));
    Path index = Files.write(dir.resolve("index"), image);
    Process fsck =
        new ProcessBuilder("/usr/bin/fsck.erofs", "--device=" + device, index.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(fsck.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = fsck.waitFor();
    // erofs-utils before 1.6 know only blocks of 4096 bytes (Debian 12 has 1.5).
    boolean old = output.contains("blksize 512 isn't supported");
    if (old) {
      System.err.println("skipped FsckErofsTest: this fsck.erofs refuses 512-byte blocks");
    }
    assumeTrue(!old);
    assertEquals(0, status, output);
  }
}
