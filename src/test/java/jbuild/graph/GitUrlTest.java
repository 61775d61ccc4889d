package jbuild.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jbuild.buildfile.SyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitUrlTest {
  private static final String ID = "0123456789012345678901234567890123456789";

  @ParameterizedTest
  @CsvSource({
    "https://example.org/a/b.git, https://example.org/a/b.git, , ''",
    "https://example.org/b.git#main, https://example.org/b.git, main, ''",
    "https://example.org/b.git#v1:sub/dir, https://example.org/b.git, v1, sub/dir",
    "https://example.org/b.git#:sub, https://example.org/b.git, , sub",
    "https://example.org/b.git#:../../etc, https://example.org/b.git, , etc",
    "https://example.org/b.git#feature%2Fx, https://example.org/b.git, feature/x, ''",
    "https://me:pw@example.org/b.git, https://me:pw@example.org/b.git, , ''",
    "http://example.org/b.git?tag=v1, http://example.org/b.git, refs/tags/v1, ''",
    "http://example.org/b.git?branch=b&subdir=x, http://example.org/b.git, refs/heads/b, x",
    "http://example.org/b.git?ref=b#b:x, http://example.org/b.git, b, x",
    "ssh://git@example.org:22/b, ssh://git@example.org:22/b, , ''",
    "git://example.org/b#x, git://example.org/b, x, ''",
    "git@example.org:a/b.git#v1:d, git@example.org:a/b.git, v1, d",
    "git@example.org:b?ref=v1, git@example.org:b, v1, ''",
    "github.com/a/b#v1, https://github.com/a/b, v1, ''",
  })
  void forms(String text, String remote, String ref, String subdirectory) throws SyntaxException {
    GitUrl url = GitUrl.parse(text);
    assertEquals(remote, url.remote());
    assertEquals(ref, url.ref());
    assertEquals(subdirectory, url.subdirectory());
  }

  @Test
  void a_query_tells_the_rest() throws SyntaxException {
    GitUrl url =
        GitUrl.parse(
            "https://example.org/b.git?commit=" + ID + "&keep-git-dir&submodules=0&mtime=checkout");
    assertEquals(ID, url.commit());
    assertEquals(true, url.keepsGitDir());
    assertFalse(url.submodules());
    assertTrue(url.checkoutTimes());
    GitUrl plain = GitUrl.parse("https://example.org/b.git");
    assertNull(plain.commit());
    assertNull(plain.keepsGitDir());
    assertTrue(plain.submodules());
    assertFalse(plain.checkoutTimes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/b.git#--upload-pack=x",
        "https://example.org/b.git#a..b",
        "https://example.org/b.git#a b",
        "https://example.org/b.git#HEAD~1",
        "https://example.org/b.git#a%0ab",
        "https://example.org/b.git?ref=a:b",
        "https://example.org/b.git?ref=",
        "https://example.org/b.git?what=1",
        "https://example.org/b.git?ref=a&ref=b",
        "https://example.org/b.git?ref=a#b",
        "https://example.org/b.git?tag=a&branch=b",
        "https://example.org/b.git?subdir=a#x:b",
        "https://example.org/b.git?commit=xyz",
        "https://example.org/b.git?commit=01234&checksum=56789",
        "https://example.org/b.git?mtime=now",
        "https://example.org/b.git?keep-git-dir=perhaps",
        "https://example.org/b.git#%zz",
        "ssh://-oProxyCommand=x/b",
        "ssh:///b",
        "https:///b.git",
      })
  void what_cannot_be_is_refused(String text) {
    assertTrue(GitUrl.isGit(text));
    assertThrows(SyntaxException.class, () -> GitUrl.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/b",
        "https://example.org/b?x=.git",
        "https://example.org/#.git",
        "file:///b.git",
        "ext::sh",
        "./git@host:x",
        "dir/file",
        "a:b",
        "github.com/a/b"
      })
  void what_is_no_git_url(String text) {
    assertFalse(GitUrl.isGit(text));
  }
}
