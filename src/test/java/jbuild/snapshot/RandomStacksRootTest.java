package jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jbuild.layer.IndexStore;
import jbuild.layer.LayerStackModel;
import jbuild.layer.LayerUnit;
import jbuild.layer.Shell;
import jbuild.linux.Fd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random stacks of OCI layers, mounted by the snapshotter: the kernel shows in every field what
 * {@link LayerStackModel} works out from the words of the specification.
 */
class RandomStacksRootTest {
  @TempDir Path dir;

  @BeforeEach
  void needsRoot() throws IOException {
    Shell.assumeRoot("mounts of random stacks");
  }

  @ParameterizedTest(name = "{0}, seed {1}: {2} layers of {3} entries")
  @CsvSource({
    "EROFS,1,1,60",
    "EROFS,2,2,60",
    "EROFS,3,3,30",
    "EROFS,4,8,30",
    "EROFS,5,16,30",
    "EROFS,6,17,30",
    "EROFS,7,20,40",
    "EROFS,8,120,25",
    "EROFS,9,400,12",
    "LOOP,11,1,60",
    "LOOP,12,5,40",
    "LOOP,13,20,40",
    "LOOP,14,60,20",
    "DIRECTORY,21,1,60",
    "DIRECTORY,22,5,40",
    "DIRECTORY,23,20,40",
    "DIRECTORY,24,400,8"
  })
  void mounted_stack_equals_the_model_in_every_field(Rung rung, long seed, int layers, int entries)
      throws IOException {
    check(rung, seed, layers, entries);
  }

  @ParameterizedTest(name = "{0}, seeds from {1}")
  @CsvSource({"EROFS,1000,40", "LOOP,2000,5", "DIRECTORY,3000,8"})
  void small_mounted_stacks_equal_the_model(Rung rung, long firstSeed, int count)
      throws IOException {
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      check(rung, seed, 4, 10);
    }
  }

  /**
   * User attributes exist on files and directories alone: xattr(7), the kernel's xattr_permission.
   */
  private static String visible(String model) {
    return model.replaceAll("(?m)^(\\S+ (?:SYMLINK|BLOCK_DEVICE) .*?) user\\.x=\\S+", "$1");
  }

  private void check(Rung rung, long seed, int layers, int entries) throws IOException {
    LayerStackModel model = new LayerStackModel(seed);
    try (SnapshotFixture fixture = new SnapshotFixture(dir.resolve("s" + seed), rung)) {
      for (int i = 0; i < layers; i++) {
        fixture.add(model.addLayer(entries));
      }
      try (ActiveSnapshot snapshot = fixture.prepare();
          Fd mounted = fixture.mount(snapshot)) {
        assertEquals(
            visible(model.text()),
            MountedTree.text(fixture.syscalls, mounted),
            rung + ", seed " + seed);
      }
      List<LayerUnit> units = fixture.indexes.units(fixture.layers);
      assertEquals(layers > IndexStore.MAX_UNITS ? 1 : units.size(), units.size());
    }
  }
}
