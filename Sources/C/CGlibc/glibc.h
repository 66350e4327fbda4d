/* What the tools use of glibc that Swift's own module of it lacks. */
#ifndef CGLIBC_H
#define CGLIBC_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <getopt.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/vfs.h>

/* From the GNU extensions of <unistd.h>, which an importing module may hide. */
int pipe2(int descriptors[2], int flags);
int syncfs(int fd);
int fork(void);
int close_range(unsigned int first, unsigned int last, int flags);
/* From <sys/xattr.h>, which brings types that depend on what was asked for before. */
long fgetxattr(int fd, const char *name, void *value, unsigned long size);

/* Swift takes global variables for a race between threads. */
static inline int cglibc_getopt_index(void)
{
	return optind;
}

/* Swift does not offer fork(), as its runtime does not know of threads that are gone. */
static inline int cglibc_fork(void)
{
	return fork();
}

static inline const char *cglibc_getopt_argument(void)
{
	return optarg;
}

#endif
