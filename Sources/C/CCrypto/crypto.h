/* What the tools use of libcrypto. */
#ifndef CCRYPTO_H
#define CCRYPTO_H

#include <openssl/cms.h>
#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "engine.h"

/* Distinguished names as in RFC 2253, but in UTF-8. */
static inline unsigned long ccrypto_name_flags(void)
{
	return XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
}

#endif
