// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the name of a handler
 *
 * "%ps" is the way to it that modules may use, for the name of its module too.
 * It writes "symbol [module]", "symbol" for what is built in, and the address
 * where it knows no symbol. An address is nobody's business.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "internal.h"

/**
 * handler_table_symbol - name a handler and the module that it is in
 * @fn: the handler
 * @symbol: where to write its name, KSYM_SYMBOL_LEN bytes; "?" if it has none
 *
 * Return: the module, within @symbol; NULL if it is built in; "?".
 */
const char *handler_table_symbol(handler_fn_t fn, char *symbol)
{
	char *module;

	snprintf(symbol, KSYM_SYMBOL_LEN, "%ps", (void *)fn);
	if (symbol[0] == '0') {
		strscpy(symbol, "?", KSYM_SYMBOL_LEN);
		return symbol;
	}
	module = strstr(symbol, " [");
	if (!module)
		return NULL;
	*module = '\0';
	module += strlen(" [");
	module[strcspn(module, " ]")] = '\0';
	return module;
}
