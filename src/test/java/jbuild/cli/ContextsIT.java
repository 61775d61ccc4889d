package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jbuild.cli.Session.Result;
import jbuild.linux.Syscalls;
import jbuild.oci.Digest;
import jbuild.remote.FileServer;
import jbuild.remote.GitServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Contexts that are no directories, Buildfiles from elsewhere, and named contexts. */
@Timeout(120)
class ContextsIT {
  @TempDir Path temporary;
  private Session session;

  @BeforeEach
  void start() throws IOException {
    session = new Session(temporary);
  }

  /** This machine with something on standard input. */
  private static Doors with(byte[] stdin) {
    return new Doors() {
      @Override
      public Path dataRoot(Path path) {
        return path;
      }

      @Override
      public InputStream stdin() {
        return new ByteArrayInputStream(stdin);
      }

      @Override
      public Syscalls syscalls() {
        return Syscalls.load();
      }
    };
  }

  private static Doors with(String... lines) {
    return with((String.join("\n", lines) + "\n").getBytes(UTF_8));
  }

  private byte[] tar(String flags) throws Exception {
    Path tar = temporary.resolve("context.tar");
    Jbuild.tool("tar", flags, tar.toString(), "-C", session.context().toString(), ".").succeeded();
    return Files.readAllBytes(tar);
  }

  private ImageFiles built(Result result) throws IOException {
    result.succeeds();
    return ImageFiles.of(session, "x");
  }

  private static void assertFails(String message, Result result) {
    assertTrue(result.code() != 0, result.err());
    assertTrue(result.err().contains(message), () -> "no <" + message + "> in: " + result.err());
    assertFalse(result.err().contains("internal error"), result.err());
  }

  @Test
  void a_buildfile_on_standard_input_has_an_empty_context() throws IOException {
    Doors doors = with("FROM scratch", "COPY <<x /", "here", "x");
    ImageFiles files = built(session.jbuild(doors, "build", "-t", "x", "-"));
    assertEquals(List.of("/x"), files.paths());
    assertFails(
        "-:2:1: COPY: a: not found in the context",
        session.jbuild(with("FROM scratch", "COPY a /"), "build", "-"));
    assertEquals(
        List.of(),
        built(session.jbuild(with("FROM scratch", "COPY . /"), "build", "-t", "x", "-")).paths());
  }

  @Test
  void a_tar_on_standard_input_is_the_context_compressed_or_not() throws Exception {
    session.file("Dockerfile", "FROM scratch", "COPY d /d", "COPY *.txt /");
    session.file("a.txt", "a");
    session.file("d/b", "b");
    for (String flags : List.of("-cf", "-czf", "-cjf", "-cJf")) {
      ImageFiles files = built(session.jbuild(with(tar(flags)), "build", "-t", "x", "-"));
      assertEquals(List.of("/a.txt", "/d", "/d/b"), files.paths(), flags);
      assertEquals("b\n", files.content("/d/b"));
    }
  }

  @Test
  void a_tar_and_its_directory_are_the_same_context() throws Exception {
    session.file("Dockerfile", "FROM scratch", "COPY . /");
    session.file("a", "a");
    tar("-cf");
    Path context = temporary.resolve("context.tar");
    String first = session.jbuild("build", "-q", session.context().toString()).succeeds().out();
    assertEquals(first, session.jbuild("build", "-q", context.toString()).succeeds().out());
  }

  @Test
  void files_of_a_context_belong_to_root_whoever_they_belong_to_in_the_tar() throws Exception {
    session.file("Dockerfile", "FROM scratch", "COPY a /");
    session.file("a", "a");
    Path tar = temporary.resolve("context.tar");
    Jbuild.tool(
            "tar",
            "--owner=:7",
            "--group=:8",
            "-cf",
            tar.toString(),
            "-C",
            session.context().toString(),
            ".")
        .succeeded();
    ImageFiles files = built(session.jbuild("build", "-t", "x", tar.toString()));
    assertTrue(files.line("/a").startsWith("644 0:0 "), files.line("/a"));
  }

  @Test
  void the_ignore_file_in_a_tar_counts_and_is_named() throws Exception {
    session.file("Dockerfile", "FROM scratch", "COPY . /");
    session.file("other", "FROM scratch", "COPY secret /");
    session.file(".dockerignore", "secret", "d", "!d/kept", "Dockerfile", "other", ".dockerignore");
    session.file("secret", "s");
    session.file("a", "a");
    session.file("d/kept", "k");
    session.file("d/gone", "g");
    Doors doors = with(tar("-cf"));
    ImageFiles files = built(session.jbuild(doors, "build", "-t", "x", "-"));
    assertEquals(List.of("/a", "/d", "/d/kept"), files.paths());
    assertFails(
        "secret: it is there, but .dockerignore:1 excludes it",
        session.jbuild(with(tar("-cf")), "build", "-f", "other", "-"));
    // The Buildfile's own replaces it.
    session.file("other.dockerignore", "a");
    built(session.jbuild(with(tar("-cf")), "build", "-t", "x", "-f", "other", "-"));
  }

  @Test
  void jbuildignore_stands_for_dockerignore_in_every_kind_of_context() throws Exception {
    session.file("Dockerfile", "FROM scratch", "COPY . /");
    session.file(".jbuildignore", "*", "!a");
    session.file(".dockerignore", "a");
    session.file("a", "a");
    String context = session.context().toString();
    assertEquals(List.of("/a"), built(session.jbuild("build", "-t", "x", context)).paths());
    Result tar = session.jbuild(with(tar("-cf")), "build", "-t", "x", "-");
    assertEquals(List.of("/a"), built(tar).paths());
    Result named = build(List.of("c=" + context), "FROM c");
    assertEquals(List.of("/a"), built(named).paths());
    session.file("Dockerfile.jbuildignore", "a", "*ignore", "Dockerfile", "Buildfile");
    Result own = session.jbuild("build", "-t", "x", "-f", context + "/Dockerfile", context);
    assertEquals(List.of(), built(own).paths());
  }

  @Test
  void a_file_in_a_tar_context_is_found_inside_it() throws Exception {
    session.file("docker/My.file", "FROM scratch", "COPY a /");
    session.file("a", "a");
    byte[] tar = tar("-cf");
    built(session.jbuild(with(tar), "build", "-t", "x", "-f", "docker/My.file", "-"));
    assertFails(
        "no nothing in the context standard input",
        session.jbuild(with(tar), "build", "-f", "nothing", "-"));
    assertFails(
        "no Buildfile, Containerfile, Dockerfile in standard input",
        session.jbuild(with(tar), "build", "-"));
    assertFails(
        "no ../../../etc/passwd in the context",
        session.jbuild(with(tar), "build", "-f", "../../../etc/passwd", "-"));
  }

  @Test
  void a_buildfile_on_standard_input_can_have_a_context() throws IOException {
    session.file("a", "a");
    session.file(".dockerignore", "b");
    session.file("b", "b");
    Doors doors = with("FROM scratch", "COPY . /");
    ImageFiles files =
        built(session.jbuild(doors, "build", "-t", "x", "-f", "-", session.context().toString()));
    assertEquals(List.of("/.dockerignore", "/a"), files.paths());
    assertFails(
        "standard input cannot be both", session.jbuild(with("x"), "build", "-f", "-", "-"));
    assertFails(
        "there cannot be another one",
        session.jbuild(with("FROM scratch"), "build", "-f", "x", "-"));
  }

  @Test
  void hostile_and_broken_tars_are_refused() throws Exception {
    session.file("Dockerfile", "FROM scratch", "COPY . /");
    session.file("a", "a".repeat(3000));
    byte[] tar = tar("-cf");
    assertFails("standard input", session.jbuild(with(Arrays.copyOf(tar, 1600)), "-"));
    byte[] gzip = tar("-czf");
    assertFails("standard input", session.jbuild(with(Arrays.copyOf(gzip, 60)), "build", "-"));
    Files.writeString(temporary.resolve("no.tar"), "FROM scratch\n");
    assertFails(
        "neither a directory nor a tar",
        session.jbuild("build", temporary.resolve("no.tar").toString()));
    assertFails(
        "no such directory", session.jbuild("build", temporary.resolve("nothing").toString()));
  }

  @Test
  void a_url_is_a_tar_or_a_buildfile() throws Exception {
    session.file("Dockerfile", "FROM scratch", "COPY a /");
    session.file("a", "a");
    try (FileServer server = new FileServer()) {
      server.put("/c.tgz", tar("-czf"));
      server.put("/Dockerfile", "FROM scratch\nCOPY <<b /\nhere\nb\n".getBytes(UTF_8));
      ImageFiles files = built(session.jbuild("build", "-t", "x", server.url("/c.tgz")));
      assertEquals(List.of("/a"), files.paths());
      files = built(session.jbuild("build", "-t", "x", server.url("/Dockerfile")));
      assertEquals(List.of("/b"), files.paths());
      assertFails("the server answered 404", session.jbuild("build", server.url("/nothing")));
    }
  }

  @Test
  void a_buildfile_from_elsewhere_does_not_read_this_machine() throws Exception {
    try (FileServer server = new FileServer()) {
      server.put("/Dockerfile", "FROM rootfs:/etc\n".getBytes(UTF_8));
      assertFails(
          "a file of this machine, and the context is not",
          session.jbuild("build", server.url("/Dockerfile")));
    }
  }

  @Test
  void a_git_url_is_a_context() throws IOException {
    try (GitServer git = new GitServer(temporary.resolve("served"))) {
      Path origin = git.create("origin");
      Files.createDirectories(origin.resolve("sub"));
      Files.writeString(origin.resolve("Dockerfile"), "FROM scratch\nCOPY sub /sub\n");
      Files.writeString(origin.resolve("sub/Dockerfile"), "FROM scratch\nCOPY . /\n");
      Files.writeString(origin.resolve("sub/.dockerignore"), "Dockerfile\n.dockerignore\n");
      Files.writeString(origin.resolve("sub/f"), "content");
      git.commit(origin, "one");
      ImageFiles files = built(session.jbuild("build", "-t", "x", git.url("origin")));
      assertEquals("content", files.content("/sub/f"));
      files = built(session.jbuild("build", "-t", "x", git.url("origin") + "#main:sub"));
      assertEquals(List.of("/f"), files.paths());
      assertFails(
          "there is no branch or tag nothing",
          session.jbuild("build", git.url("origin") + "#nothing"));
    }
  }

  private Path directory(String name, String file, String content) throws IOException {
    Path directory = Files.createDirectories(temporary.resolve(name));
    Files.writeString(directory.resolve(file), content);
    return directory;
  }

  private Result build(List<String> contexts, String... lines) throws IOException {
    session.file("Buildfile", lines);
    List<String> words = new ArrayList<>(List.of("build", "-t", "x"));
    for (String context : contexts) {
      words.add("--build-context");
      words.add(context);
    }
    words.add(session.context().toString());
    return session.jbuild(words.toArray(String[]::new));
  }

  @Test
  void a_directory_by_name_is_read_by_copy_and_from() throws IOException {
    Path other = directory("other", "f", "content");
    Files.writeString(other.resolve("g"), "g");
    Files.writeString(other.resolve(".dockerignore"), "g\n.dockerignore\n");
    ImageFiles files =
        built(
            build(
                List.of("o=" + other, "base=" + other),
                "FROM base",
                "COPY --from=o . /copied/",
                "COPY --from=o f /f2"));
    assertEquals(List.of("/copied", "/copied/f", "/f", "/f2"), files.paths());
    assertTrue(files.line("/f").contains(" 0:0 "), files.line("/f"));
    assertFails(
        "g: it is there, but .dockerignore:1 excludes it",
        build(List.of("o=" + other), "FROM scratch", "COPY --from=o g /"));
  }

  @Test
  void a_context_takes_the_place_of_a_stage_and_of_an_image() throws IOException {
    Path other = directory("other", "f", "content");
    ImageFiles files =
        built(
            build(
                List.of("made=" + other, "docker.io/library/debian:latest=" + other),
                "FROM nowhere AS made",
                "RUN exit 1",
                "FROM debian",
                "COPY --from=made / /stage/",
                "COPY --from=0 f /zero"));
    assertEquals(List.of("/f", "/stage", "/stage/f", "/zero"), files.paths());
  }

  @Test
  void an_image_by_name_comes_from_the_store_only() throws IOException {
    session.build("stored", "FROM scratch", "COPY Buildfile /in", "ENV A=b").succeeds();
    for (String value : List.of("docker-image://stored", "stored")) {
      ImageFiles files =
          built(build(List.of("base=" + value), "FROM base", "COPY --from=base in /copied"));
      assertEquals(List.of("/copied", "/in"), files.paths());
    }
    assertTrue(session.jbuild("inspect", "x").out().contains("A=b"));
    assertFails(
        "registries are not asked", build(List.of("base=docker-image://nowhere"), "FROM base"));
    assertFails(
        "there is no directory, tar or image of that name",
        build(List.of("base=nowhere"), "FROM base"));
  }

  @Test
  void an_image_of_an_oci_layout_is_taken_from_it() throws IOException {
    Session other = new Session(temporary.resolve("elsewhere"));
    other.build("made:1", "FROM scratch", "COPY Buildfile /in", "ENV A=b").succeeds();
    String layout = "base=oci-layout://" + other.root();
    ImageFiles files = built(build(List.of(layout + ":1"), "FROM base"));
    assertEquals(List.of("/in"), files.paths());
    assertTrue(session.jbuild("inspect", "x").out().contains("A=b"));
    assertFails("no such image", build(List.of(layout + ":2"), "FROM base"));
    assertFails(
        "there is no OCI image layout",
        build(List.of("base=oci-layout://" + temporary.resolve("no")), "FROM base"));
  }

  /** What other programs write: a compressed layer, a name with a tag, several platforms. */
  private Path foreignLayout() throws Exception {
    session.file("arm/in", "arm");
    session.file("amd/in", "amd");
    Path layout = Files.createDirectories(temporary.resolve("lay:out"));
    Files.createDirectories(layout.resolve("blobs/sha256"));
    StringBuilder manifests = new StringBuilder();
    for (String[] one : new String[][] {{"arm", "arm64"}, {"amd", "amd64"}}) {
      Path tar = temporary.resolve(one[0] + ".tar");
      String from = session.context().resolve(one[0]).toString();
      Jbuild.tool("tar", "-cf", tar.toString(), "-C", from, "in").succeeded();
      String diffId = Digest.of(Files.readAllBytes(tar)).toString();
      Jbuild.tool("gzip", "-k", tar.toString()).succeeded();
      String layer = blob(layout, Files.readAllBytes(Path.of(tar + ".gz")));
      String config =
          blob(
              layout,
              ("{'architecture':'" + one[1] + "','os':'linux','config':{},")
                  + ("'rootfs':{'type':'layers','diff_ids':['" + diffId + "']},'history':[]}"));
      String manifest =
          blob(
              layout,
              "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json',"
                  + ("'config':{'mediaType':'application/vnd.oci.image.config.v1+json'," + config)
                  + "},'layers':[{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip',"
                  + (layer + "}]}"));
      manifests.append(manifests.isEmpty() ? "" : ",");
      manifests.append("{'mediaType':'application/vnd.oci.image.manifest.v1+json',");
      manifests.append(manifest + ",'platform':{'os':'linux','architecture':'" + one[1] + "'}}");
    }
    String index =
        "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.index.v1+json','manifests':[";
    String inner = blob(layout, index + manifests + "]}");
    Files.writeString(
        layout.resolve("index.json"),
        (index + "{'mediaType':'application/vnd.oci.image.index.v1+json'," + inner)
            .concat(",'annotations':{'org.opencontainers.image.ref.name':'reg/it:1.2'}}]}")
            .replace('\'', '"'));
    return layout;
  }

  private static String blob(Path layout, String json) throws IOException {
    return blob(layout, json.replace('\'', '"').getBytes(UTF_8));
  }

  private static String blob(Path layout, byte[] content) throws IOException {
    Digest digest = Digest.of(content);
    Files.write(layout.resolve("blobs/sha256").resolve(digest.hex()), content);
    return "'digest':'" + digest + "','size':" + content.length;
  }

  @Test
  void a_compressed_layer_of_an_oci_layout_is_read_and_verified() throws Exception {
    Path layout = foreignLayout();
    for (String value : List.of(layout + ":reg/it:1.2", layout + ":1.2", layout.toString())) {
      ImageFiles files =
          built(
              build(
                  List.of("lay=oci-layout://" + value),
                  "FROM scratch",
                  "COPY --from=lay /in /copied"));
      assertEquals(List.of("/copied"), files.paths(), value);
    }
    assertFails("no such image", build(List.of("lay=oci-layout://" + layout + ":3"), "FROM lay"));
  }

  @Test
  void of_several_platforms_in_a_layout_the_one_asked_for_is_taken() throws Exception {
    Path layout = foreignLayout();
    session.file("Buildfile", "FROM lay", "COPY --from=lay in /copied");
    for (String[] one : new String[][] {{"arm64", "arm"}, {"amd64", "amd"}}) {
      Result result =
          session.jbuild(
              "build",
              "-t",
              "x",
              "--platform=linux/" + one[0],
              "--build-context=lay=oci-layout://" + layout,
              session.context().toString());
      ImageFiles files = built(result);
      assertEquals(one[1], files.content("/in").strip());
      assertEquals(one[1], files.content("/copied").strip());
    }
    Result none =
        session.jbuild(
            "build",
            "--platform=linux/riscv64",
            "--build-context=lay=oci-layout://" + layout,
            session.context().toString());
    assertFails("the image is not there for linux/riscv64", none);
  }

  @Test
  void an_image_by_context_for_another_platform_is_as_wrong_as_one_of_the_store()
      throws IOException {
    session.build("made", "FROM scratch", "COPY Buildfile /in").succeeds();
    session.file("Buildfile", "FROM base", "ENV A=b");
    Result result =
        session.jbuild(
            "build",
            "--platform=linux/s390x",
            "--build-context=base=docker-image://made",
            session.context().toString());
    assertFails("not for linux/s390x: base", result);
  }

  @Test
  void files_as_a_base_are_for_the_platform_that_is_built_for() throws IOException {
    Files.createDirectories(temporary.resolve("files"));
    session.file("Buildfile", "FROM base", "ENV A=b");
    session
        .jbuild(
            "build",
            "-t",
            "x",
            "--platform=linux/s390x",
            "--build-context=base=" + temporary.resolve("files"),
            session.context().toString())
        .succeeds();
    String image = session.jbuild("inspect", "x").out();
    assertTrue(image.contains("\"architecture\":\"s390x\""), image);
  }

  @Test
  void a_base_that_cannot_be_read_is_an_error_at_its_from() throws IOException {
    session.file("no.iso", "neither an image nor a tar");
    assertFails("Buildfile:2:6: ", build(List.of(), "ARG A", "FROM iso:no.iso"));
    assertFails(
        "Buildfile:1:6: --build-context lay=docker-image://nowhere: no image of that name",
        build(List.of("lay=docker-image://nowhere"), "FROM lay"));
  }

  @Test
  void a_named_context_that_is_not_there_fails_before_the_first_step() throws IOException {
    Result result =
        build(
            List.of("lay=docker-image://nowhere"),
            "FROM scratch",
            "COPY Buildfile /first",
            "COPY --from=lay / /second");
    assertFails("no image of that name", result);
    assertFalse(result.err().contains("COPY Buildfile"), result.err());
  }

  @Test
  void tars_and_urls_are_contexts_by_name_as_well() throws Exception {
    session.file("a", "a");
    byte[] tar = tar("-czf");
    try (FileServer server = new FileServer()) {
      server.put("/c.tgz", tar);
      server.put("/file", "single".getBytes(UTF_8));
      ImageFiles files =
          built(
              build(
                  List.of(
                      "t=" + temporary.resolve("context.tar"),
                      "u=" + server.url("/c.tgz"),
                      "f=" + server.url("/file")),
                  "FROM scratch",
                  "COPY --from=t a /t",
                  "COPY --from=u a /u",
                  "COPY --from=f context /f"));
      assertEquals(List.of("/f", "/t", "/u"), files.paths());
      assertEquals("single", files.content("/f"));
    }
  }

  @Test
  void a_context_that_is_not_needed_is_not_opened() throws IOException {
    built(build(List.of("o=https://127.0.0.1:1/x.git"), "FROM scratch", "COPY Buildfile /"));
    assertFails(
        "--build-context o: not of the form NAME=CONTEXT", build(List.of("o"), "FROM scratch"));
  }
}
