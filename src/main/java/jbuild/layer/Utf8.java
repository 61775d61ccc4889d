package jbuild.layer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import jbuild.io.ByteString;

/** Tells whether bytes are UTF-8, as PAX records must be unless they say otherwise. */
final class Utf8 {
  private Utf8() {}

  static boolean isValid(ByteString bytes) {
    return isValid(bytes.toBytes(), bytes.length());
  }

  static boolean isValid(byte[] bytes, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      return true;
    } catch (CharacterCodingException e) {
      return false; // the answer, not a failure
    }
  }
}
