package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import jbuild.oci.History;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import jbuild.store.References;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One Buildfile and one context give one image, whoever builds it and wherever. */
class ReproducibleIT {
  private static final long EPOCH = 1_000_000_000;
  private static final String COPIES =
      """
      FROM scratch AS first
      COPY . /all/
      WORKDIR /made/on the way
      FROM scratch
      ARG VERSION=1
      ENV GREETING="hällo $VERSION"
      LABEL b=2 a=1 "with blank"="ü"
      COPY --from=first --chmod=u+w /all/sorted /made /two/
      COPY --chown=1000:1001 -- [^l]* .hidden ./sub/
      WORKDIR sub
      EXPOSE 80 443/udp
      VOLUME /data
      CMD ["/none", "ä"]
      """;
  private static final String RUNS =
      """
      FROM base
      COPY . /src/
      RUN mkdir -p /made/dir && echo hello > /made/file && ln /made/file /made/link
      RUN cp -r /src /made/copy && touch -d @5 /made/copy/script && rm -r /src/sorted
      WORKDIR /made/dir
      RUN ["sh", "-c", "umask; locale 2>/dev/null || env | sort > env; rm -r ../file"]
      """;

  @TempDir Path place;

  /** Where the second build is as different from the first as the environment can make it. */
  private Jbuild other(Path root) {
    return new Jbuild(
        Map.of(
            "JBUILD_ROOT", root.toString(),
            "LC_ALL", "C",
            "LANG", "C",
            "TZ", "Asia/Kolkata",
            "HOME", place.toString(),
            "USER", "somebody",
            "TMPDIR", place.toString()),
        "077");
  }

  private Jbuild first(Path root) {
    return new Jbuild(
        Map.of("JBUILD_ROOT", root.toString(), "LC_ALL", "C.UTF-8", "TZ", "UTC"), "022");
  }

  private static Image image(Path root, String name) throws IOException {
    DataRoot data = new DataRoot(root);
    return new ImageStore(new BlobStore(data), new References(data)).require(name);
  }

  private static Path write(Path file, String buildfile) throws IOException {
    return Files.writeString(file, buildfile);
  }

  /** A directory on tmpfs, which lists the newest name first, where there is one. */
  private Path elsewhere() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.isDirectory(memory) && Files.isWritable(memory)
        ? Files.createTempDirectory(memory, "jbuild-test")
        : Files.createDirectory(place.resolve("elsewhere"));
  }

  @Test
  void copies_give_one_digest_in_any_environment() throws Exception {
    Path buildfile = write(place.resolve("Buildfile"), COPIES);
    Path here = place.resolve("context");
    Path there = elsewhere();
    try {
      OddTree.make(here);
      OddTree.makeBackwards(there.resolve("an other context"));
      Path[] roots = {place.resolve("root"), place.resolve("deeper/other root")};
      String file = buildfile.toString();
      first(roots[0]).run("-f", file, "-t", "x", here.toString()).succeeded();
      other(roots[1])
          .run("-f", file, "-t", "x", there.resolve("an other context").toString())
          .succeeded();

      Image image = image(roots[0], "x");
      assertEquals(image.descriptor(), image(roots[1], "x").descriptor());
      assertEquals(
          "2009-02-13T23:31:30.123456789Z", image.config().created(), "the newest of the content");
    } finally {
      Jbuild.tool("rm", "-r", there.toString()).succeeded();
    }
  }

  @Test
  void runs_give_one_digest_when_a_source_date_is_set() throws Exception {
    Jbuild.assumeRoot("RUN");
    Path buildfile = write(place.resolve("Buildfile"), RUNS);
    Path context = place.resolve("context");
    OddTree.make(context);
    Path[] roots = {place.resolve("root"), place.resolve("other")};
    String[] build = {
      "-f",
      buildfile.toString(),
      "-t",
      "x",
      "--build-arg",
      "SOURCE_DATE_EPOCH=" + EPOCH,
      context.toString()
    };
    Jbuild one = first(roots[0]);
    Jbuild two = other(roots[1]);
    one.run("import", "host", "-t", "base").succeeded();
    two.run("import", "host", "-t", "base").succeeded();
    one.run(build).succeeded();
    two.run(build).succeeded();

    Image image = image(roots[0], "x");
    assertEquals(image.descriptor(), image(roots[1], "x").descriptor());
    assertClamped(roots[0], image, image(roots[0], "base"));
  }

  private static void assertClamped(Path root, Image image, Image base) throws IOException {
    assertEquals(base.diffIds().get(0), image.diffIds().get(0), "the base is as it was");
    Instant newest = newest(root, base, 0);
    assertTrue(newest.getEpochSecond() > EPOCH, "the base is newer than the source date");
    List<History> history = image.config().history();
    assertEquals(base.config().history(), history.subList(0, 1));
    assertEquals(Instant.ofEpochSecond(EPOCH).toString(), image.config().created());
    for (History step : history.subList(1, history.size())) {
      assertFalse(Instant.parse(step.created()).getEpochSecond() > EPOCH, step.toString());
    }
    for (int layer = 1; layer < image.diffIds().size(); layer++) {
      assertFalse(newest(root, image, layer).getEpochSecond() > EPOCH, "layer " + layer);
    }
  }

  /** The newest time in a layer, in the eyes of an independent reader. */
  private static Instant newest(Path root, Image image, int layer) throws IOException {
    Instant newest = Instant.MIN;
    BlobStore blobs = new BlobStore(new DataRoot(root));
    try (InputStream in = blobs.open(image.diffIds().get(layer));
        TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8")) {
      TarArchiveEntry entry;
      while ((entry = tar.getNextEntry()) != null) {
        Instant time = entry.getLastModifiedTime().toInstant();
        newest = time.isAfter(newest) ? time : newest;
      }
    }
    return newest;
  }
}
