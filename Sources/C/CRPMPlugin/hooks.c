/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table by which rpm calls the plugin, and all that depends on rpm's
 * version. Written for rpm 4.17 to 6.1:
 *
 * - rpmplugin.h is installed from rpm 4.20 on; before, it is in rpm's source.
 * - The table grows at its end, and rpm does not ask for which rpm a plugin was
 *   built. So this one has empty places behind those that rpmplugin.h knows.
 * - rpm calls psm_pre and psm_post for each package, but also for each of its
 *   transaction scripts and triggers: %pretrans, %posttrans, and from 4.19 on
 *   %preuntrans and %postuntrans. But for %pretrans, rpm has no list of the
 *   package's files then. rpm 6.1 calls them for none of these.
 * - rpm 4.19 knows a third kind of element, TR_RESTORED, which neither adds nor
 *   removes a package.
 */
#include <stdbool.h>
#include <rpm/header.h>
#include <rpm/rpmte.h>
#include <rpm/rpmts.h>
#if __has_include(<rpm/rpmplugin.h>)
#include <rpm/rpmplugin.h>
#else
#include "lib/rpmplugin.h"
#endif

/* In Swift; each takes the header over. */
void *diglim_begin(rpmts ts);
void diglim_end(void *transaction);
bool diglim_adding(void *transaction, Header h);
void diglim_added(void *transaction, bool succeeded, bool recorded);
void diglim_removing(void *transaction, Header h);
void diglim_removed(void *transaction, Header h, bool succeeded);

static void end(rpmPlugin plugin)
{
	void *transaction = rpmPluginGetData(plugin);

	rpmPluginSetData(plugin, NULL);
	if (transaction)
		diglim_end(transaction);
}

/* Nothing is installed or removed where rpm only tests or looks for problems. */
static rpmRC tsm_pre(rpmPlugin plugin, rpmts ts)
{
	end(plugin);
	if (!(rpmtsFlags(ts) & (RPMTRANS_FLAG_TEST | RPMTRANS_FLAG_BUILD_PROBS)))
		rpmPluginSetData(plugin, diglim_begin(ts));
	return RPMRC_OK;
}

static rpmRC tsm_post(rpmPlugin plugin, rpmts ts, int res)
{
	end(plugin);
	return RPMRC_OK;
}

/* The element's header, unless the call is for a script of a transaction's end. */
static Header header_of(rpmte te)
{
	rpmfiles files = rpmteFiles(te);

	if (!files)
		return NULL;
	rpmfilesFree(files);
	return rpmteHeader(te);
}

static rpmRC psm_pre(rpmPlugin plugin, rpmte te)
{
	void *transaction = rpmPluginGetData(plugin);
	Header h = transaction ? header_of(te) : NULL;

	if (!h)
		return RPMRC_OK;
	switch (rpmteType(te)) {
	case TR_ADDED:
		return diglim_adding(transaction, h) ? RPMRC_OK : RPMRC_FAIL;
	case TR_REMOVED:
		diglim_removing(transaction, h);
		return RPMRC_OK;
	default:
		headerFree(h);
		return RPMRC_OK;
	}
}

/*
 * The element of an added package may have the number of the package that it
 * replaces, but its header gets a number only when it comes into the database.
 */
static rpmRC psm_post(rpmPlugin plugin, rpmte te, int res)
{
	void *transaction = rpmPluginGetData(plugin);
	Header h = transaction ? header_of(te) : NULL;

	if (!h)
		return RPMRC_OK;
	switch (rpmteType(te)) {
	case TR_ADDED:
		diglim_added(transaction, res == RPMRC_OK, headerGetInstance(h) != 0);
		headerFree(h);
		break;
	case TR_REMOVED:
		diglim_removed(transaction, h, res == RPMRC_OK);
		break;
	default:
		headerFree(h);
	}
	return RPMRC_OK;
}

__attribute__((visibility("default"))) struct {
	struct rpmPluginHooks_s hooks;
	void (*none[16])(void);
} diglim_hooks = {
	.hooks = {
		.cleanup = end,
		.tsm_pre = tsm_pre,
		.tsm_post = tsm_post,
		.psm_pre = psm_pre,
		.psm_post = psm_post,
	},
};
