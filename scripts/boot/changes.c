// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tries to have a file executed or mapped as code after it was changed.
 *
 *	changes marker			says what it is
 *	changes try DIRECTORY KNOWN	changes copies of KNOWN in a directory, in every way
 *	changes overlay UPPER LOWER MERGED KNOWN
 *	changes device DEVICE DIRECTORY KNOWN
 *					changes a file past its file system
 *	changes race DIRECTORY KNOWN	changes a file all the time while it is executed
 *	changes memfd KNOWN
 *	changes run KNOWN COUNT		executes a file so often; says how long it took
 *
 * KNOWN is this program, which is in a list; with another marker it is in none. A line
 * for each way says whether it was noticed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096

/* Aligned, so that it lies in one block of a device, wherever the file is there. */
static volatile const char marker[BLOCK] __attribute__((aligned(BLOCK))) = "GOOD marker of changes";
static char wanted[32];
static char *content;
static size_t size;
static off_t place;
static int failures;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void say(const char *way, int is_well)
{
	printf("change: %s: %s\n", way, is_well ? "noticed" : "NOT NOTICED");
	fflush(stdout);
	failures += !is_well;
}

static void load(const char *path)
{
	struct stat status;
	int file = open(path, O_RDONLY);
	char *found;

	if (file < 0 || fstat(file, &status))
		die(path);
	size = status.st_size;
	content = malloc(size);
	if (read(file, content, size) != (ssize_t)size)
		die(path);
	close(file);
	/* The name of this array in words that it does not have itself. */
	wanted[0] = 'G';
	strcpy(wanted + 1, "OOD marker of changes");
	found = memmem(content, size, wanted, strlen(wanted));
	if (!found)
		die("marker");
	place = found - content;
}

static void create(const char *path)
{
	int file;

	unlink(path);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	if (file < 0 || write(file, content, size) != (ssize_t)size)
		die(path);
	close(file);
}

/* What a program says, or 'x' where it is refused. */
static char run(const char *path)
{
	int ends[2], status;
	char answer = '?';
	pid_t child;

	if (pipe(ends))
		die("pipe");
	child = fork();
	if (!child) {
		dup2(ends[1], 1);
		execl(path, path, "marker", NULL);
		_exit(errno == EACCES || errno == ETXTBSY ? 126 : 127);
	}
	close(ends[1]);
	if (read(ends[0], &answer, 1) != 1)
		answer = '?';
	close(ends[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 126 ? 'x' : answer;
}

/* What is there where the file is mapped as code, or 'x' where that is refused. */
static char map(const char *path)
{
	int file = open(path, O_RDONLY);
	char *bytes, answer;

	if (file < 0)
		die(path);
	bytes = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
	close(file);
	if (bytes == MAP_FAILED)
		return errno == EACCES || errno == ETXTBSY ? 'x' : '?';
	answer = bytes[place];
	munmap(bytes, size);
	return answer;
}

static int is_refused(const char *path)
{
	return run(path) == 'x' && map(path) == 'x';
}

static int is_allowed(const char *path)
{
	/* The first time hashes, the second must not need to. */
	return run(path) == 'G' && map(path) == 'G' && run(path) == 'G' && map(path) == 'G';
}

static int put(const char *path, int flags, char letter)
{
	static char block[BLOCK] __attribute__((aligned(BLOCK)));
	off_t start = place / BLOCK * BLOCK;
	int file = open(path, O_WRONLY | flags);

	if (file < 0)
		return -1;
	memset(block, 0, sizeof(block));
	memcpy(block, content + start, size - start < BLOCK ? size - start : BLOCK);
	block[place - start] = letter;
	if (pwrite(file, block, BLOCK, start) != BLOCK) {
		close(file);
		return -1;
	}
	return file;
}

static void put_and_close(const char *path, int flags, char letter)
{
	int file = put(path, flags, letter);

	if (file < 0)
		die(path);
	close(file);
}

/* Each way, from a file that is allowed, to one that is not, and back. */

static void try_write(const char *path)
{
	put_and_close(path, 0, 'E');
	say("write", is_refused(path));
	put_and_close(path, 0, 'G');
	say("write of what it was", is_allowed(path));
}

static void try_open_writer(const char *path)
{
	int file = put(path, 0, 'E');

	say("write, still open", is_refused(path));
	put_and_close(path, 0, 'G');
	say("open for writing, unchanged", map(path) == 'x');
	close(file);
	say("closed again", is_allowed(path));
}

static void overwrite(const char *path, int flags)
{
	int file = open(path, O_WRONLY | flags);

	if (file < 0 || (!flags && ftruncate(file, 0)) ||
	    write(file, content, size) != (ssize_t)size)
		die(path);
	close(file);
}

static void try_truncate(const char *path)
{
	if (truncate(path, size - 1))
		die(path);
	say("truncate", is_refused(path));
	create(path);
	is_allowed(path);
	close(open(path, O_RDONLY | O_TRUNC));
	say("open for reading with O_TRUNC", is_refused(path));
	create(path);
	is_allowed(path);
	int file = open(path, O_WRONLY);
	if (ftruncate(file, size + 1))
		die(path);
	close(file);
	say("ftruncate", is_refused(path));
	create(path);
	say("a new file", is_allowed(path));
	/* As cp and compilers do it. */
	overwrite(path, O_TRUNC);
	say("the same, after O_TRUNC", is_allowed(path));
	overwrite(path, 0);
	say("the same, after ftruncate", is_allowed(path));
}

static void try_mapping(const char *path)
{
	int file = open(path, O_RDWR);
	char *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	if (bytes == MAP_FAILED)
		die("mmap");
	close(file);
	say("shared mapping, unchanged", map(path) == 'x');
	bytes[place] = 'E';
	say("shared mapping, still there", is_refused(path));
	munmap(bytes, size);
	say("shared mapping", is_refused(path));
	put_and_close(path, 0, 'G');
	is_allowed(path);
}

static void try_rename(const char *path)
{
	char other[4200];

	snprintf(other, sizeof(other), "%s.other", path);
	create(other);
	put_and_close(other, 0, 'E');
	if (rename(other, path))
		die("rename");
	say("rename over it", is_refused(path));
	create(path);
	is_allowed(path);
}

static void try_direct(const char *path)
{
	int file = put(path, O_DIRECT, 'E');

	if (file < 0) {
		printf("change: O_DIRECT: not on this file system\n");
		return;
	}
	close(file);
	say("O_DIRECT", is_refused(path));
	put_and_close(path, 0, 'G');
	is_allowed(path);
}

static void try_copies(const char *path)
{
	char other[4200];
	int from, to;

	snprintf(other, sizeof(other), "%s.other", path);
	create(other);
	put_and_close(other, 0, 'E');
	from = open(other, O_RDONLY);
	to = open(path, O_WRONLY);
	if (copy_file_range(from, NULL, to, NULL, size, 0) == (ssize_t)size) {
		close(to);
		say("copy_file_range", is_refused(path));
	} else {
		close(to);
	}
	create(path);
	is_allowed(path);
	to = open(path, O_WRONLY);
	if (!ioctl(to, FICLONE, from)) {
		close(to);
		say("FICLONE", is_refused(path));
	} else {
		close(to);
	}
	to = open(path, O_WRONLY);
	if (!fallocate(to, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, place / BLOCK * BLOCK, BLOCK)) {
		close(to);
		say("a hole", is_refused(path));
	} else {
		close(to);
	}
	close(from);
	unlink(other);
	create(path);
}

static void try_link(const char *path)
{
	char other[4200];

	snprintf(other, sizeof(other), "%s.link", path);
	unlink(other);
	if (link(path, other))
		return;
	is_allowed(path);
	put_and_close(other, 0, 'E');
	say("write by another name", is_refused(path));
	unlink(other);
	create(path);
}

static void try_mprotect(const char *path)
{
	int file = open(path, O_RDONLY);
	char *bytes;
	int well;

	create(path);
	close(file);
	is_allowed(path);
	file = open(path, O_RDONLY);
	bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
	well = !mprotect(bytes, size, PROT_READ | PROT_EXEC);
	munmap(bytes, size);
	close(file);
	printf("change: mprotect of a known file: %s\n", well ? "allowed" : "refused");
	put_and_close(path, 0, 'E');
	file = open(path, O_RDONLY);
	bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
	say("mprotect", mprotect(bytes, size, PROT_READ | PROT_EXEC) && errno == EACCES);
	munmap(bytes, size);
	close(file);
	create(path);
}

static void try_all(const char *directory)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/changes.known", directory);
	create(path);
	say("nothing", is_allowed(path));
	try_write(path);
	try_open_writer(path);
	try_truncate(path);
	try_mapping(path);
	try_rename(path);
	try_direct(path);
	try_copies(path);
	try_link(path);
	try_mprotect(path);
	unlink(path);
}

/* An overlay's file is changed through it, and below it. */
static void try_overlay(const char *upper, const char *lower, const char *merged)
{
	char in_upper[4096], in_lower[4096], path[4096];

	snprintf(in_upper, sizeof(in_upper), "%s/overlaid", upper);
	snprintf(in_lower, sizeof(in_lower), "%s/overlaid", lower);
	snprintf(path, sizeof(path), "%s/overlaid", merged);
	say("overlay, nothing", is_allowed(path));
	put_and_close(in_lower, 0, 'E');
	say("write to the lower file", is_refused(path));
	put_and_close(in_lower, 0, 'G');
	say("write of what it was to the lower file", is_allowed(path));
	put_and_close(path, 0, 'E');
	say("copy-up", is_refused(path));
	put_and_close(path, 0, 'G');
	say("write of what it was to the copy", is_allowed(path));
	put_and_close(in_upper, 0, 'E');
	say("write to the upper file", is_refused(path));
	put_and_close(in_upper, 0, 'G');
	is_allowed(path);
}

static void drop_caches(void)
{
	int file = open("/proc/sys/vm/drop_caches", O_WRONLY);

	sync();
	if (write(file, "1", 1) != 1)
		die("drop_caches");
	close(file);
}

/* Where the marker is on the device. */
static off_t physical(int file)
{
	static struct {
		struct fiemap map;
		struct fiemap_extent extent;
	} request;

	memset(&request, 0, sizeof(request));
	request.map.fm_start = place;
	request.map.fm_length = BLOCK;
	request.map.fm_extent_count = 1;
	if (ioctl(file, FS_IOC_FIEMAP, &request) || request.map.fm_mapped_extents != 1)
		die("FIEMAP");
	return request.extent.fe_physical + place - request.extent.fe_logical;
}

/* The block with the marker is changed on the device, or in the file behind it. */
static void try_device(const char *device, const char *directory)
{
	static char block[BLOCK] __attribute__((aligned(BLOCK)));
	char path[4096];
	off_t where;
	int file, known;

	snprintf(path, sizeof(path), "%s/changes.known", directory);
	create(path);
	sync();
	say("device, nothing", is_allowed(path));
	/* The inode stays, and with it what is kept of it; its pages go. */
	known = open(path, O_RDONLY);
	drop_caches();
	where = physical(known);
	is_allowed(path);
	file = open(device, O_RDWR);
	say("device open for writing, unchanged", run(path) == 'G');
	if (pread(file, block, BLOCK, where) != BLOCK || block[0] != 'G')
		die(device);
	block[0] = 'E';
	if (pwrite(file, block, BLOCK, where) != BLOCK || fsync(file))
		die(device);
	posix_fadvise(known, 0, 0, POSIX_FADV_DONTNEED);
	drop_caches();
	say("write to the device, still open", is_refused(path));
	close(file);
	say("write to the device", is_refused(path));
	close(known);
}

static volatile int goes_on = 1;

static void *write_all_the_time(void *path)
{
	while (goes_on) {
		int file = put(path, 0, 'E');

		/* Executing it now would fail with ETXTBSY, or be refused. */
		if (file < 0)
			continue;
		close(file);
		usleep(rand() % 300);
		file = put(path, 0, 'G');
		if (file >= 0)
			close(file);
		usleep(rand() % 3000);
	}
	return NULL;
}

static void race(const char *directory)
{
	int good = 0, evil = 0, refused = 0, other = 0, index;
	char path[4096];
	pthread_t thread;

	snprintf(path, sizeof(path), "%s/raced", directory);
	create(path);
	pthread_create(&thread, NULL, write_all_the_time, path);
	for (index = 0; index < 300; index++) {
		switch (run(path)) {
		case 'G': good++; break;
		case 'E': evil++; break;
		case 'x': refused++; break;
		default: other++;
		}
	}
	goes_on = 0;
	pthread_join(thread, NULL);
	printf("race: %d ran as known, %d refused, %d neither, %d ran changed\n", good, refused,
	       other, evil);
	say("race", evil == 0 && good > 0 && refused > 0);
	unlink(path);
}

static void try_memfd(void)
{
	char path[64];
	int file = memfd_create("changes", MFD_ALLOW_SEALING);

	if (write(file, content, size) != (ssize_t)size)
		die("memfd");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	say("memfd that can be written to", map(path) == 'x');
	fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	say("sealed memfd", map(path) == 'G');
	close(file);
}

static void time_runs(const char *path, int count)
{
	struct timespec start, end;
	int index;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (index = 0; index < count; index++) {
		pid_t child = vfork();

		if (!child) {
			execl(path, path, "nothing", NULL);
			_exit(127);
		}
		waitpid(child, NULL, 0);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%ld\n", (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000);
}

int main(int count, char **arguments)
{
	const char *what = count > 1 ? arguments[1] : "";

	if (!strcmp(what, "marker"))
		return write(1, (const char *)marker, 1) != 1;
	if (!strcmp(what, "nothing"))
		return 0;
	if (count < 3)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	if (!strcmp(what, "run")) {
		time_runs(arguments[2], atoi(arguments[3]));
		return 0;
	}
	load(arguments[count - 1]);
	if (!strcmp(what, "try"))
		try_all(arguments[2]);
	else if (!strcmp(what, "overlay"))
		try_overlay(arguments[2], arguments[3], arguments[4]);
	else if (!strcmp(what, "device"))
		try_device(arguments[2], arguments[3]);
	else if (!strcmp(what, "race"))
		race(arguments[2]);
	else if (!strcmp(what, "memfd"))
		try_memfd();
	return failures > 0;
}
