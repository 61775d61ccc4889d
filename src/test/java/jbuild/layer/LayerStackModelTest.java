package jbuild.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random stacks of layers against a model: a map from path to entry, to which the layers are
 * applied one after the other in plain words of the specification ({@link LayerStackModel}).
 */
class LayerStackModelTest {
  @ParameterizedTest(name = "seed {0}, {1} layers of {2} entries")
  @CsvSource({"1,1,60", "2,2,60", "3,20,40", "4,20,8", "5,120,25", "6,400,12", "7,60,100"})
  void merged_tree_equals_the_model_in_every_field(long seed, int layers, int entries)
      throws IOException {
    check(seed, layers, entries);
  }

  @ParameterizedTest(name = "seeds from {0}")
  @CsvSource({"1000", "2000", "3000"})
  void many_small_stacks_equal_the_model(long firstSeed) throws IOException {
    for (long seed = firstSeed; seed < firstSeed + 150; seed++) {
      check(seed, 4, 10);
    }
  }

  private static void check(long seed, int layers, int entries) throws IOException {
    LayerStackModel model = new LayerStackModel(seed);
    Merge foreign = new Merge();
    Merge canonical = new Merge();
    byte[][] foreignTars = new byte[layers][];
    byte[][] canonicalTars = new byte[layers][];
    List<LayerTree> trees = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      foreignTars[i] = model.addLayer(entries);
      LayerTree tree = Trees.changeSet(foreignTars[i]);
      foreign.add(tree);
      trees.add(tree);

      canonicalTars[i] = Trees.write(tree, foreignTars[i]);
      LayerTree again = Trees.changeSet(canonicalTars[i]);
      assertArrayEquals(canonicalTars[i], Trees.write(again, canonicalTars[i]), "layer " + i);
      canonical.add(again);
    }
    String expected = model.text();
    String label = "seed " + seed;
    assertEquals(expected, entries(foreign.tree(), foreignTars), label);
    assertEquals(expected, entries(canonical.tree(), canonicalTars), label + ", rewritten");
    assertEquals(expected, entries(Merge.of(trees), foreignTars), label + ", a second time");

    byte[] flat = Trees.write(foreign.tree(), foreignTars);
    assertEquals(expected, entries(Trees.whole(flat), flat), label + ", flattened");
  }

  /** The tree as the model prints it: one line a path, names of one inode share a number. */
  private static String entries(LayerTree tree, byte[]... devices) {
    Map<String, String> lines = new TreeMap<>();
    StringBuilder text = new StringBuilder();
    for (String line : Trees.text(tree, devices).lines().toList()) {
      lines.put(line.substring(0, line.indexOf(' ')), line);
    }
    lines.remove("/");
    lines.values().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}
