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

/*
 * All that librpm checks by itself, but for signatures; those of RPM 6 have
 * bit 12, RPMVSF_NOOPENPGP, which older headers do not know.
 */
static inline rpmVSFlags crpm_without_signatures(void)
{
	return RPMVSF_MASK_NOSIGNATURES | 1 << 12;
}

/*
 * Neither signatures nor digests, and a header is looked at only as it is
 * loaded. Bits 13 to 15 are digests of RPM 6.
 */
static inline rpmVSFlags crpm_without_digests(void)
{
	return crpm_without_signatures() | RPMVSF_MASK_NODIGESTS | 7 << 13 |
	       RPMVSF_NOHDRCHK;
}

/* Whether librpm knows a tag; the type of the type is another from 4.19 on. */
static inline int crpm_knows_tag(rpmTagVal tag)
{
	return rpmTagGetTagType(tag) != RPM_NULL_TYPE;
}

static inline void crpm_log_up_to(rpmlogLvl level)
{
	rpmlogSetMask(RPMLOG_UPTO(level));
}

/* Of rpm 6; older libraries verify no signature that has a salt. */
int pgpDigParamsSalt(pgpDigParams params, const uint8_t **data, size_t *size)
	__attribute__((weak));

static inline int crpm_hashes_salt(void)
{
	return pgpDigParamsSalt != NULL;
}

/* From rpm 4.18 on. */
rpmRC pgpPubKeyLint(const uint8_t *packets, size_t size, char **explanation)
	__attribute__((weak));

/* Whether librpm would use a key; EXPLANATION may be NULL, and is to be freed. */
static inline int crpm_uses_key(const uint8_t *packets, size_t size, char **explanation)
{
	*explanation = NULL;
	return !pgpPubKeyLint || pgpPubKeyLint(packets, size, explanation) == RPMRC_OK;
}

#endif
