package jbuild.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jbuild.graph.RunMount;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections through a step's socket to an agent. */
class AgentProxyTest {
  @TempDir Path temporary;

  /** Answers each connection with what it said, backwards. */
  private static void serve(ServerSocketChannel agent) {
    try {
      while (true) {
        try (SocketChannel client = agent.accept()) {
          String said = read(client);
          client.write(
              ByteBuffer.wrap(new StringBuilder(said).reverse().toString().getBytes(UTF_8)));
        }
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private static String read(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(7);
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
    }
    return all.toString(UTF_8);
  }

  private static String ask(Path socket, String question) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap(question.getBytes(UTF_8)));
      channel.shutdownOutput();
      return read(channel);
    }
  }

  private static RunMount.Owner me() throws IOException {
    Path self = Path.of("/proc/self");
    return new RunMount.Owner(
        (Integer) Files.getAttribute(self, "unix:uid"),
        (Integer) Files.getAttribute(self, "unix:gid"),
        0600);
  }

  @Test
  void questions_and_answers_pass_and_the_socket_ends_with_the_step() throws Exception {
    Path place = Files.createTempDirectory("a");
    Path agentSocket = place.resolve("s");
    Path directory = Files.createDirectories(temporary.resolve("d".repeat(100)));
    try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(agentSocket));
      Thread server = new Thread(() -> serve(agent));
      server.setDaemon(true);
      server.start();
      Path link = place.resolve("l");
      try (AgentProxy proxy = AgentProxy.start(Syscalls.load(), agentSocket, directory, me())) {
        Files.createSymbolicLink(link, proxy.socket()); // an address has 108 bytes
        assertEquals(0140600, Files.getAttribute(proxy.socket(), "unix:mode"));
        assertEquals("cba", ask(link, "abc"));
        assertEquals("z".repeat(50_000), ask(link, "z".repeat(50_000)));
      }
      assertThrows(IOException.class, () -> ask(link, "abc"));
      Files.delete(link);
    }
    Files.delete(agentSocket);
    Files.delete(place);
  }

  @Test
  void without_an_agent_the_connection_just_ends() throws Exception {
    Path place = Files.createTempDirectory("a");
    Path nobody = place.resolve("nobody");
    try (AgentProxy proxy = AgentProxy.start(Syscalls.load(), nobody, place, me())) {
      assertEquals("", ask(proxy.socket(), ""));
    }
    Files.delete(place.resolve("agent"));
    Files.delete(place);
  }
}
