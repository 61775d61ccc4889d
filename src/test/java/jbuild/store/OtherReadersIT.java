package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jbuild.oci.Descriptor;
import jbuild.oci.Digest;
import jbuild.oci.History;
import jbuild.oci.ImageConfig;
import jbuild.oci.Manifest;
import jbuild.oci.MediaTypes;
import jbuild.oci.Platform;
import jbuild.oci.RuntimeConfig;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data root as skopeo and umoci see it. */
class OtherReadersIT {
  @TempDir Path temporary;
  private DataRoot root;
  private Descriptor image;

  private static String output(String... command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException absent) {
      System.err.println("OtherReadersIT skipped: " + command[0] + " is not installed");
      return Assumptions.abort(command[0] + " is not installed");
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertEquals(0, process.waitFor(), output);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return output;
  }

  @BeforeEach
  void writeAnImage() throws IOException {
    root = new DataRoot(temporary.resolve("root")).create();
    BlobStore blobs = new BlobStore(root);
    byte[] tar = new byte[1024]; // two zero blocks: the tar of nothing
    Digest layer = blobs.put(tar);
    RuntimeConfig runtime =
        RuntimeConfig.EMPTY
            .edit()
            .env(List.of("GREETING=hällo"))
            .cmd(List.of("/bin/true"))
            .labels(Map.of("a", "b"))
            .build();
    History history = new History("2026-11-21T19:53:33Z", "COPY . /", "", "", false);
    byte[] config =
        new ImageConfig(
                "2026-11-21T19:53:33.5Z",
                "",
                new Platform("linux", "amd64", null),
                runtime,
                List.of(layer),
                List.of(history),
                Map.of())
            .toJson();
    byte[] manifest =
        Manifest.of(
                Descriptor.of(MediaTypes.CONFIG, blobs.put(config), config.length),
                List.of(Descriptor.of(MediaTypes.LAYER, layer, tar.length)))
            .toJson();
    image = Descriptor.of(MediaTypes.MANIFEST, blobs.put(manifest), manifest.length);
    References references = new References(root);
    references.put("hello", image);
    references.put("localhost:5000/team/app:v1", image);
  }

  @Test
  void skopeo_finds_every_name_and_reads_the_configuration() throws IOException {
    for (String name : List.of("hello:latest", "localhost:5000/team/app:v1")) {
      String seen = output("skopeo", "inspect", "oci:" + root + ":" + name);
      assertTrue(seen.contains(image.digest().toString()), seen);
      assertTrue(seen.contains("GREETING=hällo"), seen);
      assertTrue(seen.contains("2026-11-21T19:53:33.5Z"), seen);
    }
  }

  @Test
  void skopeo_copies_the_image_with_its_digest() throws IOException {
    Path copy = temporary.resolve("copy");
    output(
        "skopeo",
        "copy",
        "-q",
        "--dest-oci-accept-uncompressed-layers",
        "oci:" + root + ":hello:latest",
        "oci:" + copy + ":x");
    assertEquals(
        image.digest(), new References(new DataRoot(copy)).list().get(0).descriptor().digest());
  }

  @Test
  void umoci_lists_the_names_and_the_history() throws IOException {
    assertEquals(
        "hello:latest\nlocalhost:5000/team/app:v1\n",
        output("umoci", "list", "--layout", root.toString()));
    String seen = output("umoci", "stat", "--image", root + ":hello:latest");
    assertTrue(seen.contains("COPY . /"), seen);
  }

  @Test
  void an_image_written_by_skopeo_is_found() throws IOException {
    output("skopeo", "copy", "-q", "oci:" + root + ":hello:latest", "oci:" + root + ":theirs");
    References references = new References(root);
    Reference theirs = references.find("theirs");
    assertEquals(image.digest(), theirs == null ? null : theirs.descriptor().digest());
    assertEquals(3, references.list().size());
  }
}
