# SPDX-License-Identifier: GPL-2.0-only
# What a person types; "make help" lists it. Kbuild has what kbuild needs.
KDIR ?= /lib/modules/$(shell uname -r)/build
# How to call kbuild. The rig sets this, to build for other kernels.
KMAKE ?= $(MAKE) -C $(KDIR)
# 1: a dispatch is marked with rcu_read_lock() on every kernel, see
# Documentation/removal.rst. In a kernel tree this is a choice of Kconfig.
GUARDED ?= 0
ifeq ($(filter 0 1,$(GUARDED)),)
$(error GUARDED=$(GUARDED): it is 0 or 1)
endif
# The kernel of "run" and "check": a name from "scripts/kernel list" or "more".
KERNEL ?=

# Built as their users would build them: against our header and symbols.
consumers := samples/example samples/packet_demux selftests/modules
consumers += samples/control_room samples/irq_table selftests/bench
# What modules of other projects are built against: include/ and, for the
# kernel that was built for last, Module.symvers.
INSTALL_HDR_PATH ?= /usr/src/handler_table
kbuild = $(KMAKE)
ifeq ($(GUARDED),1)
kbuild += KCFLAGS="$(KCFLAGS) -DCONFIG_HANDLER_TABLE_GUARDED=1"
endif
# modules_install and clean are kbuild's names.
.PHONY: all modules modules_install clean run check bench lint litmus mutants help
.PHONY: headers_install torture
.PHONY: FORCE kdir $(consumers)

all: modules

modules: $(consumers)

$(consumers): handler_table FORCE
	$(kbuild) M=$(CURDIR)/$@ KBUILD_EXTRA_SYMBOLS=$(CURDIR)/Module.symvers modules

.PHONY: handler_table
handler_table: kdir
	$(kbuild) M=$(CURDIR) modules

modules_install: kdir
	$(kbuild) M=$(CURDIR) $@

headers_install:
	@test -e Module.symvers || { \
	echo "There is no Module.symvers to install: run make first." >&2; exit 1; }
	install -D -m 644 -t "$(INSTALL_HDR_PATH)" Module.symvers
	install -D -m 644 -t "$(INSTALL_HDR_PATH)/include/linux" \
		include/linux/handler_table.h \
		include/linux/handler_table_typed.h
	install -D -m 644 -t "$(INSTALL_HDR_PATH)/include/trace/events" \
		include/trace/events/handler_table.h
ifeq ($(GUARDED),1)
	sed -i 's/^#define _LINUX_HANDLER_TABLE_H$$/&\n#define CONFIG_HANDLER_TABLE_GUARDED 1/' \
		"$(INSTALL_HDR_PATH)/include/linux/handler_table.h"
endif

clean: kdir
	$(foreach dir,. $(consumers),$(KMAKE) M=$(CURDIR)/$(dir) $@ &&) true

ifeq ($(origin KMAKE),file)
kdir:
	@test -e "$(KDIR)/Makefile" || { \
	echo "There are no kernel headers in KDIR=$(KDIR):" >&2; \
	echo "install them (Debian: apt install linux-headers-$(shell uname -r))," >&2; \
	echo "or say where they are: make KDIR=/path/to/headers" >&2; exit 1; }
endif

run check:
	@scripts/$@ $(KERNEL)

# Of "torture" one can ask for some kernels only.
torture:
	@scripts/$@ $(KERNEL)

lint litmus mutants bench:
	@scripts/$@

help:
	@echo 'Build:'
	@echo '  make [KDIR=DIR]        the modules, for the running kernel or the one'
	@echo '                         whose headers are in DIR'
	@echo '  make modules           the same'
	@echo '  make modules_install   install handler_table.ko for that kernel (as root)'
	@echo '  make headers_install   install what other projects build modules against,'
	@echo '                         in INSTALL_HDR_PATH ($(INSTALL_HDR_PATH))'
	@echo '  make ... GUARDED=1     each of these with rcu_read_lock() in a dispatch,'
	@echo '                         see Documentation/removal.rst'
	@echo '  make clean             remove what the build made'
	@echo
	@echo 'In a throw-away virtual machine, on this distribution'"'"'s own kernel or on'
	@echo 'KERNEL=NAME, one of'
	@echo '  $(shell scripts/kernel list | tr "\n" " ")'
	@echo 'or, more watchful ones: fully preemptible; built here with KASAN, lockdep, kCFI,'
	@echo 'or, for debuggers, debug info,'
	@echo '  $(shell scripts/kernel more | tr "\n" " ")'
	@echo '  make run [KERNEL=]     the module and its samples at work on real packets'
	@echo '  make check [KERNEL=]   the tests: KUnit on user-mode Linux, kselftest'
	@echo
	@echo '  make bench             what a dispatch and a swap cost beside other mechanisms,'
	@echo '                         see Documentation/performance.rst; builds a kernel, once'
	@echo
	@echo 'For those who change the code:'
	@echo '  make lint              style, sparse, W=1, kernel-doc; every supported'
	@echo '                         kernel, configuration and compiler builds'
	@echo '  make litmus            the ordering claims, against the memory model of the'
	@echo '                         oldest and the newest supported kernel'
	@echo '  make torture [KERNEL=] the tests on a fully preemptible kernel, PREEMPT_RT,'
	@echo '                         KASAN, lockdep, kCFI; trace-cmd, perf and bpftrace on'
	@echo '                         the stock one; drgn on dumps of one with debug info;'
	@echo '                         builds what is not stock, once'
	@echo '  make mutants           mistakes put in on purpose: the tests must see them'
	@echo
	@echo 'Downloads and builds are kept in $${HANDLER_TABLE_CACHE:-~/.cache/handler_table}.'
