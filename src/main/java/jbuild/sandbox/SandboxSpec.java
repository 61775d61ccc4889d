package jbuild.sandbox;

import java.util.List;
import jbuild.cgroup.ResourceLimits;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What a confined process is. Built with {@link #builder}; immutable but for the arrays inside,
 * which are private copies.
 */
public final class SandboxSpec {
  /** docker's default. */
  public static final long DEFAULT_SHM = 64L << 20;

  private final Builder parts;

  private SandboxSpec(Builder parts) {
    this.parts = parts;
  }

  /** A sandbox on {@code root} that runs {@code argv}; {@code argv[0]} is looked up in PATH. */
  public static Builder builder(RootFilesystem root, List<ByteString> argv) {
    return new Builder(root, argv);
  }

  public RootFilesystem root() {
    return parts.root;
  }

  public List<MountOp> mounts() {
    return parts.mounts;
  }

  public List<ByteString> argv() {
    return parts.argv;
  }

  /** {@code NAME=value}; the whole environment, nothing is inherited. */
  public List<ByteString> env() {
    return parts.env;
  }

  public BytePath cwd() {
    return parts.cwd;
  }

  public int uid() {
    return parts.uid;
  }

  public int gid() {
    return parts.gid;
  }

  /** Supplementary groups. */
  public int[] groups() {
    return parts.groups.clone();
  }

  public ByteString hostname() {
    return parts.hostname;
  }

  public NetworkMode network() {
    return parts.network;
  }

  public boolean readOnlyRoot() {
    return parts.readOnlyRoot;
  }

  public Stdio stdio() {
    return parts.stdio;
  }

  public ResourceLimits limits() {
    return parts.limits;
  }

  public CapabilitySet capabilities() {
    return parts.capabilities;
  }

  /** {@code struct sock_filter} one after another, as {@code SeccompProfile.compile} gives them. */
  public byte @Nullable [] seccomp() {
    return parts.seccomp == null ? null : parts.seccomp.clone();
  }

  /**
   * Whether device files of the image, and ones made inside, can be opened. Without it only those
   * of the sandbox's own /dev can: with CAP_MKNOD, or with an image made for it, root could
   * otherwise read and write the host's disks.
   */
  public boolean imageDevices() {
    return parts.imageDevices;
  }

  /** Whether the kernel's files are neither hidden nor protected, and loop devices are there. */
  public boolean insecure() {
    return parts.insecure;
  }

  /** Limits of setrlimit(2); those that are not named stay what they are. */
  public List<Rlimit> rlimits() {
    return parts.rlimits;
  }

  /** The most that /dev/shm may hold. */
  public long shmBytes() {
    return parts.shmBytes;
  }

  /** Whether execve(2) may never give more rights, so that sudo and su do not work. */
  public boolean noNewPrivileges() {
    return parts.noNewPrivileges;
  }

  /** Whether the process leads a session of its own, away from this one's terminal. */
  public boolean newSession() {
    return parts.newSession;
  }

  /** Names the control group; letters, digits, {@code -}, {@code _} and {@code .} only. */
  public String name() {
    return parts.name;
  }

  /** Collects the optional parts; the defaults are those of a RUN step. */
  public static final class Builder {
    private final RootFilesystem root;
    private final List<ByteString> argv;
    private List<MountOp> mounts = List.of();
    private List<ByteString> env = List.of();
    private BytePath cwd = BytePath.ROOT;
    private int uid;
    private int gid;
    private int[] groups = {};
    private ByteString hostname = ByteString.of("localhost");
    private NetworkMode network = NetworkMode.HOST;
    private boolean readOnlyRoot;
    private Stdio stdio = Stdio.inherited();
    private ResourceLimits limits = ResourceLimits.NONE;
    private CapabilitySet capabilities = CapabilitySet.DOCKER;
    private byte @Nullable [] seccomp;
    private boolean imageDevices;
    private boolean insecure;
    private List<Rlimit> rlimits = List.of();
    private long shmBytes = DEFAULT_SHM;
    private boolean noNewPrivileges;
    private boolean newSession = true;
    private String name = "sandbox";

    private Builder(RootFilesystem root, List<ByteString> argv) {
      if (argv.isEmpty()) {
        throw new IllegalArgumentException("a sandbox needs a program to run");
      }
      this.root = root;
      this.argv = List.copyOf(argv);
    }

    private Builder(Builder other) {
      root = other.root;
      argv = other.argv;
      mounts = other.mounts;
      env = other.env;
      cwd = other.cwd;
      uid = other.uid;
      gid = other.gid;
      groups = other.groups;
      hostname = other.hostname;
      network = other.network;
      readOnlyRoot = other.readOnlyRoot;
      stdio = other.stdio;
      limits = other.limits;
      capabilities = other.capabilities;
      seccomp = other.seccomp;
      imageDevices = other.imageDevices;
      insecure = other.insecure;
      rlimits = other.rlimits;
      shmBytes = other.shmBytes;
      noNewPrivileges = other.noNewPrivileges;
      newSession = other.newSession;
      name = other.name;
    }

    public Builder mounts(List<MountOp> value) {
      mounts = List.copyOf(value);
      return this;
    }

    public Builder env(List<ByteString> value) {
      env = List.copyOf(value);
      return this;
    }

    public Builder cwd(BytePath value) {
      cwd = value;
      return this;
    }

    public Builder user(int newUid, int newGid, int... newGroups) {
      uid = newUid;
      gid = newGid;
      groups = newGroups.clone();
      return this;
    }

    public Builder hostname(ByteString value) {
      hostname = value;
      return this;
    }

    public Builder network(NetworkMode value) {
      network = value;
      return this;
    }

    public Builder readOnlyRoot(boolean value) {
      readOnlyRoot = value;
      return this;
    }

    public Builder stdio(Stdio value) {
      stdio = value;
      return this;
    }

    public Builder limits(ResourceLimits value) {
      limits = value;
      return this;
    }

    public Builder capabilities(CapabilitySet value) {
      capabilities = value;
      return this;
    }

    /** Null for no filter at all. */
    public Builder seccomp(byte @Nullable [] value) {
      if (value != null && (value.length == 0 || value.length % 8 != 0)) {
        throw new IllegalArgumentException("not a filter: " + value.length + " bytes");
      }
      seccomp = value == null ? null : value.clone();
      return this;
    }

    public Builder imageDevices(boolean value) {
      imageDevices = value;
      return this;
    }

    /** Gives all rights that this process has: capabilities, system calls, devices, /sys. */
    public Builder allRights() {
      insecure = true;
      imageDevices = true;
      capabilities = CapabilitySet.ALL;
      seccomp = null;
      return this;
    }

    public Builder rlimits(List<Rlimit> value) {
      rlimits = List.copyOf(value);
      return this;
    }

    public Builder shmBytes(long value) {
      shmBytes = value;
      return this;
    }

    public Builder noNewPrivileges(boolean value) {
      noNewPrivileges = value;
      return this;
    }

    public Builder newSession(boolean value) {
      newSession = value;
      return this;
    }

    public Builder name(String value) {
      name = value;
      return this;
    }

    public SandboxSpec build() {
      return new SandboxSpec(new Builder(this));
    }
  }
}
