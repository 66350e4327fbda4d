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
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

static inline struct fuse_session *cfuse_session_new(
	struct fuse_args *args, const struct fuse_lowlevel_ops *operations,
	void *userdata)
{
	return fuse_session_new(args, operations, sizeof(*operations),
				userdata);
}

/* Swift cannot put messages together, nor keep a variable of this header's. */
typedef void (*cfuse_receiver)(const char *message);

static inline cfuse_receiver *cfuse_message_receiver(void)
{
	static cfuse_receiver receiver;

	return &receiver;
}

static inline void cfuse_log(enum fuse_log_level level, const char *format,
			     va_list values)
{
	char message[1024];

	vsnprintf(message, sizeof(message), format, values);
	(*cfuse_message_receiver())(message);
}

static inline void cfuse_redirect_messages(cfuse_receiver receiver)
{
	*cfuse_message_receiver() = receiver;
	fuse_set_log_func(cfuse_log);
}

#endif
