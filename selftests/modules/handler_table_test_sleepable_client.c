// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_sleepable_client: a handler that sleeps while its module goes
 *
 * The handler sleeps for a while, and on while "hold" is set. The parameter "how"
 * says what the module does with it before it goes: "properly", "hurried" (does
 * not wait) or "forgetful" (leaves it where it is).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/module.h>
#include <linux/string.h>

#include "sleepable.h"

static char *how = "properly";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "what is done before the module goes");
static bool asleep;
module_param(asleep, bool, 0444);
MODULE_PARM_DESC(asleep, "the handler is running");
static bool hold;
module_param(hold, bool, 0644);
MODULE_PARM_DESC(hold, "the handler does not end");

static void doze(unsigned int idx, void *arg)
{
	WRITE_ONCE(asleep, true);
	do {
		msleep(300);
	} while (READ_ONCE(hold));
	pr_info("the handler is through\n");
	WRITE_ONCE(asleep, false);
}

static int __init test_init(void)
{
	return handler_table_register(&sleepable, 0, doze);
}

static void __exit test_exit(void)
{
	pr_info("going %s, the handler is %s\n", how,
		READ_ONCE(asleep) ? "asleep" : "through");
	if (!strcmp(how, "properly"))
		handler_table_remove_sync(&sleepable, 0, doze);
	else if (!strcmp(how, "hurried"))
		handler_table_remove(&sleepable, 0, doze);
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: a handler that sleeps while its module goes");
MODULE_LICENSE("GPL");
