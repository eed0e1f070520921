// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table: the stress's writers
 *
 * A writer has two pairs of handlers, its own; slots are everybody's. One pair
 * is installed in some slot, the other is removed, waited for and buried; then
 * the first takes turns in its slot for a while, and they change parts. Dead
 * handlers stay dead for as long as that, so that late calls are seen. Changes
 * come in bursts, each in the next of the contexts.
 *
 * Nobody installs a handler that is not his, so one that was displaced stays
 * out, and its owner can tell when it is gone: remove_sync() says that it has
 * waited, or that somebody else has displaced the handler, and then the owner
 * waits himself. As of a pair at most one is in the table, one wait is enough
 * for both.
 */
#include <linux/errno.h>
#include <linux/handler_table.h>

#include "stress_reader.h"
#include "stress_writer.h"

#define CHANGES_A_BURST		32
#define BURSTS_A_ROUND		16

/* A linear congruential generator: cheap, and the same in each run. */
static u32 random_below(struct ht_stress_writer *writer, u32 limit)
{
	writer->random = writer->random * 1664525 + 1013904223;
	return (writer->random >> 16) % limit;
}

static handler_fn_t pair_handler(const struct ht_stress_pair *pair,
				 unsigned int i)
{
	return ht_subject_fns[pair->subject[i]];
}

/* Counts a success, and whatever is neither that nor the expected failure. */
static bool count_success(struct ht_stress_writer *writer, u64 *count,
			  int ret, int expected)
{
	if (!ret)
		(*count)++;
	else if (ret != expected)
		writer->changes.wrong++;
	return !ret;
}

static void swap_handler(struct ht_stress_writer *writer, unsigned int i)
{
	struct ht_stress_pair *pair = writer->pair;
	handler_fn_t old = NULL;
	int ret;

	ret = handler_table_swap(writer->table, pair->slot,
				 pair_handler(pair, i), &old);
	if (!count_success(writer, &writer->changes.swaps, ret, 0))
		return;
	if (!old)
		writer->changes.swaps_into_empty++;
	pair->now = i;
}

static void replace_handler(struct ht_stress_writer *writer)
{
	struct ht_stress_pair *pair = writer->pair;
	unsigned int next = !pair->now;
	int ret;

	ret = handler_table_replace(writer->table, pair->slot,
				    pair_handler(pair, pair->now),
				    pair_handler(pair, next));
	if (count_success(writer, &writer->changes.replaces, ret, -ENOENT))
		pair->now = next;
}

static void register_handler(struct ht_stress_writer *writer)
{
	struct ht_stress_pair *pair = writer->pair;
	unsigned int next = !pair->now;
	int ret;

	ret = handler_table_register(writer->table, pair->slot,
				     pair_handler(pair, next));
	if (count_success(writer, &writer->changes.registers, ret, -EBUSY))
		pair->now = next;
}

static void remove_handler(struct ht_stress_writer *writer)
{
	struct ht_stress_pair *pair = writer->pair;
	int ret;

	ret = handler_table_remove(writer->table, pair->slot,
				   pair_handler(pair, pair->now));
	count_success(writer, &writer->changes.removes, ret, -ENOENT);
}

static void unregister_handler(struct ht_stress_writer *writer)
{
	if (handler_table_unregister(writer->table, writer->pair->slot))
		writer->changes.removes++;
}

/* Ends with a handler in the slot, so that there is something to remove. */
static void change_burst(void *data)
{
	struct ht_stress_writer *writer = data;
	unsigned int i;

	for (i = 0; i < CHANGES_A_BURST; i++) {
		switch (random_below(writer, 8)) {
		case 0:
			remove_handler(writer);
			break;
		case 1:
			unregister_handler(writer);
			break;
		case 2:
		case 3:
			register_handler(writer);
			break;
		case 4:
			swap_handler(writer, !writer->pair->now);
			break;
		default:
			replace_handler(writer);
			break;
		}
	}
	swap_handler(writer, !writer->pair->now);
}

/* Not where the other pair is: that would be displaced, not removed. */
static unsigned int choose_slot(struct ht_stress_writer *writer,
				const struct ht_stress_pair *other)
{
	unsigned int slot = random_below(writer, writer->table->nr);

	if (other->alive && other->slot == slot)
		slot = (slot + 1) % writer->table->nr;
	return slot;
}

static void install_pair(struct ht_stress_writer *writer, unsigned int turn)
{
	struct ht_stress_pair *pair = &writer->pairs[turn];

	writer->pair = pair;
	pair->slot = choose_slot(writer, &writer->pairs[!turn]);
	ht_subject_revive(&ht_subjects[pair->subject[0]], pair->slot);
	ht_subject_revive(&ht_subjects[pair->subject[1]], pair->slot);
	pair->alive = true;
	swap_handler(writer, 0);
}

static void retire_pair(struct ht_stress_writer *writer,
			struct ht_stress_pair *pair)
{
	int ret;

	if (!pair->alive)
		return;
	ret = handler_table_remove_sync(writer->table, pair->slot,
					pair_handler(pair, pair->now));
	if (count_success(writer, &writer->changes.removes, ret, -ENOENT))
		writer->changes.syncs++;
	else
		handler_table_synchronize(writer->table);
	ht_subject_bury(&ht_subjects[pair->subject[0]]);
	ht_subject_bury(&ht_subjects[pair->subject[1]]);
	pair->alive = false;
}

static void change_slot(struct ht_stress_writer *writer)
{
	unsigned int i;

	for (i = 0; i < BURSTS_A_ROUND && ht_engine_goes_on(&writer->thread);
	     i++) {
		writer->kind = ht_stress_next_kind(writer->kind,
						   writer->contexts);
		if (!ht_context_run(&writer->context, writer->kind,
				    change_burst, writer))
			writer->wrong_context++;
	}
}

void ht_stress_write(struct ht_thread *thread)
{
	struct ht_stress_writer *writer =
		container_of(thread, struct ht_stress_writer, thread);
	unsigned int turn = 0;

	ht_context_init(&writer->context);
	while (ht_engine_goes_on(thread)) {
		install_pair(writer, turn);
		turn = !turn;
		retire_pair(writer, &writer->pairs[turn]);
		change_slot(writer);
	}
	retire_pair(writer, &writer->pairs[0]);
	retire_pair(writer, &writer->pairs[1]);
	ht_context_destroy(&writer->context);
}
