/* What the tools use of libelf. */
#ifndef CELF_H
#define CELF_H

#include <gelf.h>
#include <libelf.h>

#endif
