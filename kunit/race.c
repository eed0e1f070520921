// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of handler_table: several threads on one slot.
 * `make check` runs them; so does, in a kernel tree,
 * kunit.py run --kunitconfig=lib/handler_table/kunit handler_table_race
 *
 * Short by design. What takes long to show is left to the torture test.
 */
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "harness.h"

#define MAX_THREADS	4
#define NR_ROUNDS	2000
#define NR_SWAPS	50000
#define RACE_TIMEOUT	(20 * HZ)

DEFINE_STATIC_HANDLER_TABLE(race_table, NR_ROUNDS);

struct racer {
	struct task_struct	*task;
	unsigned int		 nr;
	handler_fn_t		 fn;
	unsigned int		 wins;
	unsigned int		 doubles;
	bool			 late;
};

static struct {
	struct racer		 racers[MAX_THREADS];
	unsigned int		 nr_racers;
	struct completion	 done;
	atomic_t		 arrived;
	unsigned long		 deadline;
	DECLARE_BITMAP(returned, MAX_THREADS * NR_SWAPS);
} race;

/* Returns when all racers have come as far as @round. */
static void meet(struct racer *racer, unsigned int round)
{
	int all = (round + 1) * race.nr_racers;

	atomic_inc(&race.arrived);
	while (!racer->late && atomic_read(&race.arrived) < all) {
		cpu_relax();
		cond_resched();
		if (time_after(jiffies, race.deadline))
			racer->late = true;
	}
}

/* Runs @fn in as many threads as can run at the same time, at least two. */
static void run_race(struct kunit *test, int (*fn)(void *racer))
{
	handler_fn_t handlers[MAX_THREADS] = {
		handler_a, handler_b, handler_c, handler_a,
	};
	unsigned int i, created = 0;
	bool finished = true;

	memset(&race, 0, sizeof(race));
	init_completion(&race.done);
	race.nr_racers = clamp_t(unsigned int, num_online_cpus(), 2,
				 MAX_THREADS);
	race.deadline = jiffies + RACE_TIMEOUT / 2;

	for (i = 0; i < race.nr_racers; i++) {
		struct racer *racer = &race.racers[i];

		racer->nr = i;
		racer->fn = handlers[i];
		racer->task = kthread_create(fn, racer,
					     "handler_table_kunit/%u", i);
		if (IS_ERR(racer->task))
			break;
		get_task_struct(racer->task);
		created++;
	}

	/* A thread that is stopped before it was woken never runs @fn. */
	if (created == race.nr_racers) {
		for (i = 0; i < created; i++)
			wake_up_process(race.racers[i].task);
		for (i = 0; i < created; i++) {
			if (!wait_for_completion_timeout(&race.done,
							 RACE_TIMEOUT))
				finished = false;
		}
	}
	for (i = 0; i < created; i++) {
		kthread_stop(race.racers[i].task);
		put_task_struct(race.racers[i].task);
		finished &= !race.racers[i].late;
	}
	KUNIT_ASSERT_EQ(test, created, race.nr_racers);
	KUNIT_ASSERT_TRUE(test, finished);
}

static int race_to_register(void *data)
{
	struct racer *racer = data;
	unsigned int i, idx;

	for (i = 0; i < NR_ROUNDS; i++) {
		idx = i;
		/*
		 * On a single CPU waiting for each other would take a tick a
		 * round: there, every other thread comes from the other end.
		 */
		if (num_online_cpus() > 1)
			meet(racer, i);
		else if (racer->nr & 1)
			idx = NR_ROUNDS - 1 - i;

		if (!handler_table_register(&race_table, idx, racer->fn))
			racer->wins++;
	}
	complete(&race.done);
	return 0;
}

static void handler_table_test_register_should_have_one_winner(struct kunit *test)
{
	unsigned int i, held, all_wins = 0;
	struct racer *racer;

	run_race(test, race_to_register);

	for (racer = race.racers; racer < race.racers + race.nr_racers; racer++) {
		all_wins += racer->wins;
		/* Racers 0 and 3 share a handler. */
		held = 0;
		for (i = 0; i < NR_ROUNDS; i++)
			held += handler_table_peek(&race_table, i) == racer->fn;
		if (race.nr_racers < MAX_THREADS || racer->fn != handler_a)
			KUNIT_EXPECT_EQ(test, held, racer->wins);
	}
	KUNIT_EXPECT_EQ(test, all_wins, (unsigned int)NR_ROUNDS);
	for (i = 0; i < NR_ROUNDS; i++)
		KUNIT_EXPECT_TRUE(test, handler_table_peek(&race_table, i));
}

/* Words that are in the table for a while and that nobody calls. */
static handler_fn_t token_of(unsigned int nr)
{
	return (handler_fn_t)(unsigned long)(nr + 1);
}

static void take_token(struct racer *racer, handler_fn_t token)
{
	unsigned long nr = (unsigned long)token - 1;

	if (nr >= MAX_THREADS * NR_SWAPS || test_and_set_bit(nr, race.returned))
		racer->doubles++;
}

static int race_to_swap(void *data)
{
	struct racer *racer = data;
	handler_fn_t old;
	unsigned int i;

	/* Once they are off, nobody waits, so as to meet in every order. */
	if (num_online_cpus() > 1)
		meet(racer, 0);
	for (i = 0; i < NR_SWAPS; i++) {
		old = NULL;
		if (handler_table_swap(&race_table, 0,
				       token_of(racer->nr * NR_SWAPS + i), &old))
			racer->doubles++;
		else if (old)
			take_token(racer, old);
		if (!(i % 16))
			cond_resched();
	}
	complete(&race.done);
	return 0;
}

static void handler_table_test_swap_should_lose_no_handler(struct kunit *test)
{
	unsigned int i, nr;

	run_race(test, race_to_swap);
	take_token(&race.racers[0], handler_table_unregister(&race_table, 0));

	nr = race.nr_racers * NR_SWAPS;
	for (i = 0; i < race.nr_racers; i++)
		KUNIT_EXPECT_EQ_MSG(test, race.racers[i].doubles, 0U,
				    "a handler came back twice, or from nowhere");
	KUNIT_EXPECT_EQ(test, bitmap_weight(race.returned, nr), nr);
}

static void race_exit(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < NR_ROUNDS; i++)
		handler_table_unregister(&race_table, i);
}

static struct kunit_case race_cases[] = {
	KUNIT_CASE(handler_table_test_register_should_have_one_winner),
	KUNIT_CASE(handler_table_test_swap_should_lose_no_handler),
	{}
};

struct kunit_suite handler_table_race_suite = {
	.name = "handler_table_race",
	.init = context_suite_init,
	.exit = race_exit,
	.test_cases = race_cases,
};
