/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SELFTESTS_COMPAT_H
#define _SELFTESTS_COMPAT_H

/*
 * What differs between kernels; Kbuild looks for what they have.
 */
#include <linux/hrtimer.h>

#ifndef HAVE_HRTIMER_SETUP
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*fn)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = fn;
}
#endif

#endif /* _SELFTESTS_COMPAT_H */
