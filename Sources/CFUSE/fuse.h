/*
 * libfuse3's low-level interface, the kernel's protocol beneath it, and what a
 * loop of one's own waits on. The wrappers are for what newer versions of
 * libfuse make macros of, which Swift does not see.
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

static inline int cfuse_session_custom_io(struct fuse_session *session,
					  const struct fuse_custom_io *io,
					  int fd)
{
	return fuse_session_custom_io(session, io, fd);
}

#endif
