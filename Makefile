# SPDX-License-Identifier: GPL-2.0-only
# What a person types; "make help" lists it. Kbuild has what kbuild needs.
KVER ?= $(shell uname -r)
# The kernel's headers, by whatever name they are given, but by one. What was asked
# of make, KVER included, comes before what is in the environment.
kdir_names := KDIR KERNELDIR KERNEL_DIR KERNEL_SRC KERNEL_SOURCE KERNEL_PATH KSRC
kdir_set := $(foreach name,$(kdir_names),$(if $($(name)),$(name)))
kdir_asked := $(strip $(foreach name,$(kdir_set),$(if $(findstring command,$(origin $(name))),$(name))))
kdir_set := $(or $(kdir_asked),$(if $(findstring command,$(origin KVER)),,$(kdir_set)))
kdir_given := $(sort $(foreach name,$(kdir_set),$($(name))))
ifneq ($(word 2,$(kdir_given)),)
$(error not one folder of kernel headers without blanks in its name: $(foreach name,$(kdir_set),$(name)=$($(name))))
endif
KDIR := $(or $(kdir_given),/lib/modules/$(KVER)/build)
# How to call kbuild. The rig sets this, to build for other kernels.
KMAKE ?= $(MAKE) -C $(KDIR)
# 1: a dispatch is marked with rcu_read_lock() on every kernel, see
# Documentation/removal.rst. In a kernel tree this is a choice of Kconfig.
GUARDED ?= 0
ifeq ($(filter 0 1,$(GUARDED)),)
$(error GUARDED=$(GUARDED): it is 0 or 1)
endif
# The kernel of "run" and "check": a name from "scripts/kernel list", "more" or "foreign".
KERNEL ?=

# Built as their users would build them: against our header and symbols.
samples := samples/packet_demux samples/control_room samples/irq_table
consumers := $(samples) samples/example selftests/modules selftests/bench
# Where to: in the system or, for those who pack it, below a folder.
INSTALL_MOD_PATH ?= $(DESTDIR)
# What modules of other projects are built against: include/ and, for each
# kernel that it was installed for, RELEASE/Module.symvers.
INSTALL_HDR_PATH ?= $(or $(DESTDIR),$(INSTALL_MOD_PATH))/usr/src/handler_table
# Where to put the packages, as everywhere.
DEB_DIR ?= ..
# kbuild takes paths apart at blanks, and relative ones from its own folder on.
one_word = $(if $(word 2,$($(1))),$(error $(1)=$($(1)): a path without blanks is needed))
absolute = $(call one_word,$(1))$(if $($(1)),$(abspath $($(1))))
override INSTALL_MOD_PATH := $(call absolute,INSTALL_MOD_PATH)
override INSTALL_HDR_PATH := $(call absolute,INSTALL_HDR_PATH)
override DESTDIR := $(call absolute,DESTDIR)
override DEB_DIR := $(call absolute,DEB_DIR)
ifneq ($(words $(CURDIR)),1)
$(error kbuild cannot work in a folder with blanks in its name: $(CURDIR))
endif
# The kernel of KDIR, and the one that was built for. The tools of modules are root's on Debian.
export PATH := $(PATH):/usr/sbin:/sbin
kdir_release = sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' "$(KDIR)/include/generated/utsrelease.h"
release = $$(modinfo -F vermagic module/handler_table.ko | cut -d ' ' -f 1)
kbuild = $(KMAKE)
ifeq ($(GUARDED),1)
kbuild += KCFLAGS="$(KCFLAGS) -DCONFIG_HANDLER_TABLE_GUARDED=1"
endif
# modules_install and clean are kbuild's names.
.PHONY: all modules modules_install clean run check bench lint litmus mutants docs help
.PHONY: headers_install built torture packages dkms deb
.PHONY: FORCE kdir samples $(consumers)

all: modules

modules: $(consumers)

# Those that "make run" shows.
samples: $(samples)

$(consumers): handler_table FORCE
	$(kbuild) M=$(CURDIR)/$@ KBUILD_EXTRA_SYMBOLS=$(CURDIR)/Module.symvers modules

.PHONY: handler_table
handler_table: kdir
	$(kbuild) M=$(CURDIR) modules

# What runs already needs to know of it; what is packed is for others to index.
modules_install: kdir built
ifeq ($(origin KMAKE),file)
	@for_kernel=$$($(kdir_release)); \
	test "$$for_kernel" = "$(release)" || { \
	echo "What is built here is for $(release), and in KDIR=$(KDIR)" >&2; \
	echo "are the headers of $$for_kernel: run make with that KDIR first." >&2; \
	exit 1; }
endif
	@$(MAKE) --no-print-directory headers_install
	$(KMAKE) M=$(CURDIR) INSTALL_MOD_PATH=$(INSTALL_MOD_PATH) $@
ifeq ($(INSTALL_MOD_PATH),)
	depmod -a "$(release)"
endif

headers_install: built
	install -D -m 644 -t "$(INSTALL_HDR_PATH)/$(release)" Module.symvers
	install -D -m 644 -t "$(INSTALL_HDR_PATH)/include/linux" \
		include/linux/handler_table.h \
		include/linux/handler_table_typed.h
	install -D -m 644 -t "$(INSTALL_HDR_PATH)/include/trace/events" \
		include/trace/events/handler_table.h
ifeq ($(GUARDED),1)
	sed -i 's/^#define _LINUX_HANDLER_TABLE_H$$/&\n#define CONFIG_HANDLER_TABLE_GUARDED 1/' \
		"$(INSTALL_HDR_PATH)/include/linux/handler_table.h"
endif

built:
	@test -e Module.symvers -a -e module/handler_table.ko || { \
	echo "There is nothing built to install: run make first." >&2; exit 1; }

clean: kdir
	$(foreach dir,. $(consumers),$(KMAKE) M=$(CURDIR)/$(dir) $@ &&) true

ifeq ($(origin KMAKE),file)
kdir:
	@test -e "$(KDIR)/Makefile" -a -e "$(KDIR)/include/generated/utsrelease.h" || { \
	echo "There are no kernel headers in KDIR=$(KDIR):" >&2; \
	echo "install them (Debian: apt install linux-headers-$(KVER))," >&2; \
	echo "or say where they are: make KDIR=/path/to/headers" >&2; exit 1; }
endif

# With DESTDIR= nothing but the sources, where DKMS would look for them.
ifeq ($(DESTDIR),)
dkms: kdir
endif
dkms:
	@scripts/dkms "$(DESTDIR)" "$(KDIR)"

deb:
	@scripts/deb "$(DEB_DIR)"

run check:
	@scripts/$@ $(KERNEL)

# Of "torture" one can ask for some kernels only, or cells of theirs.
torture:
	@scripts/$@ $(KERNEL)

lint litmus mutants bench packages docs:
	@scripts/$@

help:
	@echo 'Build:'
	@echo '  make [KDIR=DIR|KVER=RELEASE]'
	@echo '                         the modules, for the running kernel or the one'
	@echo '                         whose headers are in DIR, or that is RELEASE'
	@echo '  make modules           the same'
	@echo '  make modules_install   install handler_table.ko for that kernel, and what'
	@echo '                         headers_install does (as root, or below DESTDIR='
	@echo '                         or INSTALL_MOD_PATH=)'
	@echo '  make headers_install   install what other projects build modules against,'
	@echo '                         in INSTALL_HDR_PATH ($(INSTALL_HDR_PATH))'
	@echo '  make ... GUARDED=1     each of these with rcu_read_lock() in a dispatch,'
	@echo '                         see Documentation/removal.rst'
	@echo '  make dkms              hand the sources to DKMS, which builds and installs'
	@echo '                         the module for that kernel and those that are'
	@echo '                         installed later (as root)'
	@echo '  make deb               the packages handler-table-dkms and handler-table-dev,'
	@echo '                         in DEB_DIR (..)'
	@echo '  make clean             remove what the build made'
	@echo
	@echo 'In a throw-away virtual machine, on this distribution'"'"'s own kernel or on'
	@echo 'KERNEL=NAME, one of'
	@echo '  $(shell scripts/kernel list | tr "\n" " ")'
	@echo 'or, more watchful ones: fully preemptible; built here with KASAN, lockdep, kCFI,'
	@echo 'or, for debuggers, debug info,'
	@echo '  $(shell scripts/kernel more | tr "\n" " ")'
	@echo 'or, stock ones of other architectures, in a machine of theirs,'
	@echo '  $(shell scripts/kernel foreign | tr "\n" " ")'
	@echo '  make run [KERNEL=]     the module and its samples at work on real packets'
	@echo '  make check [KERNEL=]   the tests: KUnit on user-mode Linux, kselftest'
	@echo
	@echo '  make bench             what a dispatch and a swap cost beside other mechanisms,'
	@echo '                         see Documentation/performance.rst; builds a kernel, once'
	@echo
	@echo 'To read:'
	@echo '  make docs              the documentation as HTML; prints its first page'
	@echo
	@echo 'For those who change the code:'
	@echo '  make lint              style, sparse, W=1, kernel-doc; every supported'
	@echo '                         kernel, configuration and compiler builds'
	@echo '  make litmus            the ordering claims, against the memory model of the'
	@echo '                         oldest and the newest supported kernel'
	@echo '  make torture [KERNEL=] the tests on every kernel and architecture, with'
	@echo '                         sanitizers, failing allocations, random input, for'
	@echo '                         long: a night; KERNEL= is of one kernel, or some of'
	@echo '                         its cells, see Documentation/matrix.rst; what has'
	@echo '                         passed is not run again for the same sources'
	@echo '  make packages          installs and packages it in every way that it says it'
	@echo '                         can, in throw-away roots of Debian 12 and 13'
	@echo '  make mutants           mistakes put in on purpose: the tests must see them'
	@echo
	@echo 'Downloads and builds are kept in $${HANDLER_TABLE_CACHE:-~/.cache/handler_table}.'
