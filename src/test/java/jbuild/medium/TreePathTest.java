package jbuild.medium;

import static jbuild.fs.FakeInode.directory;
import static jbuild.fs.FakeInode.file;
import static jbuild.fs.FakeInode.link;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import org.junit.jupiter.api.Test;

class TreePathTest {
  private final Inode shell = file("sh");
  private final Inode link = link("../usr/bin/sh");
  private final Inode root =
      directory()
          .with("usr", directory().with("bin", directory().with("sh", shell)))
          .with("bin", link("usr/bin"))
          .with("absolute", link("/bin/sh"))
          .with("etc", directory().with("shell", link).with("up", link("../../../../etc/shell")))
          .with("loop", link("loop"))
          .with("chain", link("loop/x"));

  private Inode resolve(String path) throws IOException {
    return TreePath.resolve(root, BytePath.parse(path));
  }

  @Test
  void links_are_followed_inside_the_tree() throws IOException {
    assertSame(shell, resolve("/usr/bin/sh"));
    assertSame(shell, resolve("/bin/sh"));
    assertSame(shell, resolve("/absolute"));
    assertSame(shell, resolve("/etc/shell"));
  }

  @Test
  void no_link_leads_out_of_the_tree() throws IOException {
    assertSame(shell, resolve("/etc/up"));
  }

  @Test
  void a_final_link_is_left_alone_where_that_is_asked() throws IOException {
    assertSame(link, TreePath.lookup(root, BytePath.parse("/etc/shell"), false));
  }

  @Test
  void what_is_not_there_and_links_in_circles_are_nothing() throws IOException {
    assertNull(resolve("/usr/lib"));
    assertNull(resolve("/usr/bin/sh/x"));
    assertNull(resolve("/loop"));
    assertNull(resolve("/chain"));
  }
}
