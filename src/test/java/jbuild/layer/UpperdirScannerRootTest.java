package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.layer.LayerExtractor.Form;
import jbuild.layer.UpperdirScanner.Changes;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import jbuild.store.BlobStore;
import jbuild.store.DataRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real overlay mounts, changed by ordinary tools. */
class UpperdirScannerRootTest {
  private static final String MOUNT =
      "mount -t overlay overlay -o lowerdir=%s,upperdir=upper,workdir=work,redirect_dir=off,"
          + "metacopy=off,index=off merged";

  @TempDir Path temporary;

  private final Syscalls syscalls = Syscalls.load();
  private Shell shell;
  private Path upper;

  @BeforeEach
  void makeLower() throws Exception {
    Shell.assumeRoot("overlay mounts");
    shell = new Shell(temporary);
    upper = temporary.resolve("upper");
    shell.run("mkdir lower upper work merged");
    new Shell(temporary.resolve("lower"))
        .run(
            """
            mkdir -p dir/sub other empty closed
            echo one > dir/one; echo two > dir/sub/two; echo three > other/three; echo f > file
            echo linked > hard; ln hard other/hard2
            ln -s dir link; ln -s nowhere dangling
            chmod 1777 other; chmod 0 closed; chown 12:34 file; chmod 4755 file
            printf odd > "$(printf 'b\\377d')"
            mkfifo fifo; mknod null c 1 3
            setfattr -n user.note -v hello dir
            find . -exec touch -h -d '2001-02-03 04:05:06.123456789Z' {} +
            """);
    shell.run("chmod --reference=lower upper; touch --reference=lower upper");
  }

  /** What the script changes in a mount of the overlay, and the whole tree it leaves there. */
  private record Outcome(Changes changes, String live, LayerTree lower) {}

  private Outcome change(String script) throws Exception {
    shell.run(MOUNT.formatted("lower"));
    String live;
    try {
      new Shell(temporary.resolve("merged")).run(script);
      live = HostTrees.text(syscalls, temporary.resolve("merged"));
    } finally {
      shell.run("umount merged");
    }
    return new Outcome(scan(), live, HostTrees.walk(syscalls, temporary.resolve("lower")));
  }

  private Changes scan() throws IOException {
    return scan(false);
  }

  /** The layer below is in a store, as it is in a build. */
  private Changes scan(boolean userxattr) throws IOException {
    DataRoot root = new DataRoot(temporary.resolve("root")).create();
    IndexStore indexes = new IndexStore(root);
    LayerWriter writer = new LayerWriter(new BlobStore(root), indexes, OptionalLong.empty());
    Layer layer = writer.write(HostTrees.walk(syscalls, temporary.resolve("lower")));
    try (UnionTree below = UnionTree.open(indexes, List.of(layer.diffId()))) {
      return new UpperdirScanner(syscalls, userxattr).scan(upper, below);
    }
  }

  /** The changed paths, with a mark for whiteouts and opaque directories. */
  private static String summary(LayerTree tree) {
    StringBuilder summary = new StringBuilder(tree.rootSpecified() ? "/" : "");
    summarize(summary, "", tree.root());
    return summary.toString().strip();
  }

  private static void summarize(StringBuilder summary, String prefix, Directory directory) {
    directory
        .children()
        .forEach(
            (name, inode) -> {
              String path = prefix + name;
              boolean opaque = inode instanceof Directory child && child.isOpaque();
              String mark = inode instanceof Whiteout ? "-" : opaque ? "!" : "";
              summary.append(' ').append(mark).append(path);
              if (inode instanceof Directory below) {
                summarize(summary, path + "/", below);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":",
        "rm file; rm -r dir; rm other/hard2",
        "rm file; mkdir file; touch file/f",
        "rm -r dir; mkdir dir; echo new > dir/one",
        "rm -r dir; ln -s other dir",
        "rm -r dir; echo file > dir",
        "rm link; mkdir link; echo x > link/one",
        "rm -r dir/sub; mkdir -p dir/sub/a/b",
        "mv file dir/one; mv dir moved",
        "mv other/three dir/sub; mv fifo null other",
        "chmod 700 dir/sub; chmod u-s file; chown 5:6 other/three; chown -h 7:8 link",
        "touch dir; touch -h dangling; touch -d '1969-01-01 00:00:00.5Z' null",
        "echo more >> dir/one; : > file; truncate -s 100000 dir/sub/two",
        "ln file dir/file2; ln hard again; echo x > n; ln n n2; ln n closed/n3",
        "echo changed >> hard",
        "setfattr -n user.x -v 1 dir/sub; setfattr -x user.note dir; setfattr -n user.y file",
        "setfacl -m u:5:r dir/one; setfacl -d -m g:6:rwx other; touch other/new",
        "rm b*; printf x > \"$(printf '\\376')\"; mkdir \"$(printf 'd\\200')\"; rm -r dir",
        "mkfifo p; mknod zero c 1 5; mknod loop b 7 0; rm null fifo; mknod null c 1 7",
        "chmod 755 . ; touch new",
        "mkdir -p a/b/c/d; touch a/b/c/d/f; rm -r a/b/c/d; chmod 711 a",
        "cp -a dir copy; rm -r dir; mv copy dir",
        "cp -a . /tmp/$$.copy; rm -r *; cp -a /tmp/$$.copy/. .; rm -r /tmp/$$.copy",
      })
  void layer_on_layers_is_what_the_mount_showed(String script) throws Exception {
    Outcome outcome = change(script);
    HostTrees.text(outcome.lower); // reads the contents
    HostTrees.text(outcome.changes.tree());
    LayerTree merged = Trees.merge(List.of(outcome.lower, outcome.changes.tree()));
    assertEquals(outcome.live, Trees.text(merged));

    // and the same by way of directories on disk
    LayerExtractor extractor = new LayerExtractor(syscalls, List.of(), Form.OVERLAY);
    LayerTree below = HostTrees.walk(syscalls, temporary.resolve("lower"));
    assertEquals(List.of(), extractor.extract(below, temporary.resolve("l0")));
    if (!outcome.changes.tree().rootSpecified()) {
      outcome.changes.tree().root().setAttributes(outcome.lower.root().attributes());
    }
    extractor.extract(outcome.changes.tree(), temporary.resolve("l1"));
    shell.run("mount -t overlay overlay -o lowerdir=l1:l0 merged");
    try {
      assertEquals(outcome.live, HostTrees.text(syscalls, temporary.resolve("merged")));
    } finally {
      shell.run("umount merged");
    }
  }

  @Test
  void what_is_copied_up_and_not_changed_is_left_out() throws Exception {
    Changes changes =
        change(
                """
                chmod 4755 file; chown 12:34 file; chmod 4755 file
                chmod 1777 other; chmod 644 dir/sub/two; chown -h 0:0 link; chmod 644 fifo null
                chown 0 hard
                """)
            .changes;
    assertTrue(Files.exists(upper.resolve("dir/sub/two")));
    assertEquals("", summary(changes.tree()));
    assertFalse(changes.tree().rootSpecified());
  }

  @Test
  void equal_size_and_time_do_not_make_a_file_unchanged() throws Exception {
    Changes changes =
        change("echo ONE > dir/one; touch -d '2001-02-03 04:05:06.123456789Z' dir/one").changes;
    assertEquals("dir dir/one", summary(changes.tree()));
  }

  @Test
  void new_directories_are_not_opaque_and_recreated_ones_are() throws Exception {
    Changes changes = change("mkdir new; rm -r dir; mkdir dir; rm file; mkdir file").changes;
    assertEquals("/ !dir file new", summary(changes.tree()));
  }

  @Test
  void what_was_made_and_removed_again_leaves_no_whiteout() throws Exception {
    shell.run("mknod upper/never c 0 0; mkdir upper/n; mknod upper/n/x c 0 0");
    assertEquals("/ n", summary(scan().tree()));
  }

  @Test
  void sockets_are_left_out_and_hide_what_was_below() throws Exception {
    new Shell(upper).run("mkdir dir; chmod --reference=../lower/dir dir");
    new Shell(upper).run("setfattr -n user.note -v hello dir; touch -r ../lower/dir dir .");
    try (ServerSocketChannel hiding = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        ServerSocketChannel fresh = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      hiding.bind(UnixDomainSocketAddress.of(upper.resolve("dir/one")));
      fresh.bind(UnixDomainSocketAddress.of(upper.resolve("dir/socket")));
    }
    shell.run("touch -r lower/dir upper/dir");
    Changes changes = scan();
    assertEquals("dir -dir/one", summary(changes.tree()));
    assertEquals(2, changes.sockets().size());
    assertTrue(changes.tree().notes().contains("left out /dir/socket: a socket"));

    new UpperdirScanner(syscalls, false).removeSockets(upper, changes);
    assertFalse(Files.exists(upper.resolve("dir/socket")));
    Changes again = scan();
    assertEquals(Trees.text(changes.tree()), Trees.text(again.tree()));
    assertEquals(List.of(), again.sockets());
  }

  @Test
  void names_that_mean_removals_are_refused() throws Exception {
    shell.run("mkdir upper/n; touch upper/n/.wh.x");
    LayerException failure = assertThrows(LayerException.class, this::scan);
    assertEquals(
        "read changes in "
            + upper.toRealPath()
            + "/n/.wh.x: names that begin with .wh. mean removals in a layer"
            + " (give it another name)",
        failure.getMessage());
  }

  @Test
  void redirects_are_refused() throws Exception {
    shell.run("mkdir upper/n; setfattr -n trusted.overlay.redirect -v /dir upper/n");
    LayerException failure = assertThrows(LayerException.class, this::scan);
    assertEquals(
        "read changes in "
            + upper.toRealPath()
            + "/n: it has trusted.overlay.redirect and so is not complete in itself"
            + " (mount the overlay with redirect_dir=off,metacopy=off)",
        failure.getMessage());
    shell.run("rmdir upper/n; touch upper/n; setfattr -n trusted.overlay.metacopy upper/n");
    assertThrows(LayerException.class, this::scan);
  }

  @Test
  void marks_count_in_the_form_of_the_mount_and_none_gets_into_the_layer() throws Exception {
    shell.run("mkdir upper/dir; setfattr -n user.overlay.opaque -v y upper/dir");
    shell.run("setfattr -n trusted.overlay.origin -v x upper/dir; touch -r lower upper");
    Changes trusted = scan(false);
    assertEquals("dir", summary(trusted.tree()));
    assertEquals("!dir", summary(scan(true).tree()));
    Inode directory = trusted.tree().lookup(BytePath.parse("dir"));
    assertEquals(Attributes.NO_XATTRS, directory.attributes().xattrs());
  }

  @Test
  void whiteouts_in_a_directory_of_one_layer_alone_are_not_listed() throws Exception {
    LayerTree layer = new LayerTree(new Directory(Attributes.of(0755, 0, 0, 1)));
    layer.put(BytePath.parse("only"), new Directory(Attributes.of(0755, 0, 0, 1)));
    layer.put(BytePath.parse("only/gone"), new Whiteout());
    new LayerExtractor(syscalls, List.of(), Form.OVERLAY)
        .extract(layer, temporary.resolve("alone"));
    shell.run("mount -t overlay overlay -o lowerdir=alone:lower merged");
    try (var entries = Files.newDirectoryStream(temporary.resolve("merged/only"))) {
      assertFalse(entries.iterator().hasNext());
    } finally {
      shell.run("umount merged");
    }
  }

  @Test
  void special_xattrs_and_devices_survive_an_extraction() throws Exception {
    new Shell(temporary.resolve("lower"))
        .run("cp /bin/true cap; setcap cap_net_raw+ep cap; chown 70000:80000 dir/one");
    LayerTree tree = HostTrees.walk(syscalls, temporary.resolve("lower"));
    Inode file = tree.lookup(BytePath.parse("cap"));
    assertTrue(file.attributes().xattrs().containsKey(ByteString.of("security.capability")));
    new LayerExtractor(syscalls, List.of(), Form.PLAIN).extract(tree, temporary.resolve("out"));
    assertEquals(HostTrees.text(tree), HostTrees.text(syscalls, temporary.resolve("out")));
    try (Fd out =
        syscalls.openat(Fd.CWD, ByteString.of(temporary.resolve("out").toString()), 0, 0)) {
      assertEquals(3, syscalls.statx(out, ByteString.of("null"), false).rdevMinor());
    }
  }
}
