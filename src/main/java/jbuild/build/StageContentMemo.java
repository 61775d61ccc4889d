package jbuild.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import jbuild.graph.Operation;
import jbuild.oci.Digest;
import jbuild.oci.OciFormatException;
import jbuild.step.CacheKey;
import jbuild.step.CopyStep;
import jbuild.store.DataRoot;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the digest of what a COPY takes from a stage, by the stage's layers: those never
 * change, so the files need not be read again to know what is in them.
 */
final class StageContentMemo {
  private final DataRoot root;

  StageContentMemo(DataRoot root) {
    this.root = root;
  }

  @Nullable Digest find(String stage, Operation.CopyOp operation) throws IOException {
    Path file = file(stage, operation);
    try {
      byte[] text = Files.readAllBytes(file);
      root.keep(file);
      return Digest.parse(new String(text, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException | OciFormatException unknown) {
      return null;
    }
  }

  void store(String stage, Operation.CopyOp operation, Digest content) throws IOException {
    Path file = file(stage, operation);
    if (!Files.exists(file)) {
      root.replaceNotDurably(file, content.toString().getBytes(StandardCharsets.US_ASCII));
    }
  }

  private Path file(String stage, Operation.CopyOp operation) {
    CacheKey.Builder key = CacheKey.of("stage content").with("stage", stage);
    CopyStep.selection(key, operation);
    return root.statCache().resolve("stage-" + key.build().digest().hex());
  }
}
