/* What the tools use of librpm: packages, databases and OpenPGP signatures. */
#ifndef CRPMDATABASE_H
#define CRPMDATABASE_H

#include <rpm/header.h>
#include <rpm/rpmbase64.h>
#include <rpm/rpmcli.h>
#include <rpm/rpmdb.h>
#include <rpm/rpmio.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmmacro.h>
#include <rpm/rpmpgp.h>
#include <rpm/rpmts.h>

/* All that librpm checks by itself, but for signatures. */
static inline rpmVSFlags crpm_without_signatures(void)
{
	return RPMVSF_MASK_NOSIGNATURES;
}

/* Neither signatures nor digests, and a header is looked at only as it is loaded. */
static inline rpmVSFlags crpm_without_digests(void)
{
	return RPMVSF_MASK_NOSIGNATURES | RPMVSF_MASK_NODIGESTS |
	       RPMVSF_NOHDRCHK;
}

static inline void crpm_log_up_to(rpmlogLvl level)
{
	rpmlogSetMask(RPMLOG_UPTO(level));
}

#endif
