package jbuild.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DefaultFilterTest {
  @ParameterizedTest
  @EnumSource
  void the_filter_compiled_beforehand_is_what_the_profile_compiles_to(Architecture architecture) {
    byte[] compiled = SeccompProfile.docker(architecture, DefaultFilter.CAPABILITIES).compile();
    assertEquals(source(compiled), source(DefaultFilter.of(architecture)));
  }

  @ParameterizedTest
  @EnumSource
  void other_capabilities_have_a_filter_of_their_own(Architecture architecture) {
    byte[] compiled = SeccompProfile.docker(architecture, 0).compile();
    assertEquals(source(compiled), source(SeccompProfile.dockerFilter(architecture, 0)));
  }

  /** As DefaultFilter writes it. */
  private static String source(byte[] filter) {
    ByteBuffer instructions = ByteBuffer.wrap(filter).order(ByteOrder.LITTLE_ENDIAN);
    StringBuilder source = new StringBuilder();
    for (int i = 0; instructions.hasRemaining(); i++) {
      source.append(String.format(Locale.ROOT, "0x%016xL,", instructions.getLong()));
      source.append(i % 4 == 3 ? '\n' : ' ');
    }
    return source.toString();
  }
}
