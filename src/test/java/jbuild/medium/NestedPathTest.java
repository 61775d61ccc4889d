package jbuild.medium;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import jbuild.io.BytePath;
import org.junit.jupiter.api.Test;

class NestedPathTest {
  private static List<String> steps(String text) {
    return NestedPath.parse(text).steps().stream().map(BytePath::toString).toList();
  }

  @Test
  void each_exclamation_mark_and_slash_goes_one_image_further_in() {
    assertEquals(List.of("/a/b.img", "/c.img", "/etc"), steps("a/b.img!/c.img!/etc"));
    assertEquals(List.of("/a"), steps("/a"));
    assertEquals(List.of("/a", "/"), steps("a!/"));
    assertEquals(List.of("/"), steps("/"));
  }

  @Test
  void dots_do_not_lead_out_of_an_image() {
    assertEquals(List.of("/a", "/etc"), steps("x/../a!/../../etc"));
  }

  @Test
  void other_exclamation_marks_belong_to_names() {
    assertEquals(List.of("/wow!.img", "/x"), steps("wow!.img!/x"));
  }

  @Test
  void prints_as_it_was_typed() {
    assertEquals("a/b.img!/c", NestedPath.parse("/a/b.img!/c").toString());
    assertEquals("/", NestedPath.parse("/").toString());
  }

  @Test
  void the_file_ends_at_the_first_image_path() {
    assertEquals(5, NestedPath.endOfFile("x.iso!/a!/b"));
    assertEquals(5, NestedPath.endOfFile("x.iso"));
  }
}
