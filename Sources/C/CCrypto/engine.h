/* Keys of OpenSSL's engines, which OpenSSL 4 and some distributions lack. */
#ifndef CCRYPTO_ENGINE_H
#define CCRYPTO_ENGINE_H

#include <openssl/ui.h>
#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>
#endif

/*
 * Makes an engine ready that asks for PINs through METHOD, which finds DATA as
 * its user data; NULL if there is no such engine.
 */
static inline void *ccrypto_open_engine(const char *name, UI_METHOD *method,
					void *data)
{
#ifndef OPENSSL_NO_ENGINE
	ENGINE *engine;

	ENGINE_load_builtin_engines();
	engine = ENGINE_by_id(name);
	if (!engine)
		return NULL;
	/* Its own messages would go to standard error, beside ours. */
	ENGINE_ctrl_cmd_string(engine, "QUIET", NULL, 1);
	/* For keys that want the PIN again when they sign. */
	ENGINE_ctrl_cmd(engine, "SET_USER_INTERFACE", 0, method, NULL, 1);
	ENGINE_ctrl_cmd(engine, "SET_CALLBACK_DATA", 0, data, NULL, 1);
	if (ENGINE_init(engine))
		return engine;
	ENGINE_free(engine);
#endif
	return NULL;
}

static inline EVP_PKEY *ccrypto_engine_key(void *engine, const char *key,
					   UI_METHOD *method, void *data)
{
#ifndef OPENSSL_NO_ENGINE
	return ENGINE_load_private_key(engine, key, method, data);
#else
	return NULL;
#endif
}

static inline void ccrypto_close_engine(void *engine)
{
#ifndef OPENSSL_NO_ENGINE
	ENGINE_finish(engine);
	ENGINE_free(engine);
#endif
}

#endif
