// SPDX-License-Identifier: GPL-2.0-only
/*
 * control_room: handlers, and switching them
 *
 * A handler is called with its slot and the record, by the consumer thread,
 * and stamps the record with its number. The control plane changes the slots
 * at any moment. It takes no lock and nobody waits for it: each change is one
 * handler_table call that says what it expects to find. Of two writers that
 * switch the same slot at the same time one is told -EBUSY.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "control_room.h"

/* Set when all handlers have been taken out for good. */
static bool all_removed;

static struct room_record *stamp_record(unsigned int slot, void *arg, u8 choice)
{
	struct room_record *rec = arg;

	if (rec->by[slot])
		room_counters.twice++;
	if (READ_ONCE(all_removed))
		room_counters.late++;
	rec->by[slot] = choice;
	room_counters.handled[slot][choice]++;
	return rec;
}

/* Looks at the number only. */
static void audit_brief(unsigned int slot, void *arg)
{
	struct room_record *rec = stamp_record(slot, arg, 1);

	if (!rec->seq)
		room_counters.audit_failures++;
}

/* Looks at all of the record. */
static void audit_full(unsigned int slot, void *arg)
{
	struct room_record *rec = stamp_record(slot, arg, 2);

	if (!rec->seq || rec->check != room_check(rec))
		room_counters.audit_failures++;
}

static void metrics_count(unsigned int slot, void *arg)
{
	stamp_record(slot, arg, 1);
}

static void metrics_sum(unsigned int slot, void *arg)
{
	room_counters.sum += stamp_record(slot, arg, 2)->value;
}

static void print_text(unsigned int slot, void *arg)
{
	struct room_record *rec = stamp_record(slot, arg, 1);

	snprintf(rec->text, sizeof(rec->text), "%u", rec->value);
}

static void print_hex(unsigned int slot, void *arg)
{
	struct room_record *rec = stamp_record(slot, arg, 2);

	snprintf(rec->text, sizeof(rec->text), "0x%x", rec->value);
}

static const struct {
	const char *name;
	struct {
		const char *name;
		handler_fn_t fn;
	} choices[ROOM_CHOICES];
} slots[ROOM_SLOTS] = {
	[ROOM_AUDIT] = { "audit", {
		{ "none" }, { "brief", audit_brief }, { "full", audit_full },
	} },
	[ROOM_METRICS] = { "metrics", {
		{ "none" }, { "count", metrics_count }, { "sum", metrics_sum },
	} },
	[ROOM_PRINT] = { "print", {
		{ "none" }, { "text", print_text }, { "hex", print_hex },
	} },
};

const char *room_slot_name(unsigned int slot)
{
	return slots[slot].name;
}

const char *room_handler_name(unsigned int slot, unsigned int choice)
{
	return slots[slot].choices[choice].name;
}

/* What is in the slot at this moment; it may be another one at the next. */
const char *room_current_name(unsigned int slot)
{
	handler_fn_t fn = handler_table_peek(&control_room, slot);
	unsigned int i;

	for (i = 0; i < ROOM_CHOICES; i++) {
		if (slots[slot].choices[i].fn == fn)
			return room_handler_name(slot, i);
	}
	return "unknown";
}

static int change_handler(unsigned int slot, handler_fn_t old, handler_fn_t new)
{
	int ret;

	if (old && new)
		ret = handler_table_replace(&control_room, slot, old, new);
	else if (new)
		ret = handler_table_register(&control_room, slot, new);
	else if (old)
		ret = handler_table_remove(&control_room, slot, old);
	else
		return 0;
	/* Whether the slot was filled, emptied or changed: it was not us. */
	return ret == -ENOENT ? -EBUSY : ret;
}

/*
 * The old handler may be running on for the record that it has at this
 * moment. Its code stays, so there is no need to wait.
 */
int room_switch(unsigned int slot, const char *name)
{
	unsigned int i;

	for (i = 0; i < ROOM_CHOICES; i++) {
		if (sysfs_streq(room_handler_name(slot, i), name))
			return change_handler(slot,
					      handler_table_peek(&control_room,
								 slot),
					      slots[slot].choices[i].fn);
	}
	return -EINVAL;
}

/* One wait for all slots; records flow on meanwhile, unhandled. */
void room_switch_all_off(void)
{
	unsigned int slot;

	for (slot = 0; slot < ROOM_SLOTS; slot++)
		room_switch(slot, "none");
	handler_table_synchronize(&control_room);
	WRITE_ONCE(all_removed, true);
}
