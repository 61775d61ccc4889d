package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import jbuild.cli.Session.Result;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code RUN --mount} by the command line. */
class RunMountIT {
  @TempDir static Path temporary;
  private static Session session;
  private static int exports;

  @BeforeAll
  static void makeImages() throws IOException {
    session = new Session(temporary);
    session.makeBox();
    session.file("src/a", "first");
    session.file("src/sub/b", "below");
    session.file("src/secret.txt", "not for you");
    session.file(".dockerignore", "**/secret.txt", "box");
    Files.setAttribute(session.context().resolve("src/a"), "unix:uid", 4711);
  }

  private static Path rootfs(String image) throws IOException {
    Path directory = temporary.resolve("rootfs" + exports++);
    session.jbuild("rootfs", image, directory.toString()).succeeds();
    return directory;
  }

  /** What the image holds that {@code box} does not. */
  private static List<String> files(String image) throws IOException {
    Path directory = rootfs(image);
    try (Stream<Path> all = Files.walk(directory)) {
      return all.map(path -> directory.relativize(path).toString())
          .filter(path -> !path.isEmpty() && !path.startsWith("bin"))
          .sorted()
          .toList();
    }
  }

  private static String output(String... lines) throws IOException {
    return session.build("x", lines).succeeds().err();
  }

  private static void assertContains(String part, String whole) {
    assertTrue(whole.contains(part), () -> "no <" + part + "> in: " + whole);
  }

  @Test
  void a_bind_shows_the_context_as_copy_sees_it_and_cannot_be_written() throws IOException {
    String out =
        output(
            "FROM box",
            "RUN --mount=target=/t find /t; busybox stat -c %u:%g /t/src/a; touch /t/new || echo"
                + " ro");
    assertContains("/t/src/sub/b", out);
    assertFalse(out.contains("secret.txt"), out);
    assertFalse(out.contains("/t/box"), out);
    assertContains("  0:0\n", out);
    assertContains("  ro\n", out);
    assertEquals(List.of(), files("x"));
  }

  @Test
  void what_is_written_to_a_bind_is_thrown_away() throws IOException {
    String out =
        output(
            "FROM box",
            "RUN --mount=source=src,target=/t,rw echo changed > /t/a; touch /t/new; cat /t/a; ls"
                + " /t");
    assertContains("  changed\n  a\n  new\n  sub\n", out);
    assertEquals("first\n", Files.readString(session.context().resolve("src/a")));
    assertFalse(Files.exists(session.context().resolve("src/new")));
    assertEquals(List.of(), files("x"));
  }

  @Test
  void the_content_that_is_bound_counts_for_the_cache_and_times_do_not() throws IOException {
    Path file = session.file("counts/f", "one");
    String[] lines = {"FROM box", "RUN --mount=source=counts,target=/t cat /t/f"};
    assertContains("  one\n", output(lines));
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    session.file("counts/secret.txt", "changed");
    assertContains("cached", session.build("x", lines).succeeds().err().lines().toList().get(1));
    session.file("counts/f", "two");
    assertContains("  two\n", output(lines));
  }

  @Test
  void a_single_file_is_bound_as_a_file() throws IOException {
    assertContains(
        "  below\n", output("FROM box", "RUN --mount=source=src/sub/b,target=/etc/b cat /etc/b"));
    assertEquals(List.of(), files("x"));
  }

  @Test
  void what_is_not_there_is_named_with_the_nearest_name() throws IOException {
    Result failed = session.build("x", "FROM box", "RUN --mount=source=scr,target=/t ls /t");
    assertEquals(1, failed.code());
    assertContains("Buildfile:2:1: RUN: mount /scr: not found in the context", failed.err());
    assertContains("src", failed.err());
    Result ignored =
        session.build("x", "FROM box", "RUN --mount=source=src/secret.txt,target=/t cat /t");
    assertContains(".dockerignore:1 excludes it", ignored.err());
    Result stage =
        session.build(
            "x", "FROM box AS s", "FROM box", "RUN --mount=from=s,source=/no,target=/t y");
    assertContains("mount /no: not found in stage 0", stage.err());
  }

  @Test
  void stages_and_images_are_mounted_and_not_changed() throws IOException {
    String out =
        output(
            "FROM box AS s",
            "RUN busybox mkdir /out && echo made > /out/f && busybox ln -s out /link",
            "FROM box",
            "RUN --mount=from=s,source=/link,target=/t cat /t/f; touch /t/x || echo ro",
            "RUN --mount=from=s,source=out/f,target=/f cat /f",
            "RUN --mount=from=s,target=/t,rw touch /t/out/new && ls /t/out",
            "RUN --mount=from=s,target=/t ls /t/out",
            "RUN --mount=from=box,source=/bin,target=/i test -x /i/busybox && echo image");
    assertContains("  made\n", out);
    assertContains("  ro\n", out);
    assertContains("  f\n  new\n", out);
    assertContains("  image\n", out);
    assertEquals(List.of(), files("x"));
  }

  @Test
  void a_cache_outlives_the_build_and_is_in_no_layer() throws IOException {
    output("FROM box", "RUN --mount=type=cache,id=keep,target=/c echo kept > /c/f");
    assertEquals(List.of(), files("x"));
    assertContains(
        "  kept\n", output("FROM box", "RUN --mount=type=cache,id=keep,target=/d cat /d/f"));
    assertContains(
        "  /d/f ro\n",
        output(
            "FROM box",
            "RUN --mount=type=cache,id=keep,target=/d,ro echo /d/* $(touch /d/x || echo ro)"));
  }

  @Test
  void a_cache_begins_with_what_it_is_told_and_belongs_to_whom_it_is_told() throws IOException {
    String out =
        output(
            "FROM box AS seed",
            "RUN busybox mkdir /s && echo seed > /s/f",
            "FROM box",
            "RUN --mount=type=cache,id=se,target=/c,from=seed,source=/s,uid=5,gid=6,mode=0750 \\",
            "    cat /c/f; busybox stat -c %u:%g:%a /c; echo more >> /c/f",
            "RUN --mount=type=cache,id=se,target=/c,from=seed,source=/s,uid=5,gid=6,mode=0750 cat"
                + " /c/f",
            "RUN --mount=type=cache,id=se,target=/c ls /c; echo others are empty");
    assertContains("  seed\n  5:6:750\n", out);
    assertContains("  seed\n  more\n", out);
    assertFalse(out.contains("  f\n"), out);
  }

  @Test
  void a_cache_whose_owner_is_not_told_has_that_of_its_beginning() throws IOException {
    String out =
        output(
            "FROM box AS seed",
            "RUN busybox mkdir -m 0770 /s && busybox chown 7:8 /s",
            "FROM box",
            "RUN --mount=type=cache,id=own,target=/c,from=seed,source=/s busybox stat -c %u:%g:%a"
                + " /c",
            "RUN --mount=type=cache,id=own,target=/c,from=seed,source=/s,uid=9 busybox stat -c"
                + " %u:%g:%a /c");
    assertContains("  7:8:770\n", out);
    assertContains("  9:0:755\n", out);
  }

  @Test
  void from_scratch_nothing_is_mounted() throws IOException {
    assertContains(
        "  /e/x\n  /c 3\n",
        output(
            "FROM box",
            "RUN --mount=from=scratch,target=/e,rw \\",
            "  --mount=type=cache,from=scratch,uid=3,target=/c \\",
            "  touch /e/x && echo /e/* && busybox stat -c '%n %u' /c"));
  }

  @Test
  void a_place_that_is_missing_below_dev_is_not_blamed_on_the_image() throws IOException {
    Result failed = session.build("x", "FROM box", "RUN --mount=type=tmpfs,target=/dev/no true");
    assertContains("open mount point /dev/no", failed.err());
    assertContains("(it is to be made below the sandbox's own /dev", failed.err());
  }

  @Test
  void a_locked_cache_can_be_mounted_again_and_again() throws IOException {
    String mount = "RUN --mount=type=cache,id=l,target=/c,sharing=locked ";
    assertContains(
        "  x\n  y\n",
        output("FROM box", mount + "echo x > /c/f", mount + "echo y >> /c/f", mount + "cat /c/f"));
    String own = "RUN --mount=type=cache,id=p,target=/c,sharing=private ";
    assertContains("  z\n", output("FROM box", own + "echo z > /c/f", own + "cat /c/f"));
  }

  @Test
  void one_cache_can_be_mounted_twice_in_one_step() throws IOException {
    assertContains(
        "  both\n",
        output(
            "FROM box",
            "RUN --mount=type=cache,id=2,target=/a,sharing=locked \\",
            "  --mount=type=cache,id=2,target=/b,sharing=locked echo both > /a/f; cat /b/f"));
  }

  @Test
  void a_tmpfs_is_as_large_as_it_is_told() throws IOException {
    String out =
        output(
            "FROM box",
            "RUN --mount=type=tmpfs,target=/t,size=64k \\",
            "  busybox dd if=/dev/zero of=/t/f bs=128k count=1 2>/dev/null || echo full");
    assertContains("  full\n", out);
    assertEquals(List.of(), files("x"));
  }

  @Test
  void mounts_can_lie_in_mounts() throws IOException {
    String out =
        output(
            "FROM box",
            "RUN --mount=type=cache,id=n,target=/w/nm --mount=source=src,target=/w \\",
            "    touch /w/nm/in && ls /w /w/nm",
            "RUN --mount=type=tmpfs,target=/run --mount=source=src/a,target=/run/x/a cat /run/x/a",
            "RUN --mount=from=box,target=/i --mount=type=tmpfs,target=/i/new touch /i/new/f && ls"
                + " /i");
    assertContains("  a\n  nm\n  sub\n", out);
    assertContains("  in\n", out);
    assertContains("  first\n", out);
    assertContains("  bin\n  new\n", out);
    assertEquals(List.of(), files("x"));
    assertFalse(Files.exists(session.context().resolve("src/nm")));
  }

  @Test
  void places_that_the_sandbox_needs_are_refused() throws IOException {
    for (String taken : List.of("/proc/x", "/sys", "/dev")) {
      Result failed =
          session.build("x", "FROM box", "RUN --mount=type=tmpfs,target=" + taken + " true");
      assertEquals(1, failed.code(), taken);
      assertContains("the sandbox has its own there", failed.err());
    }
  }

  @Test
  void trap_38_mount_points_leave_no_trace_not_even_in_times() throws IOException {
    session.file("old/d/f", "x");
    Path directory = session.context().resolve("old/d");
    Files.setLastModifiedTime(directory, FileTime.fromMillis(1_000_000_000_000L));
    session.build("old", "FROM box", "COPY old /").succeeds();
    session
        .build(
            "x",
            "FROM old",
            "RUN --mount=target=/d/new/deep --mount=type=cache,target=/d/c \\",
            "  --mount=type=tmpfs,target=/d/t --mount=type=secret,id=k,target=/d/k \\",
            "  touch /d/c/x /d/t/x")
        .succeeds();
    assertEquals(List.of("d", "d/f"), files("x"));
    assertEquals(
        FileTime.fromMillis(1_000_000_000_000L),
        Files.getLastModifiedTime(rootfs("x").resolve("d")));
    String[] inspected = new String[2];
    inspected[0] = session.jbuild("inspect", "old").succeeds().out();
    inspected[1] = session.jbuild("inspect", "x").succeeds().out();
    assertEquals(count(inspected[0], "sha256:"), count(inspected[1], "sha256:"), inspected[1]);
  }

  private static long count(String text, String part) {
    return text.lines().filter(line -> line.contains(part)).count();
  }

  @Test
  void gc_keeps_caches_until_all_shall_go() throws IOException {
    session
        .build("x", "FROM box", "RUN --mount=type=cache,id=gone,target=/c touch /c/f")
        .succeeds();
    Path mounts = session.root().resolve("cache/mounts");
    session.jbuild("fsck").succeeds();
    session.jbuild("gc").succeeds();
    assertTrue(aboutOf(mounts).contains("gone\n"));
    assertContains("cache mounts", session.jbuild("gc", "-a", "-n").succeeds().out());
    session.jbuild("gc", "-a", "--filter", "until=24h").succeeds();
    assertTrue(aboutOf(mounts).contains("gone\n"));
    for (Path mount : list(mounts)) {
      Files.setLastModifiedTime(mount, FileTime.fromMillis(0));
    }
    session.jbuild("gc").succeeds();
    assertEquals(List.of(), list(mounts));
  }

  private static List<String> aboutOf(Path mounts) throws IOException {
    List<String> texts = new java.util.ArrayList<>();
    for (Path mount : list(mounts)) {
      texts.add(Files.readString(mount.resolve("about")));
    }
    return texts;
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }
}
