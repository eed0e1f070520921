// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: what an operator may ask of the stress
 *
 * Pairs key=value, separated by white space. Whatever is not exactly that is
 * refused: a stress with other parameters than were meant is worth nothing.
 */
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/string.h>

#include "stress.h"

#define WHITE_SPACE	" \t\n"

/* Decimal digits and nothing else: kstrtouint() would let a sign pass. */
static int parse_number(const char *value, unsigned int min, unsigned int max,
			unsigned int *number)
{
	int ret;

	if (!isdigit(*value))
		return -EINVAL;
	ret = kstrtouint(value, 10, number);
	if (ret)
		return ret;
	return *number >= min && *number <= max ? 0 : -ERANGE;
}

static int parse_contexts(char *value, unsigned int *contexts)
{
	char *name;
	int kind;

	*contexts = 0;
	while ((name = strsep(&value, ","))) {
		kind = match_string(ht_context_names, HT_CONTEXT_KINDS, name);
		if (kind < 0 || *contexts & BIT(kind))
			return -EINVAL;
		*contexts |= BIT(kind);
	}
	return 0;
}

enum stress_key {
	KEY_READERS,
	KEY_WRITERS,
	KEY_SECONDS,
	KEY_CONTEXTS,
};

static const char * const keys[] = {
	[KEY_READERS]	= "readers",
	[KEY_WRITERS]	= "writers",
	[KEY_SECONDS]	= "seconds",
	[KEY_CONTEXTS]	= "contexts",
};

static int parse_value(struct ht_stress_params *params, enum stress_key key,
		       char *value)
{
	switch (key) {
	case KEY_READERS:
		return parse_number(value, 0, HT_STRESS_MAX_READERS,
				    &params->readers);
	case KEY_WRITERS:
		return parse_number(value, 0, HT_STRESS_MAX_WRITERS,
				    &params->writers);
	case KEY_SECONDS:
		return parse_number(value, 1, HT_STRESS_MAX_SECONDS,
				    &params->seconds);
	case KEY_CONTEXTS:
		return parse_contexts(value, &params->contexts);
	}
	return -EINVAL;
}

/*
 * Takes @text apart, which is changed by that. Keys that it does not have keep
 * the value that they have in *@params. 0, or the error that the writer gets.
 */
int ht_stress_params_parse(char *text, struct ht_stress_params *params)
{
	unsigned int seen = 0;
	char *value, *pair;
	int key, ret;

	while ((pair = strsep(&text, WHITE_SPACE))) {
		if (!*pair)
			continue;
		value = pair;
		strsep(&value, "=");
		key = match_string(keys, ARRAY_SIZE(keys), pair);
		if (!value || key < 0 || seen & BIT(key))
			return -EINVAL;
		seen |= BIT(key);
		ret = parse_value(params, key, value);
		if (ret)
			return ret;
	}
	/* Nothing asked for, or nothing left to do. */
	if (!seen || !(params->readers || params->writers))
		return -EINVAL;
	return 0;
}
