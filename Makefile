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
# make check-install  build, install, upgrade and purge the packages, in chroots
# make check-deploy  run the recipes of Documentation/deploying.rst, in virtual machines
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
moddir = $(DESTDIR)/lib/modules/$(release)/updates
docs = README.md CHANGELOG.md $(wildcard Documentation/*.rst Documentation/*.svg)

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
	install -D -m 644 pptpgw.ko $(moddir)/pptpgw.ko
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) prefix=$(prefix)
	install -d $(DESTDIR)$(docdir)
	install -m 644 $(docs) $(DESTDIR)$(docdir)
	$(if $(DESTDIR),,depmod $(release))

uninstall: $(KDIR)/$(uts)
	rm -f $(moddir)/pptpgw.ko
	$(MAKE) -C userspace uninstall DESTDIR=$(DESTDIR) prefix=$(prefix)
	rm -rf $(DESTDIR)$(docdir)
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

check-install:
	selftests/install/run

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
	check-install check-deploy deb dist clean-module \
	bench-routes lint clean
