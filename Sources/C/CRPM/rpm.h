/* What the trusted code uses of librpm: headers and their tags. */
#ifndef CRPM_H
#define CRPM_H

#include <rpm/header.h>
#include <rpm/rpmtag.h>
#include <rpm/rpmtd.h>

#endif
