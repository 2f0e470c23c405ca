/* A disk that fails as a test says, put before the C library by LD_PRELOAD. It is meant for files
   whose path has DISK_FILE in it: once DISK_ROOM bytes were written to them it is full, or, without
   DISK_ROOM, it is read-only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long written;

static int is_meant(const char *path) {
  const char *file = getenv("DISK_FILE");
  return file && path && strstr(path, file);
}

static int is_full(int fd, size_t count) {
  const char *room = getenv("DISK_ROOM");
  char link[64], path[4096];
  if (!room) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!is_meant(path)) return 0;
  if (atomic_fetch_add(&written, (long)count) + (long)count <= atol(room)) return 0;
  errno = ENOSPC;
  return 1;
}

static int is_refused(const char *path, int flags) {
  if (getenv("DISK_ROOM") || !(flags & (O_WRONLY | O_RDWR)) || !is_meant(path)) return 0;
  errno = EROFS;
  return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define MODE() \
  mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, int); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) {
  MODE()
  return is_refused(path, flags) ? -1 : NEXT(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE()
  return is_refused(path, flags) ? -1 : NEXT(open64)(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  return is_full(fd, count) ? -1 : NEXT(write)(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  return is_full(fd, count) ? -1 : NEXT(pwrite)(fd, bytes, count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  return is_full(fd, count) ? -1 : NEXT(pwrite64)(fd, bytes, count, offset);
}
