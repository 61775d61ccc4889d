package jbuild.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import jbuild.oci.Descriptor;
import jbuild.oci.ImageIndex;
import jbuild.oci.ImageReference;
import jbuild.oci.OciFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The images' names: {@code index.json} of the image layout, where an entry's annotation {@code
 * org.opencontainers.image.ref.name} holds {@code repository:tag}. Readers need no lock, since the
 * file is replaced as a whole; writers take turns. Entries and members of other tools survive.
 */
@SuppressWarnings("try") // a lock is held, not looked at
public final class References {
  /** Bytes in {@code index.json}: some ten thousand names. */
  private static final int MAX_INDEX = 4 << 20;

  private static final String LOCK = "references";

  private final DataRoot root;
  private final BlobStore blobs;
  private final ImageIds ids;

  public References(DataRoot root) {
    this.root = root;
    this.blobs = new BlobStore(root);
    this.ids = new ImageIds(blobs);
  }

  /** All entries, in the order of the file. */
  public List<Reference> list() throws IOException {
    List<Reference> list = new ArrayList<>();
    for (Descriptor descriptor : read().manifests()) {
      list.add(Reference.of(descriptor));
    }
    return list;
  }

  /**
   * The entry that a typed name means: {@code repository:tag}, with {@code latest} for no tag, else
   * a name of another tool that is exactly what was typed. With a digest, the entry must have it.
   */
  public @Nullable Reference find(ImageReference name) throws IOException {
    return find(list(), name);
  }

  /**
   * The entry that {@code typed} means: a name as above, or at least four digits of a manifest's
   * digest or of a configuration's, which is Docker's image ID. A name goes before digits.
   *
   * @throws StoreException when the digits mean several images
   */
  public @Nullable Reference find(String typed) throws IOException {
    List<Reference> list = list();
    Reference named;
    try {
      named = find(list, ImageReference.parse(typed));
    } catch (OciFormatException noName) {
      named = findExactly(list, typed);
    }
    return named != null ? named : ids.find(list, typed);
  }

  private static @Nullable Reference find(List<Reference> list, ImageReference name) {
    String stored = name.storedName();
    Reference found = stored == null ? null : findExactly(list, stored);
    if (found == null && name.digest() == null) {
      found = findExactly(list, name.toString());
    }
    if (name.digest() == null) {
      return found;
    }
    if (name.tag() != null) {
      return found != null && found.descriptor().digest().equals(name.digest()) ? found : null;
    }
    for (Reference reference : list) {
      if (reference.descriptor().digest().equals(name.digest())) {
        return reference;
      }
    }
    return null;
  }

  private static @Nullable Reference findExactly(List<Reference> list, String name) {
    for (Reference reference : list) {
      if (name.equals(reference.name())) {
        return reference;
      }
    }
    return null;
  }

  /**
   * Makes {@code name} stand for {@code image}, whatever it stood for before. When this returns,
   * the name and all blobs committed before it are durable.
   *
   * @param name {@code repository[:tag]}
   */
  public void put(String name, Descriptor image) throws IOException {
    String stored = storedName(name);
    Descriptor named = image.withAnnotation(Descriptor.REF_NAME, stored);
    requireBlob(image);
    if (isThere(named)) {
      return; // a cached build changes nothing, and needs neither the lock nor the disk
    }
    blobs.sync();
    try (StoreLock lock = StoreLock.acquire(root, LOCK)) {
      ImageIndex index = read();
      List<Descriptor> changed = without(index, stored);
      changed.add(named);
      write(index.withManifests(changed));
    }
  }

  private boolean isThere(Descriptor named) throws IOException {
    for (Descriptor descriptor : read().manifests()) {
      if (descriptor.digest().equals(named.digest())
          && descriptor.annotations().equals(named.annotations())) {
        return true;
      }
    }
    return false;
  }

  /** Keeps an image that has no name; does nothing when an entry for it is there. */
  public void putNameless(Descriptor image) throws IOException {
    requireBlob(image);
    blobs.sync();
    try (StoreLock lock = StoreLock.acquire(root, LOCK)) {
      ImageIndex index = read();
      for (Descriptor descriptor : index.manifests()) {
        if (descriptor.digest().equals(image.digest())) {
          return;
        }
      }
      List<Descriptor> changed = new ArrayList<>(index.manifests());
      changed.add(image.withAnnotation(Descriptor.REF_NAME, null));
      write(index.withManifests(changed));
    }
  }

  /**
   * Removes one entry; the blobs stay for the garbage collection.
   *
   * @return false when it is not there (any more)
   */
  public boolean remove(Reference reference) throws IOException {
    try (StoreLock lock = StoreLock.acquire(root, LOCK)) {
      ImageIndex index = read();
      List<Descriptor> changed = new ArrayList<>(index.manifests());
      if (!changed.remove(reference.descriptor())) {
        return false;
      }
      write(index.withManifests(changed));
      return true;
    }
  }

  /** As {@link #remove(Reference)}, by {@code repository[:tag]}. */
  public boolean remove(String name) throws IOException {
    String stored = storedName(name);
    try (StoreLock lock = StoreLock.acquire(root, LOCK)) {
      ImageIndex index = read();
      List<Descriptor> changed = without(index, stored);
      if (changed.size() == index.manifests().size()) {
        return false;
      }
      write(index.withManifests(changed));
      return true;
    }
  }

  private static String storedName(String name) throws IOException {
    ImageReference reference = ImageReference.parse(name);
    String stored = reference.storedName();
    if (stored == null || reference.digest() != null) {
      throw new StoreException("name an image: " + name + ": a name to give has no digest");
    }
    return stored;
  }

  private void requireBlob(Descriptor image) throws IOException {
    if (!blobs.contains(image.digest())) {
      throw new StoreException("name an image: " + image.digest() + ": it is not in the store");
    }
  }

  private static List<Descriptor> without(ImageIndex index, String name) {
    List<Descriptor> rest = new ArrayList<>(index.manifests().size() + 1);
    for (Descriptor descriptor : index.manifests()) {
      if (!name.equals(descriptor.annotations().get(Descriptor.REF_NAME))) {
        rest.add(descriptor);
      }
    }
    return rest;
  }

  private ImageIndex read() throws IOException {
    byte[] json;
    try (InputStream in = Files.newInputStream(root.indexJson())) {
      json = in.readNBytes(MAX_INDEX + 1);
    } catch (NoSuchFileException e) {
      throw new StoreException(
          "read references: " + root.indexJson() + ": no such file (is this a data root?)", e);
    }
    return ImageIndex.fromJson(root.indexJson().toString(), json);
  }

  private void write(ImageIndex index) throws IOException {
    byte[] json = index.toJson();
    if (json.length > MAX_INDEX) {
      throw new StoreException(
          "write references: " + root.indexJson() + ": more than " + MAX_INDEX + " bytes of names");
    }
    root.replace(root.indexJson(), json);
  }
}
