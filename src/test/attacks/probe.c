/*
 * probe FACTS ROW...: tries each row in a process of its own and prints "ROW: VERDICT"; all for
 * every one, -ROW for all but that. probe names: their names. The other uses are below.
 */
#include "probe.h"

#include <dirent.h>
#include <stdarg.h>
#include <time.h>

struct facts facts;
static const char *row_name;

static const struct row *const tables[] = {file_rows,    kernel_file_rows, process_rows,
                                           ipc_rows,     device_rows,      mount_rows,
                                           call_rows,    privilege_rows,   resource_rows};
enum { TABLES = sizeof tables / sizeof tables[0], SECONDS = 20 };

static void say(const char *verdict) {
  printf("%s: %s\n", row_name, verdict);
  fflush(stdout);
}

static const char *name_of(int error) {
  const char *name = strerrorname_np(error);
  return name == NULL ? "unknown error" : name;
}

void refused(int error) {
  char text[64];
  snprintf(text, sizeof text, "refused: %s", name_of(error));
  say(text);
  _exit(0);
}

void absent(int error) {
  char text[64];
  snprintf(text, sizeof text, "absent: %s", name_of(error));
  say(text);
  _exit(0);
}

void harmless(const char *format, ...) {
  char text[PATH_MAX + 64] = "harmless: ";
  va_list list;
  va_start(list, format);
  vsnprintf(text + strlen(text), PATH_MAX, format, list);
  va_end(list);
  say(text);
  _exit(0);
}

void escaped(const char *format, ...) {
  char text[PATH_MAX + 64] = "ESCAPED: ";
  va_list list;
  va_start(list, format);
  vsnprintf(text + strlen(text), PATH_MAX, format, list);
  va_end(list);
  say(text);
  _exit(0);
}

void past_check(long result) {
  if (result >= 0) {
    escaped("it was permitted");
  }
  if (errno == EPERM || errno == EACCES || errno == ENOSYS) {
    refused(errno);
  }
  escaped("past the check of permission: %s", name_of(errno));
}

bool is_canary(int directory, const char *path) {
  char text[256] = "";
  int file = openat(directory, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) {
    return false;
  }
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  return length > 0 && strstr(text, facts.token) != NULL;
}

void each_process(void (*visit)(const char *process)) {
  DIR *proc = opendir("/proc");
  if (proc == NULL) {
    absent(errno);
  }
  char own[16];
  snprintf(own, sizeof own, "%d", getpid());
  for (struct dirent *entry; (entry = readdir(proc)) != NULL;) {
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && strcmp(entry->d_name, own) != 0) {
      visit(entry->d_name);
    }
  }
  closedir(proc);
}

void each_file(const char *path, int depth, void (*visit)(const char *file)) {
  DIR *directory = depth > 0 ? opendir(path) : NULL;
  if (directory == NULL) {
    return;
  }
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    char child[PATH_MAX];
    struct stat status;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
        snprintf(child, sizeof child, "%s/%s", path, entry->d_name) >= PATH_MAX ||
        lstat(child, &status) != 0) {
      continue;
    }
    if (S_ISDIR(status.st_mode)) {
      each_file(child, depth - 1, visit);
    } else if (S_ISREG(status.st_mode)) {
      visit(child);
    }
  }
  closedir(directory);
}

unsigned long namespace_of(const char *name) {
  char path[64];
  struct stat status;
  snprintf(path, sizeof path, "/proc/self/ns/%s", name);
  return stat(path, &status) == 0 ? status.st_ino : 0;
}

static void attack(const struct row *row) {
  row_name = row->name;
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) {
    refused(errno);
  }
  if (child == 0) {
    alarm(SECONDS);
    if (row->attack != NULL) {
      row->attack();
      harmless("nothing was found");
    }
    const long *a = row->arguments;
    past_check(syscall(row->number, a[0], a[1], a[2], a[3], a[4], a[5]));
  }
  int status;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    char text[64];
    snprintf(text, sizeof text, "refused: SIG%s", sigabbrev_np(WTERMSIG(status)));
    say(WTERMSIG(status) == SIGALRM ? "harmless: it waits for ever" : text);
  }
}

static const char *fact(const char *text, const char *name) {
  static char values[16][PATH_MAX];
  static int used;
  char key[32];
  snprintf(key, sizeof key, ",%s=", name);
  const char *found = strstr(text, key);
  if (found == NULL || used == 16) {
    return "0";
  }
  snprintf(values[used], PATH_MAX, "%s", found + strlen(key));
  values[used][strcspn(values[used], ",")] = 0;
  return values[used++];
}

static void read_facts(const char *text) {
  facts.pid = atol(fact(text, "pid"));
  facts.file = fact(text, "file");
  facts.token = fact(text, "token");
  facts.at = strtoul(fact(text, "at"), NULL, 16);
  facts.key = atoi(fact(text, "key"));
  sscanf(fact(text, "disk"), "%u:%u", &facts.disk[0], &facts.disk[1]);
  sscanf(fact(text, "exe"), "%lu:%lu", &facts.exe[0], &facts.exe[1]);
  facts.net = strtoul(fact(text, "net"), NULL, 10);
  facts.uts = strtoul(fact(text, "uts"), NULL, 10);
  facts.pids = strtoul(fact(text, "pids"), NULL, 10);
  facts.home = fact(text, "home");
}

static bool is_wanted(const char *name, char **wanted) {
  bool found = false;
  for (; *wanted != NULL; wanted++) {
    if (**wanted == '-' && strcmp(*wanted + 1, name) == 0) {
      return false;
    }
    found |= strcmp(*wanted, "all") == 0 || strcmp(*wanted, name) == 0;
  }
  return found;
}

int canary(const char *token, int key);
int on_terminal(char **command);
int swap(const char *directory, const char *one, const char *other);

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc == 4 && strcmp(argv[1], "canary") == 0) {
    return canary(argv[2], atoi(argv[3]));
  }
  if (argc > 2 && strcmp(argv[1], "terminal") == 0) {
    return on_terminal(argv + 2);
  }
  if (argc == 5 && strcmp(argv[1], "swap") == 0) {
    return swap(argv[2], argv[3], argv[4]);
  }
  if (argc == 2 && strcmp(argv[1], "linger") == 0) {
    return pause();
  }
  if (argc == 2 && strcmp(argv[1], "names") == 0) {
    for (int t = 0; t < TABLES; t++) {
      for (const struct row *row = tables[t]; row->name != NULL; row++) {
        puts(row->name);
      }
    }
    return 0;
  }
  if (argc < 3) {
    fputs("use: probe FACTS ROW... | names | canary TOKEN KEY | terminal COMMAND... | swap DIR A B\n", stderr);
    return 2;
  }
  read_facts(argv[1]);
  for (const struct row *row = helper_rows; row->name != NULL; row++) {
    if (strcmp(row->name, argv[2]) == 0) {
      row_name = argv[0];
      row->attack();
    }
  }
  for (const struct row *row = held_rows; row->name != NULL; row++) {
    if (is_wanted(row->name, argv + 2) && strcmp(argv[2], "all") != 0) {
      attack(row);
    }
  }
  for (int t = 0; t < TABLES; t++) {
    for (const struct row *row = tables[t]; row->name != NULL; row++) {
      if (is_wanted(row->name, argv + 2)) {
        attack(row);
      }
    }
  }
  return 0;
}
