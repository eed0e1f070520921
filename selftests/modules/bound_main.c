// SPDX-License-Identifier: GPL-2.0-only
/*
 * handler_table_test_bound: a function and its context never come apart
 *
 * A letter is a bound handler with a text and a checksum, which is over the
 * text and the address of the function that belongs to it. Whichever function
 * runs computes the checksum once more, with its own address: one that got
 * another's letter, or a letter that has been freed, sees that. Readers
 * dispatch in task, softirq and hardirq context; writers keep putting in new
 * letters, and free what they took out through handler_table_call().
 *
 * A letter is poisoned before it is freed. With the parameter "hasty" it is
 * poisoned as soon as it has been taken out, without the wait. It is freed
 * after the wait even then, and its function is one that may be called, so that
 * this mistake does no harm, and has to be seen.
 *
 * It all happens while the module loads, until "changes" letters were put in or
 * a broken one was seen; it fails with -ETIME if that takes too long. The
 * parameter "counts" has a name and a number a line.
 */
#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/delay.h>
#include <linux/handler_table_typed.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/processor.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "../../module/context.h"
#include "../../module/engine.h"

#define NR_SLOTS	2
#define NR_READERS	4
#define NR_WRITERS	2
#define NR_WORDS	6
/* Dispatches in a row; in one of them the handler lingers. */
#define BATCH		512
#define LINGER_SPINS	500
/* Letters that wait to be freed, at most. */
#define MAX_WAITING	50000

static unsigned int changes = 100000;
module_param(changes, uint, 0444);
MODULE_PARM_DESC(changes, "how many letters are to be put in");
static unsigned int seconds = 240;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long that may take");
static bool hasty;
module_param(hasty, bool, 0444);
MODULE_PARM_DESC(hasty, "poison letters without having waited");

/* What is in the table: the function, to be called with the seal itself. */
struct seal {
	bool (*is_intact)(const struct seal *seal, unsigned int spins);
};

struct letter {
	struct rcu_head	rcu;
	unsigned long	words[NR_WORDS];
	struct seal	seal;
	unsigned long	checksum;
};

DEFINE_STATIC_BOUND_HANDLER_TABLE(handler_table_test_letters, NR_SLOTS,
				  struct seal);

struct reader {
	struct ht_thread	thread;
	struct ht_context	context;
	unsigned long		handled[HT_CONTEXT_KINDS];
	unsigned long		empty;
	unsigned long		broken;
	unsigned long		wrong_context;
	enum ht_context_kind	kind;
	unsigned int		lingers;
};

struct writer {
	struct ht_thread	thread;
	unsigned long		random;
	unsigned int		put_in;
	unsigned int		taken_out;
	unsigned int		no_memory;
};

static struct reader readers[NR_READERS];
static struct writer writers[NR_WRITERS];
static struct ht_engine engine;
static atomic_t writers_left = ATOMIC_INIT(NR_WRITERS);
static atomic_t waiting;
static atomic_t freed;

static unsigned long checksum_of(const struct letter *letter, unsigned long fn)
{
	unsigned long sum = fn;
	unsigned int i;

	for (i = 0; i < NR_WORDS; i++)
		sum = (sum ^ READ_ONCE(letter->words[i])) * GOLDEN_RATIO_PRIME + 1;
	return sum;
}

static unsigned int linger(unsigned int spins)
{
	unsigned int i;

	for (i = 0; i < spins; i++)
		cpu_relax();
	return spins;
}

/*
 * Twice, with time in between in which the letter might be freed. @fn is the
 * function that runs, whatever the letter says.
 */
static bool verify(const struct seal *seal, unsigned long fn, unsigned int spins)
{
	const struct letter *letter = container_of(seal, struct letter, seal);

	if (checksum_of(letter, fn) != READ_ONCE(letter->checksum))
		return false;
	return !linger(spins) ||
	       checksum_of(letter, fn) == READ_ONCE(letter->checksum);
}

static bool red_is_intact(const struct seal *seal, unsigned int spins)
{
	return verify(seal, (unsigned long)red_is_intact, spins);
}

static bool blue_is_intact(const struct seal *seal, unsigned int spins)
{
	return verify(seal, (unsigned long)blue_is_intact, spins);
}

/* Of a letter that has been freed, or is about to be. */
static bool poison_is_intact(const struct seal *seal, unsigned int spins)
{
	return false;
}

static void poison(struct letter *letter)
{
	unsigned int i;

	WRITE_ONCE(letter->seal.is_intact, poison_is_intact);
	for (i = 0; i < NR_WORDS; i++)
		WRITE_ONCE(letter->words[i], ~letter->words[i]);
	WRITE_ONCE(letter->checksum, ~letter->checksum);
}

static void free_letter(struct rcu_head *rcu)
{
	struct letter *letter = container_of(rcu, struct letter, rcu);

	if (!hasty)
		poison(letter);
	kfree(letter);
	atomic_inc(&freed);
	atomic_dec(&waiting);
}

static void retire(struct writer *writer, struct seal *seal)
{
	struct letter *letter;

	if (!seal)
		return;
	letter = container_of(seal, struct letter, seal);
	writer->taken_out++;
	atomic_inc(&waiting);
	if (hasty)
		poison(letter);
	handler_table_call(handler_table_untyped(&handler_table_test_letters),
			   &letter->rcu, free_letter);
}

static unsigned long next_random(struct writer *writer)
{
	writer->random = writer->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return writer->random >> (BITS_PER_LONG / 2);
}

static struct letter *new_letter(struct writer *writer)
{
	struct letter *letter = kmalloc(sizeof(*letter), GFP_KERNEL);
	unsigned int i;

	if (!letter)
		return NULL;
	for (i = 0; i < NR_WORDS; i++)
		letter->words[i] = next_random(writer);
	letter->seal.is_intact = next_random(writer) & 1 ? red_is_intact :
							   blue_is_intact;
	letter->checksum = checksum_of(letter,
				       (unsigned long)letter->seal.is_intact);
	return letter;
}

/* The writers meet in all slots: what one finds may be gone when it acts. */
static bool put_in(struct writer *writer, struct seal *seal, unsigned int idx)
{
	struct seal *old;

	switch (next_random(writer) % 4) {
	case 0:
		retire(writer, handler_table_unregister_typed(&handler_table_test_letters,
							      idx));
		return !handler_table_register_typed(&handler_table_test_letters,
						     idx, seal);
	case 1:
		old = handler_table_peek_typed(&handler_table_test_letters, idx);
		if (!old ||
		    handler_table_replace_typed(&handler_table_test_letters,
						idx, old, seal))
			return false;
		break;
	default:
		handler_table_swap_typed(&handler_table_test_letters, idx, seal,
					 &old);
		break;
	}
	retire(writer, old);
	return true;
}

static void write_letters(struct ht_thread *thread)
{
	struct writer *writer = container_of(thread, struct writer, thread);
	struct letter *letter;

	while (ht_engine_goes_on(thread) && writer->put_in < changes / NR_WRITERS) {
		if (atomic_read(&waiting) >= MAX_WAITING) {
			usleep_range(500, 1000);
			continue;
		}
		letter = new_letter(writer);
		if (!letter) {
			writer->no_memory++;
			usleep_range(500, 1000);
			continue;
		}
		if (put_in(writer, &letter->seal, next_random(writer) % NR_SLOTS))
			writer->put_in++;
		else
			kfree(letter);
	}
	if (atomic_dec_and_test(&writers_left))
		ht_engine_quit(&engine);
}

/*
 * Arguments are evaluated in the middle of a dispatch: lingering there, too, gives
 * the slot time to change.
 */
static void read_letters(void *data)
{
	struct reader *reader = data;
	unsigned int i, spins;
	bool intact;

	for (i = 0; i < BATCH; i++) {
		spins = i == reader->lingers ? LINGER_SPINS : 0;
		if (!handler_table_dispatch_bound(&handler_table_test_letters,
						  i % NR_SLOTS, &intact,
						  is_intact, linger(spins))) {
			reader->empty++;
			continue;
		}
		reader->handled[reader->kind]++;
		if (!intact) {
			reader->broken++;
			ht_engine_quit(&engine);
		}
	}
	reader->lingers = (reader->lingers + 1) % BATCH;
}

static void read_everywhere(struct ht_thread *thread)
{
	struct reader *reader = container_of(thread, struct reader, thread);

	ht_context_init(&reader->context);
	while (ht_engine_goes_on(thread)) {
		reader->kind = (reader->kind + 1) % HT_CONTEXT_KINDS;
		if (!ht_context_run(&reader->context, reader->kind,
				    read_letters, reader))
			reader->wrong_context++;
	}
	ht_context_destroy(&reader->context);
}

static int run(void)
{
	unsigned int i;
	int ret = 0;

	ht_engine_init(&engine);
	for (i = 0; i < NR_WRITERS && !ret; i++) {
		writers[i].random = i + 1;
		ret = ht_engine_start(&engine, &writers[i].thread,
				      write_letters, "bound_writer/%u");
	}
	for (i = 0; i < NR_READERS && !ret; i++)
		ret = ht_engine_start(&engine, &readers[i].thread,
				      read_everywhere, "bound_reader/%u");
	if (!ret) {
		ret = ht_engine_wait(&engine, seconds);
		if (ret == -ECANCELED)
			ret = 0;
		else if (!ret)
			ret = -ETIME;
	}
	ht_engine_stop(&engine);
	return ret;
}

/* The threads have ended, and so have all callbacks when it returns. */
static void empty_table(void)
{
	unsigned int i;

	for (i = 0; i < NR_SLOTS; i++)
		retire(&writers[0],
		       handler_table_unregister_typed(&handler_table_test_letters,
						      i));
	handler_table_barrier();
	/* Some kernels look at an irq_work once more after irq_work_sync(). */
	synchronize_rcu();
}

static int get_counts(char *buffer, const struct kernel_param *kp)
{
	unsigned long handled[HT_CONTEXT_KINDS] = { };
	unsigned long empty = 0, broken = 0, wrong_context = 0;
	unsigned int put_in = 0, taken_out = 0, no_memory = 0;
	unsigned int i, kind;
	int len = 0;

	for (i = 0; i < NR_READERS; i++) {
		for (kind = 0; kind < HT_CONTEXT_KINDS; kind++)
			handled[kind] += readers[i].handled[kind];
		empty += readers[i].empty;
		broken += readers[i].broken;
		wrong_context += readers[i].wrong_context;
	}
	for (i = 0; i < NR_WRITERS; i++) {
		put_in += writers[i].put_in;
		taken_out += writers[i].taken_out;
		no_memory += writers[i].no_memory;
	}
	for (kind = 0; kind < HT_CONTEXT_KINDS; kind++)
		len += sprintf(buffer + len, "%s %lu\n", ht_context_names[kind],
			       handled[kind]);
	return len + sprintf(buffer + len,
			     "empty %lu\nbroken %lu\nwrong_context %lu\n"
			     "put_in %u\ntaken_out %u\nfreed %d\nno_memory %u\n",
			     empty, broken, wrong_context, put_in, taken_out,
			     atomic_read(&freed), no_memory);
}

static const struct kernel_param_ops counts_ops = { .get = get_counts };
module_param_cb(counts, &counts_ops, NULL, 0444);
MODULE_PARM_DESC(counts, "what happened");

static int __init test_init(void)
{
	struct handler_table *t = handler_table_untyped(&handler_table_test_letters);
	int ret;

	ret = handler_table_publish(t, 0);
	if (ret)
		return ret;
	ret = run();
	empty_table();
	handler_table_unpublish(t);
	return ret;
}

static void __exit test_exit(void)
{
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("handler_table test: functions and contexts do not come apart");
MODULE_LICENSE("GPL");
