/* Preloaded into a program under test: makes its database's disk fail while a file of that name lies in
 * the folder that SHOUXIN_TEST_FAULTS names. Files are ours whose path holds "shouxin.db". */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static unsigned char ours[65536];

static int is_on(const char *fault) {
  const char *folder = getenv("SHOUXIN_TEST_FAULTS");
  if (!folder) return 0;
  char path[4096];
  int before = errno;
  snprintf(path, sizeof path, "%s/%s", folder, fault);
  int found = access(path, F_OK) == 0;
  errno = before;
  return found;
}

static int is_ours(int fd) { return fd >= 0 && fd < 65536 && ours[fd]; }

static int opened(const char *path, int flags, mode_t mode) {
  int of_database = strstr(path, "shouxin.db") != NULL;
  if (of_database && (flags & O_ACCMODE) != O_RDONLY && is_on("read-only")) {
    errno = EROFS;
    return -1;
  }
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
  if (fd >= 0 && fd < 65536) ours[fd] = of_database;
  return fd;
}

#define OPENS(name, extra)                          \
  int name(const char *path, int flags, ...) {      \
    mode_t mode = 0;                                \
    if (flags & (O_CREAT | __O_TMPFILE)) {          \
      va_list list;                                 \
      va_start(list, flags);                        \
      mode = va_arg(list, mode_t);                  \
      va_end(list);                                 \
    }                                               \
    return opened(path, flags | (extra), mode);     \
  }
OPENS(open, 0)
OPENS(open64, O_LARGEFILE)

/* Once a flush has failed the kernel takes its pages for written: the next one succeeds. */
static int flush(int fd, long call) {
  if (is_ours(fd)) {
    while (is_on("flush-hangs")) {
      struct timespec pause = {0, 20000000};
      nanosleep(&pause, NULL);
    }
    if (is_on("flush-fails")) {
      errno = EIO;
      return -1;
    }
  }
  return (int)syscall(call, fd);
}

int fsync(int fd) { return flush(fd, SYS_fsync); }
int fdatasync(int fd) { return flush(fd, SYS_fdatasync); }

static int refused(int fd) {
  if (!is_ours(fd)) return 0;
  if (is_on("no-room")) return errno = ENOSPC;
  if (is_on("write-fails")) return errno = EIO;
  if (is_on("read-only")) return errno = EROFS;
  return 0;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return refused(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, length, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  return refused(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, length, at);
}
ssize_t write(int fd, const void *bytes, size_t length) {
  return refused(fd) ? -1 : syscall(SYS_write, fd, bytes, length);
}
