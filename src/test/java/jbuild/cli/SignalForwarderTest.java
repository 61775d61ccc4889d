package jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import jbuild.linux.Signals;
import org.junit.jupiter.api.Test;

class SignalForwarderTest {
  private final SignalForwarder forwarder = new SignalForwarder();
  private final List<Integer> received = new ArrayList<>();

  @Test
  void a_signal_that_comes_before_the_program_is_known_is_passed_on_when_it_is() {
    forwarder.forward(Signals.SIGUSR1);
    forwarder.forward(Signals.SIGHUP);
    forwarder.forwardTo(received::add);
    assertEquals(List.of(Signals.SIGUSR1, Signals.SIGHUP), received);
  }

  @Test
  void the_third_request_to_end_is_a_kill() {
    forwarder.forwardTo(received::add);
    forwarder.forward(Signals.SIGTERM);
    forwarder.forward(Signals.SIGWINCH);
    forwarder.forward(Signals.SIGINT);
    forwarder.forward(Signals.SIGTERM);
    assertEquals(
        List.of(Signals.SIGTERM, Signals.SIGWINCH, Signals.SIGINT, Signals.SIGKILL), received);
  }
}
