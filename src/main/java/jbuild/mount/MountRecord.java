package jbuild.mount;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import jbuild.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of a mount; whether it is still there, the kernel's tables say.
 *
 * @param id that the kernel shows as the mount's source, {@code jbuild:ID}
 * @param image as it was typed
 * @param imageId digest of the image's configuration
 * @param manifest of the image, which the mount keeps in the store
 * @param boot the kernel's boot ID: after a restart no mount of before is left
 * @param pidNamespace inode of the pid namespace in which it was made
 */
record MountRecord(
    String id,
    String image,
    Digest imageId,
    Digest manifest,
    boolean writable,
    String boot,
    long pidNamespace) {
  static final String FILE = "mount";

  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  static String thisBoot() throws IOException {
    return Files.readString(BOOT, StandardCharsets.ISO_8859_1).strip();
  }

  /** The record in the directory {@code place}; null when that is being removed. */
  static @Nullable MountRecord read(Path place) throws IOException {
    Properties lines = new Properties();
    try (InputStream in = Files.newInputStream(place.resolve(FILE))) {
      lines.load(in);
      return new MountRecord(
          place.getFileName().toString(),
          lines.getProperty("image", ""),
          Digest.parse(lines.getProperty("imageId", "")),
          Digest.parse(lines.getProperty("manifest", "")),
          Boolean.parseBoolean(lines.getProperty("writable")),
          lines.getProperty("boot", ""),
          Long.parseLong(lines.getProperty("pidNamespace", "")));
    } catch (NoSuchFileException removed) {
      return null;
    } catch (IllegalArgumentException damaged) {
      throw new MountException(
          "read " + place.resolve(FILE) + ": it is damaged (umount what it stands for, remove it)",
          damaged);
    }
  }

  byte[] print() throws IOException {
    Properties lines = new Properties();
    lines.setProperty("image", image);
    lines.setProperty("imageId", imageId.toString());
    lines.setProperty("manifest", manifest.toString());
    lines.setProperty("writable", Boolean.toString(writable));
    lines.setProperty("boot", boot);
    lines.setProperty("pidNamespace", Long.toString(pidNamespace));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lines.store(out, null);
    return out.toByteArray();
  }

  /** Whether {@code typed} is its ID, its image's name, or the start of one of the digests. */
  boolean isCalled(String typed) {
    return typed.equals(id)
        || typed.equals(image)
        || (typed + ":latest").equals(image)
        || typed.equals(image + ":latest")
        || (typed.length() >= 4
            && (id.startsWith(typed) || startsWith(imageId, typed) || startsWith(manifest, typed)));
  }

  private static boolean startsWith(Digest digest, String typed) {
    return digest.hex().startsWith(typed) || digest.toString().startsWith(typed);
  }
}
