package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import jbuild.oci.Digest;
import org.junit.jupiter.api.Test;

class ChecksumsTest {
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);

  @Test
  void lines_of_sha256sum_are_read_in_text_and_binary_mode() {
    String list = A + "  x.iso\n" + B + " *dir/y z.iso\n";
    assertEquals(new Digest(A), Checksums.find(list, "x.iso"));
    assertEquals(new Digest(B), Checksums.find(list, "y z.iso"));
  }

  @Test
  void lines_of_bsd_are_read_amid_a_signature() {
    String list =
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# x.iso: 1 bytes\nSHA256 (x.iso) = "
            + A
            + "\nSHA256 (x.iso.asc) = "
            + B
            + "\n-----BEGIN PGP SIGNATURE-----\n";
    assertEquals(new Digest(A), Checksums.find(list, "x.iso"));
  }

  @Test
  void other_files_and_other_digests_are_not_taken() {
    assertNull(Checksums.find(A + "  xx.iso\n", "x.iso"));
    assertNull(Checksums.find("SHA512 (x.iso) = " + A + "\n", "x.iso"));
    assertNull(Checksums.find("g".repeat(64) + "  x.iso\n", "x.iso"));
    assertNull(Checksums.find("", "x.iso"));
  }

  @Test
  void a_digest_may_be_typed_in_capitals_and_with_its_algorithm() {
    assertEquals(new Digest(A), Checksums.parse("SHA256:" + "A".repeat(64)));
    assertNull(Checksums.parse("abc"));
  }
}
