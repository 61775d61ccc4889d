package jbuild.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jbuild.buildfile.BuildfileParser;
import jbuild.cgroup.ResourceLimits;
import jbuild.graph.BuildRequest;
import jbuild.graph.PlatformName;
import jbuild.layer.IndexStore;
import jbuild.linux.Syscalls;
import jbuild.progress.BuildEvent;
import jbuild.sandbox.NetworkMode;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import jbuild.store.Image;
import jbuild.store.ImageStore;
import jbuild.store.References;
import jbuild.store.Trash;
import jbuild.store.WorkDirs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How little a build touches when nothing has changed. */
class CachedBuildTest {
  @TempDir Path temporary;
  private final List<String> reads = new ArrayList<>();
  private final List<BuildEvent> events = new ArrayList<>();
  private Path context;
  private DataRoot root;

  @BeforeEach
  void open() throws IOException {
    context = Files.createDirectory(temporary.resolve("context"));
    root = new DataRoot(temporary.resolve("root")).create();
  }

  /** The kernel, with every read of a file's content written down. */
  private Syscalls listening() {
    Syscalls kernel = Syscalls.load();
    return (Syscalls)
        Proxy.newProxyInstance(
            Syscalls.class.getClassLoader(),
            new Class<?>[] {Syscalls.class},
            (proxy, method, arguments) -> {
              if (method.getName().endsWith("read")) {
                reads.add(method.getName());
              }
              try {
                return method.invoke(kernel, arguments);
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            });
  }

  private Image build(Lazy<Syscalls> syscalls, String... lines) throws Exception {
    reads.clear();
    events.clear();
    BlobStore blobs = new BlobStore(root);
    BuildTools tools =
        new BuildTools(
            root,
            blobs,
            new ImageStore(blobs, new References(root)),
            new IndexStore(root),
            new WorkDirs(root, new Trash(root, tree -> {})),
            syscalls,
            () -> {
              throw new AssertionError("a sandbox is asked for");
            },
            () -> {
              throw new AssertionError("the network is asked for");
            },
            events::add);
    byte[] text = String.join("\n", lines).getBytes(UTF_8);
    BuildOptions options =
        new BuildOptions(
            BuildfileParser.parse("Buildfile", text),
            new BuildRequest(Map.of(), null, new PlatformName("linux", "amd64", "")),
            BuildContext.of(context),
            Map.of(),
            false,
            NetworkMode.HOST,
            ResourceLimits.NONE,
            List.of("x"));
    return new Builder(tools, options).build();
  }

  /** A file whose ctime is old enough for what was read of it to be remembered. */
  private void settle() throws InterruptedException {
    Thread.sleep(2100);
  }

  @Test
  void a_file_that_has_not_changed_is_read_once_in_its_life() throws Exception {
    Files.writeString(context.resolve("a"), "content");
    Files.createDirectory(context.resolve("d"));
    Files.writeString(context.resolve("d/b"), "other content");
    settle();
    String[] lines = {"FROM scratch", "COPY a d /", "ADD a /added"};
    Image first = build(this::listening, lines);
    assertTrue(reads.size() > 0);
    Image second = build(this::listening, lines);
    assertEquals(List.of(), reads);
    assertEquals(first.id(), second.id());

    // Another destination: the file goes into another layer and its digest is known.
    build(this::listening, "FROM scratch", "COPY a /elsewhere");
    build(this::listening, "FROM scratch", "COPY a /elsewhere");
    assertEquals(List.of(), reads);
  }

  @Test
  void a_build_without_copies_needs_no_system_calls() throws Exception {
    Lazy<Syscalls> none =
        () -> {
          throw new AssertionError("system calls are asked for");
        };
    build(none, "FROM scratch", "ENV A=b", "WORKDIR /w", "FROM scratch", "LABEL a=b");
    build(none, "FROM scratch", "WORKDIR /w", "LABEL a=b");
    build(none, "FROM scratch", "WORKDIR /w", "LABEL a=b");
  }

  @Test
  void what_was_read_before_a_failure_is_remembered() throws Exception {
    Files.writeString(context.resolve("a"), "content");
    settle();
    try {
      build(this::listening, "FROM scratch", "COPY a /", "COPY gone /");
    } catch (BuildFailedException expected) {
      assertTrue(expected.render().startsWith("Buildfile:3:1: COPY: gone:"), expected.render());
    }
    assertTrue(
        events.stream().anyMatch(event -> event instanceof BuildEvent.StepFailed),
        events.toString());
    build(this::listening, "FROM scratch", "COPY a /");
    assertEquals(List.of(), reads);
  }

  private List<String> cached() {
    List<String> steps = new ArrayList<>();
    for (BuildEvent event : events) {
      if (event instanceof BuildEvent.StepFinished finished
          && finished.outcome() == BuildEvent.Outcome.CACHED) {
        steps.add(finished.step().text());
      }
    }
    return steps;
  }

  @Test
  void trap_24_a_linked_layer_is_reused_when_what_is_below_it_changes() throws Exception {
    Files.writeString(context.resolve("a"), "content");
    settle();
    String link = "COPY --link a /x/";
    Image first = build(this::listening, "FROM scratch", "WORKDIR /one", link, "WORKDIR /after");
    Image second = build(this::listening, "FROM scratch", "WORKDIR /two", link, "WORKDIR /after");
    assertEquals(List.of("FROM scratch", link), cached());
    assertEquals(List.of(), reads);
    assertEquals(first.diffIds().get(1), second.diffIds().get(1));
    assertNotEquals(first.diffIds().get(0), second.diffIds().get(0));

    build(this::listening, "FROM scratch", "WORKDIR /two", link, "WORKDIR /after");
    assertEquals(List.of("FROM scratch", "WORKDIR /two", link, "WORKDIR /after"), cached());
  }

  @Test
  void without_link_a_layer_belongs_to_what_is_below_it() throws Exception {
    Files.writeString(context.resolve("a"), "content");
    build(this::listening, "FROM scratch", "WORKDIR /one", "COPY a /x/");
    build(this::listening, "FROM scratch", "WORKDIR /two", "COPY a /x/");
    assertEquals(List.of("FROM scratch"), cached());
  }

  @Test
  void a_linked_layer_from_a_stage_is_reused_without_the_stage_being_read() throws Exception {
    Files.writeString(context.resolve("a"), "content");
    String[] stage = {"FROM scratch AS s", "COPY a /a", "FROM scratch"};
    String link = "ADD --link a /x/";
    String copy = "COPY --link --from=s /a /y/";
    build(this::listening, stage[0], stage[1], stage[2], "WORKDIR /one", link, copy);
    build(this::listening, stage[0], stage[1], stage[2], "WORKDIR /two", link, copy);
    assertTrue(cached().containsAll(List.of(link, copy)), cached().toString());
  }

  @Test
  void an_archive_that_has_not_changed_is_not_read() throws Exception {
    Path archive = context.resolve("x.tar");
    Files.copy(Path.of("testdata/hostile-tars/name-dotslash.tar"), archive);
    settle();
    String[] lines = {"FROM scratch", "ADD x.tar /to/"};
    Image first = build(this::listening, lines);
    Image second = build(this::listening, lines);
    assertEquals(List.of(), reads);
    assertEquals(first.id(), second.id());
  }

  @Test
  void an_optional_copy_of_nothing_makes_no_layer() throws Exception {
    Image image = build(this::listening, "FROM scratch", "COPY --optional gone* missing /x/");
    assertEquals(List.of(), image.diffIds());
    assertEquals(1, image.config().history().size());
    assertTrue(image.config().history().get(0).emptyLayer());

    Files.writeString(context.resolve("gone1"), "back");
    Image now = build(this::listening, "FROM scratch", "COPY --optional gone* missing /x/");
    assertEquals(1, now.diffIds().size());
  }
}
