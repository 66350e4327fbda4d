/*
 * libfuse3's low-level interface, the kernel's protocol beneath it, and what a
 * loop of one's own waits on. The wrapper is for what newer versions of
 * libfuse make a macro of, which Swift does not see.
 */
#ifndef CFUSE_H
#define CFUSE_H

#define FUSE_USE_VERSION 314
#include <fuse3/fuse_lowlevel.h>
#include <linux/fuse.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

static inline struct fuse_session *cfuse_session_new(
	struct fuse_args *args, const struct fuse_lowlevel_ops *operations,
	void *userdata)
{
	return fuse_session_new(args, operations, sizeof(*operations),
				userdata);
}

#endif
