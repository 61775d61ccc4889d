package jbuild.store;

import java.io.IOException;
import java.util.List;
import jbuild.oci.Digest;
import jbuild.oci.Manifest;
import jbuild.oci.MediaTypes;
import org.jspecify.annotations.Nullable;

/** Finds images by the first digits of a digest. */
final class ImageIds {
  private static final int FEWEST_DIGITS = 4;
  private static final int MAX_MANIFEST = 4 << 20;
  private static final String ALGORITHM = "sha256:";

  private final BlobStore blobs;

  ImageIds(BlobStore blobs) {
    this.blobs = blobs;
  }

  @Nullable Reference find(List<Reference> list, String typed) throws IOException {
    String digits = typed.startsWith(ALGORITHM) ? typed.substring(ALGORITHM.length()) : typed;
    if (digits.length() < FEWEST_DIGITS || !isHex(digits)) {
      return null;
    }
    Reference found = null;
    for (Reference reference : list) {
      if (matches(reference, digits)) {
        if (found != null && !found.descriptor().digest().equals(reference.descriptor().digest())) {
          throw new StoreException(
              "find image: "
                  + typed
                  + ": "
                  + found.descriptor().digest()
                  + " and "
                  + reference.descriptor().digest()
                  + " both start so (give more digits)");
        }
        found = found == null ? reference : found;
      }
    }
    return found;
  }

  private boolean matches(Reference reference, String digits) throws IOException {
    Digest manifest = reference.descriptor().digest();
    if (manifest.hex().startsWith(digits)) {
      return true;
    }
    return MediaTypes.isManifest(reference.descriptor().mediaType())
        && blobs.contains(manifest)
        && Manifest.fromJson("manifest " + manifest, blobs.read(manifest, MAX_MANIFEST))
            .config()
            .digest()
            .hex()
            .startsWith(digits);
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
