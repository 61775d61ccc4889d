package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes that real layers store too much. */
class BuildChecksIT {
  private static final String[] WASTEFUL = {
    "FROM box",
    "COPY data /data",
    "RUN busybox chown -R 5:5 /data",
    "RUN busybox rm /data/large",
    "RUN busybox mkdir -p /var/cache/apk && busybox cp /bin/busybox /var/cache/apk/index"
  };

  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void make_an_image_and_a_file() throws IOException {
    session = new Session(temporary);
    session.makeBox();
    byte[] large = new byte[3_000_000];
    new Random(1).nextBytes(large);
    Path data = Files.createDirectories(session.context().resolve("data"));
    Files.write(data.resolve("large"), large);
  }

  @Test
  void a_build_says_how_many_bytes_its_layers_store_again_hide_and_cache() throws IOException {
    Result built = session.build("x", WASTEFUL).succeeds();
    String file = session.context() + "/Buildfile:";
    for (String line :
        new String[] {
          "3:1: warning: RecursiveChownLayer: this RUN stores 3.00MB again that the COPY in line 2"
              + " stores (COPY --chown and --chmod would not)",
          "4:1: warning: DeletedInLaterLayer: this RUN hides 3.00MB of the RUN in line 3, which"
              + " stay in the image",
          "5:1: warning: PackageCacheLeft: this RUN stores ",
        }) {
      assertTrue(built.err().contains(file + line), built.err());
    }
  }

  @Test
  void a_build_from_the_cache_looks_at_layers_only_when_asked() throws IOException {
    session.build("x", WASTEFUL).succeeds();
    Result cached = session.build("x", WASTEFUL).succeeds();
    assertFalse(cached.err().contains("this RUN"), cached.err());
    Result asked = session.jbuild("build", "--check=warn", session.context().toString()).succeeds();
    assertTrue(asked.err().contains("this RUN stores 3.00MB again"), asked.err());
  }

  @Test
  void a_chown_of_the_base_is_told_apart() throws IOException {
    Result built = session.build("x", "FROM box", "RUN busybox chown -R 5 /bin").succeeds();
    assertTrue(built.err().contains("again that the base stores"), built.err());
  }

  @Test
  void check_error_makes_byte_findings_fail_when_the_image_is_there() throws IOException {
    session.file("Buildfile", "FROM box", "RUN busybox chown -R 5 /bin");
    Result built =
        session.jbuild("build", "--check=error", "-t", "x", session.context().toString());
    assertEquals(1, built.code());
    assertTrue(built.err().contains("the image is there; --check=warn only warns"), built.err());
    session.jbuild("inspect", "x").succeeds();
  }
}
