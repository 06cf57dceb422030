# SPDX-License-Identifier: GPL-2.0
#
# make              build pptpgw.ko for the running kernel, and userspace/pptpgw
# make KVER=V       build it for kernel V, whose headers are installed
# make KDIR=DIR     build it against this kernel build directory
# make install      install it (DESTDIR and prefix are honoured)
# make demo         see in a virtual machine what it is about
# make check        run all tests, in virtual machines
# make bench        measure it beside other remedies, for the documentation
# make bench-quick  what a packet costs: budgets, and what it cost before
# make bench-tunnels  measure what it costs to look at many tunnels
# make bench-routes   measure what many routes cost, beside ip -batch and BIRD
# make check-faults   apply routes amid 300 random faults: all or nothing
# make check-sanitizers  test the tool with sanitizers and valgrind
# make check-owners   let real programs break a host, and do what doctor says
# make check-install  build, install, upgrade and purge the packages, in chroots and on a
#                   machine that reboots, gets another kernel, and serves tunnels
# make check-examples try Documentation/examples with the programs they are for
# make check-doctor   have doctor look at other people's firewalls, and interfaces of
#                   all kinds, and do what it says
# make check-debug  run tests and mutants on a debug kernel; QUICK=1 takes the mutants
#                   alone
# make check-allocations  let each allocation fail, one at a time, on that kernel
# make check-races  look for data races, on a kernel that does
# make check-kselftest  run the kernel's own tests with the module and without
# make check-memory   load, unload and make namespaces and devices a thousand times
# make check-hostile  send a million odd packets and a million odd messages
# make soak HOURS=n   let clients dial for hours while uplinks and routes change
# make check-deploy  run the recipes of Documentation/deploying.rst, in virtual machines
# make check-kernels  run tests on each kernel of Debian's (SUITE=, KVER= for one)
# make check-cross  compile the module for other processors
# make lint         run the static checks only
# make deb          build the Debian packages, in build/
# make dist         make the source archive, in build/

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
prefix ?= /usr/local
docdir ?= $(prefix)/share/doc/pptpgw

# What uname -r says there. Debian's kernel.release is not that before 6.12.
uts = include/generated/utsrelease.h
release = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/$(uts))
moddir = /lib/modules/$(release)/updates
docs = README.md CHANGELOG.md SECURITY.md CONTRIBUTING.md \
	$(wildcard Documentation/*.rst Documentation/*.svg)
record = $(prefix)/lib/pptpgw/directories

all: module userspace

module: $(KDIR)/$(uts)
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

userspace:
	$(MAKE) -C userspace

%/$(uts):
	@echo "$*: no kernel build directory here." >&2
	@echo "Install linux-headers-$(KVER), or give KVER= or KDIR=." >&2
	@false

install: module userspace
	userspace/directories make "$(DESTDIR)" $(record) $(moddir) $(docdir)
	install -m 644 pptpgw.ko $(DESTDIR)$(moddir)/pptpgw.ko
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) prefix=$(prefix)
	install -m 644 $(docs) $(DESTDIR)$(docdir)
	cp -r Documentation/examples $(DESTDIR)$(docdir)
	$(if $(DESTDIR),,depmod $(release))

uninstall: $(KDIR)/$(uts)
	rm -f $(DESTDIR)$(moddir)/pptpgw.ko
	rm -rf $(DESTDIR)$(docdir)
	$(MAKE) -C userspace uninstall DESTDIR=$(DESTDIR) prefix=$(prefix)
	$(if $(DESTDIR),,depmod $(release))

demo:
	selftests/demo

check:
	selftests/check

bench:
	selftests/bench/host/all

bench-quick:
	selftests/bench/host/quick

bench-tunnels:
	selftests/bench/host/run listing

bench-routes:
	selftests/bench/host/routes

lint:
	selftests/lint/run

check-faults:
	FAULTS=300 selftests/routes/run faults.sh

check-sanitizers:
	selftests/sanitizers

check-owners:
	$(MAKE) -s -C userspace
	selftests/doctor/programs.sh

check-kernels:
	selftests/kernels/run

check-cross:
	selftests/kernels/cross

check-install:
	selftests/install/run
	selftests/install/machine

check-examples:
	selftests/examples/run

check-doctor:
	$(MAKE) -s -C userspace
	selftests/doctor/hosts.sh
	selftests/vm/script doctor/kinds.sh
	selftests/vm/script gateway/doctor_fixes.sh

check-debug:
	selftests/debug/run

check-allocations:
	selftests/debug/run failures

check-races:
	selftests/debug/run races

check-kselftest:
	selftests/kernel/run

check-memory:
	selftests/endurance/run memory

check-hostile:
	selftests/endurance/run hostile

soak:
	selftests/endurance/run soak

check-deploy:
	selftests/deploy/run

deb:
	debian/build

dist:
	debian/build --source

# No kernel build directory is needed to clean up after one.
clean-module:
	rm -f *.ko *.mod *.mod.c *.o .*.cmd .*.d Module.symvers modules.order
	rm -f module/*.o module/.*.cmd module/.*.d

clean: clean-module
	$(MAKE) -C userspace clean
	$(MAKE) -C selftests clean

.PHONY: all module userspace install uninstall demo check bench bench-quick bench-tunnels \
	bench-routes check-install check-examples check-faults check-sanitizers check-doctor \
	check-owners check-debug check-allocations check-races check-kselftest check-memory \
	check-hostile check-deploy check-kernels check-cross soak lint deb dist clean-module clean
