/* Preloaded below SQLite and the standard library: makes chosen calls fail, and records what is written and synced.
 *
 * Loaded by LD_PRELOAD into the program under test. Only files below FAULTS_FOLDER are concerned. FAULTS_CONTROL is a file of
 * seven numbers that the test and this library share; FAULTS_RECORD, where it is set, receives each write, truncation and sync of
 * the two databases, in their order. `fault_library.rs` and `recorded.rs` are the other side of both. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING, IO_ERROR, NO_SPACE, SHORT_WRITE, FAILED_SYNC, TORN_WRITE };
enum { OTHER, WORKSPACE, ACTIVITY };
enum { RECORD_WRITE = 1, RECORD_TRUNCATE, RECORD_SYNC };
enum { DATABASES = 4, FILES = 4096 };

struct control {
    uint32_t fault;
    uint32_t target;
    uint32_t first; /* the call that fails first, counted from 1 */
    uint32_t count; /* how many fail from there on */
    uint32_t seen;
    uint32_t hits;
    uint32_t recorded;
};

struct head {
    uint32_t what;
    uint32_t file;
    uint64_t offset; /* of a write; the new size of a truncation */
    uint64_t length;
};

static const char *const databases[DATABASES] = {"foundational.db", "foundational.db-wal", "activity.db", "activity.db-wal"};

static char folder[4096];
static size_t folder_length;
static struct control *control;
static int record = -1;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
/* Of each descriptor: what it belongs to, and the number of its database plus one. */
static unsigned char target_of[FILES];
static unsigned char database_of[FILES];

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);

static void find(void *place, const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(place, &found, sizeof found);
}

__attribute__((constructor)) static void begin(void) {
    find(&real_open, "open64");
    find(&real_openat, "openat64");
    find(&real_close, "close");
    find(&real_write, "write");
    find(&real_writev, "writev");
    find(&real_pwrite, "pwrite64");
    find(&real_ftruncate, "ftruncate64");
    find(&real_fsync, "fsync");
    find(&real_fdatasync, "fdatasync");
    find(&real_rename, "rename");
    const char *under = getenv("FAULTS_FOLDER");
    const char *shared = getenv("FAULTS_CONTROL");
    const char *records = getenv("FAULTS_RECORD");
    if (!under || !shared || strlen(under) >= sizeof folder) return;
    int file = real_open(shared, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    real_close(file);
    if (mapped == MAP_FAILED) return;
    if (records) record = real_open(records, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    strcpy(folder, under);
    folder_length = strlen(folder);
    control = mapped;
}

/* What a path is: the reserve, the lock, the bridge's file and the program's own log are nothing that a test is about. */
static int target(const char *path) {
    if (!control || strncmp(path, folder, folder_length) != 0) return OTHER;
    const char *name = path + folder_length;
    if (*name == '\0') return WORKSPACE;
    if (*name++ != '/') return OTHER;
    if (strncmp(name, "activity", 8) == 0) return ACTIVITY;
    static const char *const others[] = {"reserve", "lock", "logs", "bridge.json"};
    for (size_t at = 0; at < sizeof others / sizeof *others; at++)
        if (strncmp(name, others[at], strlen(others[at])) == 0) return OTHER;
    return WORKSPACE;
}

static void opened(int file, const char *path) {
    if (file < 0 || file >= FILES) return;
    target_of[file] = (unsigned char)target(path);
    database_of[file] = 0;
    if (target_of[file] == OTHER || strlen(path) <= folder_length) return;
    for (unsigned char at = 0; at < DATABASES; at++)
        if (strcmp(path + folder_length + 1, databases[at]) == 0) database_of[file] = at + 1;
}

/* A descriptor that was closed below this library may be a socket now. */
static int target_of_file(int file) {
    struct stat found;
    if (!control || file < 0 || file >= FILES || target_of[file] == OTHER) return OTHER;
    if (fstat(file, &found) != 0 || S_ISSOCK(found.st_mode) || S_ISFIFO(found.st_mode)) return OTHER;
    return target_of[file];
}

/* Whether this call fails: one that this fault can be of. */
static int fails(int target, int is_sync, int is_write, size_t length) {
    uint32_t fault = target == OTHER ? NOTHING : __atomic_load_n(&control->fault, __ATOMIC_SEQ_CST);
    if (fault == NOTHING || control->target != (uint32_t)target) return NOTHING;
    if (is_sync != (fault == FAILED_SYNC)) return NOTHING;
    if ((fault == SHORT_WRITE || fault == TORN_WRITE) && (!is_write || length < 2)) return NOTHING;
    uint32_t call = __atomic_add_fetch(&control->seen, 1, __ATOMIC_SEQ_CST);
    if (call < control->first || call - control->first >= control->count) return NOTHING;
    __atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST);
    return (int)fault;
}

static int refuse(int fault) {
    errno = fault == NO_SPACE ? ENOSPC : EIO;
    return -1;
}

static void put(const void *bytes, size_t length) {
    const char *from = bytes;
    while (length > 0) {
        ssize_t done = real_write(record, from, length);
        if (done <= 0) abort(); /* a record with a gap would prove nothing */
        from += done;
        length -= (size_t)done;
    }
}

static int is_recorded(int file) {
    return record >= 0 && target_of_file(file) != OTHER && database_of[file];
}

static void note(int file, uint32_t what, uint64_t offset, const void *bytes, uint64_t length) {
    struct head head = {what, database_of[file] - 1u, offset, length};
    put(&head, sizeof head);
    put(bytes, length);
    __atomic_add_fetch(&control->recorded, 1, __ATOMIC_SEQ_CST);
}

static int open_with(int at, int is_at, const char *path, int flags, mode_t mode) {
    int where = is_at && path[0] != '/' ? OTHER : target(path);
    int is_new = (flags & O_CREAT) && where != OTHER && access(path, F_OK) != 0;
    int fault = is_new ? fails(where, 0, 0, 0) : NOTHING;
    if (fault) return refuse(fault);
    int file = is_at ? real_openat(at, path, flags, mode) : real_open(path, flags, mode);
    opened(file, where == OTHER ? "" : path);
    return file;
}

/* Declares the mode, which follows `flags` where a file may be made. */
#define READ_MODE(mode, flags)                      \
    mode_t mode = 0;                                \
    if ((flags) & (O_CREAT | O_TMPFILE)) {          \
        va_list arguments;                          \
        va_start(arguments, flags);                 \
        mode = (mode_t)va_arg(arguments, int);      \
        va_end(arguments);                          \
    }

int open64(const char *path, int flags, ...) {
    READ_MODE(mode, flags)
    return open_with(0, 0, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    READ_MODE(mode, flags)
    return open_with(0, 0, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...) {
    READ_MODE(mode, flags)
    return open_with(at, 1, path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    READ_MODE(mode, flags)
    return open_with(at, 1, path, flags, mode);
}

int close(int file) {
    if (file >= 0 && file < FILES) target_of[file] = database_of[file] = 0;
    return real_close(file);
}

/* `offset` below zero: where the descriptor is. */
static ssize_t write_at(int file, const void *bytes, size_t length, off_t offset) {
    int fault = fails(target_of_file(file), 0, 1, length);
    if (fault == IO_ERROR || fault == NO_SPACE) return refuse(fault);
    size_t part = fault ? length / 2 : length;
    int noted = is_recorded(file);
    if (noted) pthread_mutex_lock(&order);
    off_t at = noted && offset < 0 ? lseek(file, 0, SEEK_CUR) : offset;
    ssize_t done = offset < 0 ? real_write(file, bytes, part) : real_pwrite(file, bytes, part, offset);
    int error = errno;
    if (noted && done > 0) note(file, RECORD_WRITE, (uint64_t)at, bytes, (uint64_t)done);
    if (noted) pthread_mutex_unlock(&order);
    errno = error;
    return fault == TORN_WRITE ? refuse(fault) : done;
}

ssize_t write(int file, const void *bytes, size_t length) { return write_at(file, bytes, length, -1); }

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset) { return write_at(file, bytes, length, offset); }

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t offset) { return write_at(file, bytes, length, offset); }

/* SQLite does not call it: it is never recorded. A short or torn one writes nothing. */
ssize_t writev(int file, const struct iovec *parts, int count) {
    int fault = fails(target_of_file(file), 0, 1, 2);
    return fault ? refuse(fault) : real_writev(file, parts, count);
}

int ftruncate64(int file, off_t size) {
    int fault = fails(target_of_file(file), 0, 0, 0);
    if (fault) return refuse(fault);
    int noted = is_recorded(file);
    if (noted) pthread_mutex_lock(&order);
    int done = real_ftruncate(file, size);
    int error = errno;
    if (noted && done == 0) note(file, RECORD_TRUNCATE, (uint64_t)size, NULL, 0);
    if (noted) pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

static int sync_with(int (*real)(int), int file) {
    int fault = fails(target_of_file(file), 1, 0, 0);
    if (fault) return refuse(fault);
    int noted = is_recorded(file);
    if (noted) pthread_mutex_lock(&order);
    int done = real(file);
    int error = errno;
    if (noted && done == 0) note(file, RECORD_SYNC, 0, NULL, 0);
    if (noted) pthread_mutex_unlock(&order);
    errno = error;
    return done;
}

int fsync(int file) { return sync_with(real_fsync, file); }

int fdatasync(int file) { return sync_with(real_fdatasync, file); }

int rename(const char *from, const char *to) {
    int fault = fails(target(to), 0, 0, 0);
    return fault ? refuse(fault) : real_rename(from, to);
}
