package jbuild.sandbox;

/** What of the network a sandbox sees. */
public enum NetworkMode {
  /** The host's interfaces and addresses. */
  HOST,
  /** A network namespace of its own in which only the loopback interface is up. */
  NONE
}
