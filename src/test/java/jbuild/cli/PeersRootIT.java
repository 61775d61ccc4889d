package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.layer.HostTrees;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What other tools make of a data root and of the images in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeersRootIT {
  private static final String BUILDFILE =
      """
      FROM host
      COPY . /odd/
      RUN mkdir -p /made/sub && echo hello > /made/file && ln /made/file /made/sub/link \\
       && mkfifo /made/pipe && rm -r /odd/sorted && rm -r /odd/shared && mkdir /odd/shared
      RUN rm -r /made/sub && mkdir /made/sub && touch /made/sub/new && rm /odd/link \\
       && mkdir /odd/link && chmod 0710 /odd/empty && chown 7:8 /odd/private
      ENV GREETING="hällo, you"
      USER 1000:1001
      WORKDIR /made
      ENTRYPOINT ["sh", "-c"]
      CMD ["id -u; id -g; pwd; echo $GREETING; cat sub/../file; ls -A /odd/shared; exit 7"]
      """;
  private static final String PRINTED = "1000\n1001\n/made\nhällo, you\nhello\n";

  private Path place;
  private Path root;
  private Jbuild jbuild;

  @BeforeAll
  void buildAnImage() throws Exception {
    Jbuild.assumeRoot("an image with RUN steps");
    place = Files.createTempDirectory("jb"); // podman wants short names
    root = place.resolve("root");
    jbuild = Jbuild.withRoot(root);
    Path context = place.resolve("context");
    OddTree.make(context);
    Path file = Files.writeString(place.resolve("Buildfile"), BUILDFILE);
    jbuild.run("-f", file.toString(), "-t", "peers", context.toString()).succeeded();
  }

  @AfterAll
  void remove() throws Exception {
    if (place != null) {
      Jbuild.tool("rm", "-rf", place.toString()).succeeded();
    }
  }

  private String source() {
    return "oci:" + root + ":peers:latest";
  }

  @Test
  void jbuild_runs_it() throws Exception {
    Jbuild.Result result = jbuild.run("run", "--rm", "peers");
    assertEquals(PRINTED, result.out(), result.err());
    assertEquals(7, result.code());
  }

  @Test
  void skopeo_inspects_it() throws Exception {
    Jbuild.assumeInstalled("skopeo");
    String seen = Jbuild.tool("skopeo", "inspect", source()).succeeded();
    String digest = json("digest", jbuild.run("inspect", "peers").succeeded());
    assertTrue(seen.contains("\"Digest\": \"" + digest + "\""), seen);
    String config = Jbuild.tool("skopeo", "inspect", "--config", source()).succeeded();
    assertTrue(config.contains("GREETING=hällo, you"), config);
  }

  @Test
  void skopeo_copies_it_to_the_archives_that_others_read() throws Exception {
    Jbuild.assumeInstalled("skopeo");
    String id = json("id", jbuild.run("inspect", "peers").succeeded());
    for (String target :
        List.of(
            "oci-archive:" + place.resolve("oci.tar") + ":peers",
            "docker-archive:" + place.resolve("docker.tar") + ":peers:latest",
            "dir:" + Files.createDirectory(place.resolve("dir")))) {
      Jbuild.tool("skopeo", "copy", "-q", source(), target).succeeded();
      String raw = Jbuild.tool("skopeo", "inspect", "--raw", target).succeeded();
      assertTrue(raw.contains(id), target + " has another configuration: " + raw);
    }
  }

  @Test
  void umoci_unpacks_what_rootfs_extracts() throws Exception {
    Jbuild.assumeInstalled("umoci");
    Path ours = place.resolve("ours");
    jbuild.run("rootfs", "peers", ours.toString()).succeeded();
    Path theirs = bundle().resolve("rootfs");
    Syscalls syscalls = Syscalls.load();
    assertEquals(HostTrees.text(syscalls, theirs), HostTrees.text(syscalls, ours));
  }

  @Test
  void runc_runs_it_with_the_same_result() throws Exception {
    Jbuild.assumeInstalled("umoci", "runc");
    Path bundle = bundle();
    Path config = bundle.resolve("config.json");
    String text = Files.readString(config).replaceAll("\"terminal\": *true", "\"terminal\": false");
    Files.writeString(config, text);
    String state = Files.createTempDirectory(place, "runc").toString();
    Jbuild.Result result =
        Jbuild.tool(
            "runc", "--root", state, "run", "-b", bundle.toString(), "jbuild-" + bundle.hashCode());
    Jbuild.assume(
        !result.err().contains("unable to start container process"),
        "runc makes no containers here: " + result.err().strip());
    assertEquals(PRINTED, result.out(), result.err());
    assertEquals(7, result.code());
  }

  @Test
  void podman_runs_it_with_the_same_result() throws Exception {
    Jbuild.assumeInstalled("skopeo", "podman", "runc");
    Path archive = place.resolve("podman.tar");
    Jbuild.tool("skopeo", "copy", "-q", source(), "oci-archive:" + archive + ":p").succeeded();
    Path storage = Files.createDirectory(place.resolve("p"));
    try {
      // Limits at or below our own, so that a machine without CAP_SYS_RESOURCE may set them.
      Jbuild.Result result =
          podman(
              storage,
              "run",
              "--rm",
              "-q",
              "--network=none",
              "--ulimit=nofile=1024:1024",
              "--ulimit=nproc=1024:1024",
              "oci-archive:" + archive);
      Jbuild.assume(
          result.code() != 125 && result.code() != 126,
          "podman makes no containers here: " + result.err().strip());
      assertEquals(PRINTED, result.out(), result.err());
      assertEquals(7, result.code());
    } finally {
      podman(storage, "rmi", "--all", "--force");
    }
  }

  private static Jbuild.Result podman(Path storage, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "podman",
                "--root=" + storage.resolve("root"),
                "--runroot=" + storage.resolve("run"),
                "--storage-driver=vfs",
                "--events-backend=file",
                "--cgroup-manager=cgroupfs",
                "--runtime=runc"));
    command.addAll(List.of(arguments));
    return Jbuild.tool(command.toArray(String[]::new));
  }

  private Path bundle() throws IOException, InterruptedException {
    Path bundle = Files.createTempDirectory(place, "umoci").resolve("bundle");
    Jbuild.tool("umoci", "unpack", "--image", root + ":peers:latest", bundle.toString())
        .succeeded();
    return bundle;
  }

  /** The first member of that name in a pretty-printed document. */
  private static String json(String name, String document) {
    String head = "\"" + name + "\" : \"";
    int from = document.indexOf(head) + head.length();
    return document.substring(from, document.indexOf('"', from));
  }
}
