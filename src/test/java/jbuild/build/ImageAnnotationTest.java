package jbuild.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Collectors;
import jbuild.buildfile.SyntaxException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageAnnotationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k=v                         | manifest null k v",
        "org.example.k=a=b:c         | manifest null org.example.k a=b:c",
        "manifest:k=v                | manifest null k v",
        "manifest-descriptor:k=v     | manifest-descriptor null k v",
        "manifest[linux/arm64/v8]:k= | manifest linux/arm64 k",
        "index,manifest[a/b]:k=v     | index null k v + manifest a/b k v",
      })
  void places_and_platforms_stand_before_the_key(String given, String parts) throws Exception {
    assertEquals(
        parts,
        ImageAnnotation.parse(given).stream()
            .map(a -> (a.type() + " " + a.platform() + " " + a.key() + " " + a.value()).strip())
            .collect(Collectors.joining(" + ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k               | not of the form KEY=VALUE",
        "=v              | the key is empty",
        "manifest:=v     | the key is empty",
        "manifst:k=v     | unknown annotation type: manifst (did you mean manifest?)",
        "manifest[a/b:k=v | missing ] after the platform in manifest[a/b",
        "manifest[a//b]:k=v | invalid platform: a//b",
      })
  void what_is_none_is_refused(String given, String message) {
    assertEquals(
        message,
        assertThrows(SyntaxException.class, () -> ImageAnnotation.parse(given)).getMessage());
  }
}
