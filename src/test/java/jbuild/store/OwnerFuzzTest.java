package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Names of files in the data root, by whomever: only what an owner wrote is an owner's. */
class OwnerFuzzTest {
  @FuzzTest
  void name(byte[] input) {
    String name = new String(input, StandardCharsets.UTF_8);
    Owner owner = Owner.parse(name);
    if (owner != null) {
      assertTrue(name.startsWith(owner.prefix()), name);
      assertEquals(owner, Owner.parse(owner.prefix() + "x"));
    }
  }
}
