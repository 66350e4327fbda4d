/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What librpm's header code refers to, but importing and reading a header
 * never calls: tag extensions (HEADERGET_EXT), output formats (rpmtdFormat),
 * string pools (rpmtdToPool), digests (hdrblobDigestUpdate) and librpm's own
 * files (headerRead, headerWrite). The real functions would bring most of
 * librpm, Lua and libcrypto along.
 *
 * Nobody is meant to arrive here. If somebody does, then stop rather than go
 * on with an answer that is made up: the caller is trusted by the kernel.
 *
 * C for rpm 4, C++ for rpm 6.
 */
#include <stdlib.h>

#include <rpm/rpmcrypto.h>
#include <rpm/rpmio.h>
#include <rpm/rpmstrpool.h>

#ifndef __cplusplus
#include "lib/misc.h"
#else
#include <rpm/rpmutil.h>
#include "lib/misc.hh"

/* All that it has of the C++ runtime. Memory runs out as it does in C. */
void *operator new(size_t size)
{
	return rmalloc(size);
}

void operator delete(void *memory) noexcept
{
	free(memory);
}

void operator delete(void *memory, size_t size) noexcept
{
	free(memory);
}
#endif

headerTagTagFunction rpmHeaderTagFunc(rpmTagVal tag)
{
	abort();
}

headerFmt rpmHeaderFormatByValue(rpmtdFormats fmt)
{
	abort();
}

char *rpmHeaderFormatCall(headerFmt fmt, rpmtd td)
{
	abort();
}

rpmsid rpmstrPoolId(rpmstrPool pool, const char *s, int create)
{
	abort();
}

int rpmDigestBundleUpdate(rpmDigestBundle bundle, const void *data, size_t len)
{
	abort();
}

ssize_t Fread(void *buf, size_t size, size_t nmemb, FD_t fd)
{
	abort();
}

ssize_t Fwrite(const void *buf, size_t size, size_t nmemb, FD_t fd)
{
	abort();
}
