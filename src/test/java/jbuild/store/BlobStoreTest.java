package jbuild.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import jbuild.io.ByteString;
import jbuild.linux.Fd;
import jbuild.linux.Syscalls;
import jbuild.oci.Digest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStoreTest {
  private static final int BUFFER = BufferPool.BUFFER_SIZE;

  @TempDir Path temporary;
  private DataRoot root;
  private BlobStore blobs;

  @BeforeEach
  void create() throws IOException {
    root = new DataRoot(temporary).create();
    blobs = new BlobStore(root);
  }

  private long leftovers() throws IOException {
    try (Stream<Path> files = Files.list(root.tmp())) {
      return files.count();
    }
  }

  private static boolean writerThreadLives() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("blob writer"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 3 * BUFFER})
  void a_sealed_blob_can_be_read_and_has_its_name_when_it_is_published(int length)
      throws IOException {
    byte[] content = OtherProcess.content(length);
    try (BlobWriter writer = blobs.create()) {
      writer.write(content);
      try (SealedBlob sealed = writer.seal()) {
        assertEquals(Digest.of(content), sealed.digest());
        assertFalse(sealed.isStored());
        sealed.flush();
        assertArrayEquals(content, Files.readAllBytes(sealed.path()));
        assertFalse(blobs.contains(sealed.digest()));
        sealed.publish();
        assertArrayEquals(content, blobs.read(sealed.digest(), length));
      }
    }
    assertEquals(0, leftovers());
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 3 * BUFFER})
  void of_a_sealed_blob_that_is_not_published_nothing_stays(int length) throws IOException {
    byte[] content = OtherProcess.content(length);
    try (BlobWriter writer = blobs.create()) {
      writer.write(content);
      try (SealedBlob sealed = writer.seal()) {
        sealed.flush();
      }
    }
    assertFalse(blobs.contains(Digest.of(content)));
    assertEquals(0, leftovers());
  }

  @Test
  void a_sealed_blob_that_the_store_has_is_not_written_again() throws IOException {
    byte[] content = OtherProcess.content(3 * BUFFER);
    Digest digest = blobs.put(content);
    Object before = Files.getAttribute(blobs.path(digest), "unix:ino");
    try (BlobWriter writer = blobs.create()) {
      writer.write(content);
      try (SealedBlob sealed = writer.seal()) {
        assertTrue(sealed.isStored());
        assertEquals(0, leftovers());
        sealed.flush();
        sealed.publish();
      }
    }
    assertEquals(before, Files.getAttribute(blobs.path(digest), "unix:ino"));
  }

  @Test
  void a_sealed_blob_that_ends_with_a_hole_has_its_whole_length() throws IOException {
    try (BlobWriter writer = blobs.create()) {
      writer.write(new byte[2 * BUFFER]);
      try (SealedBlob sealed = writer.seal()) {
        assertEquals(2 * BUFFER, Files.size(sealed.path()));
        assertEquals(2 * BUFFER, sealed.size());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BUFFER - 1, BUFFER, BUFFER + 1, 7 * BUFFER, 9 * BUFFER + 12345})
  void what_was_written_is_read_back(int length) throws IOException {
    byte[] content = OtherProcess.content(length);
    Digest digest;
    try (BlobWriter writer = blobs.create()) {
      int half = length / 3;
      writer.write(content, 0, half);
      writer.write(content, half, length - half);
      assertEquals(length, writer.position());
      digest = writer.commit();
    }
    assertEquals(Digest.of(content), digest);
    assertEquals(length, blobs.size(digest));
    assertArrayEquals(content, blobs.read(digest, length));
    assertEquals(
        "r--r--r--",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(blobs.path(digest))));
    assertEquals(0, leftovers());
    blobs.sync();
  }

  @Test
  void single_bytes_and_sources_are_one_stream() throws IOException {
    byte[] content = OtherProcess.content(3 * BUFFER);
    Digest digest;
    try (BlobWriter writer = blobs.create()) {
      writer.write(content[0]);
      int[] at = {1};
      long count =
          writer.transferFrom(
              target -> {
                int step = Math.min(Math.min(100_000, target.remaining()), content.length - at[0]);
                target.put(content, at[0], step);
                at[0] += step;
                return step == 0 ? -1 : step;
              },
              Long.MAX_VALUE);
      assertEquals(content.length - 1, count);
      digest = writer.commit();
    }
    assertEquals(Digest.of(content), digest);
  }

  @Test
  void a_source_that_has_more_than_asked_is_told_apart_and_the_rest_is_not_written()
      throws IOException {
    try (BlobWriter writer = blobs.create()) {
      long count =
          writer.transferFrom(
              target -> {
                int room = target.remaining();
                target.put(new byte[room]);
                return room;
              },
              10);
      assertEquals(11, count);
      assertEquals(10, writer.position());
      assertEquals(Digest.of(new byte[10]), writer.commit());
    }
  }

  @Test
  void a_small_blob_has_no_thread_and_no_temporary_file() throws IOException {
    try (BlobWriter writer = blobs.create()) {
      writer.write(new byte[BUFFER]);
      assertFalse(writerThreadLives());
      assertEquals(0, leftovers());
      writer.write(1);
      assertTrue(writerThreadLives());
      assertEquals(1, leftovers());
    }
    assertFalse(writerThreadLives());
  }

  @Test
  void a_writer_that_is_not_committed_leaves_nothing() throws IOException {
    try (BlobWriter writer = blobs.create()) {
      writer.write(new byte[5 * BUFFER]);
    }
    assertEquals(0, leftovers());
    try (Stream<Path> files = Files.list(root.blobs())) {
      assertEquals(0, files.count());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, BUFFER})
  void t13_zeros_take_no_room_on_the_disk(int end) throws IOException {
    byte[] content = new byte[16 * BUFFER + end];
    content[3 * BUFFER + 1] = 1;
    content[content.length - BUFFER - 1] = 1;
    Digest digest;
    try (BlobWriter writer = blobs.create()) {
      writer.write(content);
      digest = writer.commit();
    }
    assertEquals(Digest.of(content), digest);
    assertArrayEquals(content, Files.readAllBytes(root.blob(digest)));
    Syscalls syscalls = Syscalls.load();
    ByteString path = ByteString.of(root.blob(digest).toString());
    long blocks = syscalls.statx(Fd.CWD, path, false).blocks();
    assertTrue(blocks * 512 <= 3L * BUFFER, blocks + " blocks");
  }

  @Test
  void a_committed_or_closed_writer_takes_nothing_more() throws IOException {
    BlobWriter writer = blobs.create();
    writer.write(1);
    writer.commit();
    assertThrows(StoreException.class, () -> writer.write(1));
    assertThrows(StoreException.class, writer::commit);
    writer.close();
  }

  @Test
  void a_blob_that_is_there_stays_as_it_is() throws IOException {
    byte[] content = OtherProcess.content(2 * BUFFER);
    Object first = Files.readAttributes(blobs.path(blobs.put(content)), "unix:ino").get("ino");
    Object second = Files.readAttributes(blobs.path(blobs.put(content)), "unix:ino").get("ino");
    assertEquals(first, second);
    assertEquals(0, leftovers());
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 2 * BUFFER})
  void a_blob_cut_off_by_a_crash_is_written_again(int length) throws IOException {
    byte[] content = OtherProcess.content(length);
    Files.write(blobs.path(Digest.of(content)), new byte[10]);
    assertArrayEquals(content, blobs.read(blobs.put(content), length));
  }

  @Test
  void a_flipped_byte_is_noticed_by_the_reader() throws IOException {
    byte[] content = OtherProcess.content(100_000);
    Digest digest = blobs.put(content);
    content[50_000] ^= 1;
    Files.delete(blobs.path(digest));
    Files.write(blobs.path(digest), content);
    StoreException e = assertThrows(StoreException.class, () -> blobs.read(digest, content.length));
    assertTrue(e.getMessage().startsWith("read blob " + digest + ": its content is damaged"));
    try (InputStream in = blobs.open(digest)) {
      assertEquals(60_000, in.skip(60_000));
      assertThrows(StoreException.class, in::readAllBytes);
      assertThrows(StoreException.class, in::read, "it is damaged the second time too");
    }
  }

  @Test
  void a_blob_above_the_limit_is_not_read() throws IOException {
    Digest digest = blobs.put(new byte[1000]);
    assertEquals(1000, blobs.read(digest, 1000).length);
    assertThrows(StoreException.class, () -> blobs.read(digest, 999));
  }

  @Test
  void a_blob_that_is_not_there_is_said_to_be_missing() throws IOException {
    Digest digest = Digest.of(new byte[0]);
    assertFalse(blobs.contains(digest));
    String message = "read blob " + digest + ": it is not in " + root.blobs();
    assertEquals(
        message, assertThrows(StoreException.class, () -> blobs.open(digest)).getMessage());
    assertEquals(
        message, assertThrows(StoreException.class, () -> blobs.size(digest)).getMessage());
  }

  @Test
  void threads_and_processes_may_write_the_same_blobs_at_once() throws Exception {
    Process other = OtherProcess.start("put-blobs", temporary.toString());
    OtherProcess.awaitReady(other);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        writers.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    byte[] content = OtherProcess.content((i << 18) + 1);
                    assertEquals(Digest.of(content), blobs.put(content));
                  }
                  return null;
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(0, other.waitFor());
    for (int i = 0; i < 20; i++) {
      byte[] content = OtherProcess.content((i << 18) + 1);
      assertArrayEquals(content, blobs.read(Digest.of(content), content.length));
    }
    assertEquals(0, leftovers());
  }
}
