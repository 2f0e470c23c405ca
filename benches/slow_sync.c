/* A disk that takes its time, for LD_PRELOAD: each fsync takes SYNC_MICROSECONDS more. At its end the process adds how
 * many there were to the file SYNC_COUNT, which is how commits are counted too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static atomic_long count;
static long delay;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("SYNC_MICROSECONDS");
    delay = text ? atol(text) : 0;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("SYNC_COUNT");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (file) {
        fprintf(file, "%ld\n", (long)count);
        fclose(file);
    }
}

static int slow(const char *name, int file) {
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    struct timespec time = {delay / 1000000, delay % 1000000 * 1000};
    count++;
    if (delay) nanosleep(&time, NULL);
    return sync(file);
}

int fsync(int file) { return slow("fsync", file); }
int fdatasync(int file) { return slow("fdatasync", file); }
