package jbuild.step;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import jbuild.graph.RunMount;
import jbuild.io.ByteString;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * A socket of a step's own behind which an SSH agent of the host answers. The agent's own socket
 * could not be given to another user, and would be the agent's: this one ends with the step.
 */
final class AgentProxy implements AutoCloseable {
  private static final String NAME = "agent";
  private static final int PIECE = 16 << 10;
  private static final long CLOSE_MILLIS = 1_000;

  private final Path agent;
  private final Path socket;
  private final ServerSocketChannel server;
  private @Nullable Thread serving;

  private AgentProxy(Path agent, Path socket, ServerSocketChannel server) {
    this.agent = agent;
    this.socket = socket;
    this.server = server;
  }

  /**
   * Begins to listen.
   *
   * @param directory an empty one of the step's own
   */
  static AgentProxy start(Syscalls syscalls, Path agent, Path directory, RunMount.Owner owner)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    int flags = OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC;
    try (Fd opened = syscalls.openat(Fd.CWD, ByteString.of(directory.toString()), flags, 0)) {
      // An address has 108 bytes, unix(7), which the path of a work directory may exceed.
      server.bind(UnixDomainSocketAddress.of("/proc/self/fd/" + opened.number() + "/" + NAME));
      Path socket = directory.resolve(NAME);
      Files.setAttribute(socket, "unix:uid", owner.uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(socket, "unix:gid", owner.gid(), LinkOption.NOFOLLOW_LINKS);
      syscalls.fchmodat(opened, ByteString.of(NAME), owner.mode());
      AgentProxy proxy = new AgentProxy(agent, socket, server);
      proxy.serving = run("SSH agent", proxy::serve);
      return proxy;
    } catch (IOException failed) {
      server.close();
      throw failed;
    }
  }

  Path socket() {
    return socket;
  }

  private void serve() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        run("SSH agent connection", () -> connect(client));
      }
    } catch (IOException closed) {
      // the step has ended
    }
  }

  /** Whoever fails, both sides see the end: that is all a proxy has to say. */
  private void connect(SocketChannel client) {
    try (client;
        SocketChannel host = SocketChannel.open(UnixDomainSocketAddress.of(agent))) {
      Thread back = run("SSH agent answers", () -> copy(host, client));
      copy(client, host);
      back.join();
    } catch (IOException ended) {
      // with it the connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException ended) {
      // the other direction finds the same
    }
  }

  private static Thread run(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() throws IOException {
    server.close();
    Thread thread = serving;
    if (thread != null) { // until it has left accept(2), the kernel still takes connections
      try {
        thread.join(CLOSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
