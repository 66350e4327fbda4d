# SPDX-License-Identifier: GPL-2.0-or-later
#
# `make` builds into .build; it installs nothing and needs no network. What is
# missing it names: `make deps` brings it. `make help` lists the rest.

## Swift, 6.1 or later
SWIFT ?= swift
## C compiler for librpm's header code; CFLAGS are obeyed
CC ?= cc
## Strips what is installed of its symbols
STRIP ?= strip
## Source of the installed version of rpm, a tarball
RPM_SOURCE ?= .deps/rpm.tar
## Where to install; the kernel looks for its programs in /usr/libexec/diglim
PREFIX ?= /usr
## Put before each installed path, as packagers do
DESTDIR ?=
## Where digest lists go
LISTDIR ?= /etc/digest_lists
## Key that signs the parser's lists, a PEM file or a pkcs11: URI; passphrase in KBUILD_SIGN_PIN
KEY ?=
## Certificate of that key
CERT ?=
## Folder with the corpus and the yardstick, for check, sweep, fuzz and bench
DIGLIM_SHARED ?=
## Digest lists for sweep, fuzz and bench to start from: the corpus, or this machine's
LISTS ?= .build/lists-$(if $(DIGLIM_SHARED),corpus,machine)
## How long `make fuzz` runs
FUZZ_SECONDS ?= 60
## How many mutants `make sweep` and `make sweep-logs` try
MUTANTS ?= 1000000
## What `make dist` packs, a commit
REVISION ?= HEAD
## Where it puts that
DISTDIR ?= .build
## Releases of Debian that check-distributions tries
RELEASES ?= trixie sid

BINDIR ?= $(PREFIX)/bin
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/libexec/diglim
UNITDIR ?= $(PREFIX)/lib/systemd/system
RPMDIR ?= $(PREFIX)/lib/rpm
PRESETDIR ?= $(PREFIX)/lib/systemd/system-preset
DRACUTDIR ?= $(PREFIX)/lib/dracut
MANDIR ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
# Debian's zsh looks elsewhere, but in /usr/local as everybody's.
ZSHDIR ?= $(PREFIX)/share/zsh/$(if $(and $(filter /usr,$(PREFIX)),$(wildcard \
	/etc/debian_version)),vendor-completions,site-functions)
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
DOCDIR ?= $(PREFIX)/share/doc/diglim-parser
## Where rpm has its plugins: the folder that it tells itself
PLUGINDIR ?= $(or $(filter /%,$(shell rpm --eval '%{__plugindir}' 2>/dev/null)),$(PREFIX)/lib/rpm-plugins)
RPMMACRODIR ?= $(RPMDIR)/macros.d

SOURCES := Package.swift $(shell find Sources -type f)
PARSER := .build/bin/rpm_parser
# What starts parsers.
STARTERS := upload_digest_lists watch_digest_lists
STATIC := $(PARSER) $(STARTERS:%=.build/bin/%)
PLUGIN := .build/bin/diglim.so
PLUGIN_MACROS := packaging/rpm/macros.transaction_diglim
TOOLS := $(addprefix .build/bin/,diglimctl diglim-mkparser-list diglim-emulator \
	diglim-enforcer)
BPF_OBJECT := .build/bpf/enforcer.bpf.inc
PARSER_LIST := .build/digest_lists/0-parser_list-compact-rpm_parser
PARSER_FILE_LIST := .build/digest_lists/0-file_list-compact-rpm_parser
STARTER_LISTS := $(STARTERS:%=.build/digest_lists/0-file_list-compact-%)
OWN_LISTS := $(PARSER_LIST) $(PARSER_FILE_LIST) $(STARTER_LISTS)
# Each in a folder of its shell's name, and named as that looks for it.
COMPLETIONS := $(foreach tool,$(notdir $(TOOLS)),$(addprefix .build/completions/, \
	bash/$(tool) zsh/_$(tool) fish/$(tool).fish))
MAN := $(patsubst docs/man/%.scd,.build/man/%,$(wildcard docs/man/*.scd))
UNITS := $(wildcard systemd/*.service)
PRESETS := $(wildcard systemd/*.preset)
DRACUT_MODULE := packaging/dracut/98diglim
DRACUT_CONF := packaging/dracut/50-diglim.conf
DOCS := COPYING $(wildcard README.md docs/*.md)
EXAMPLES := $(shell find examples -type f)

export SWIFT RPM_SOURCE
# swift build would take these, where packagers set them, for its own clang and llvm-ar.
unexport CC AR

# swift build uses all cores by itself, and waits for any other one that runs.
.NOTPARALLEL:

## Build everything (the default)
.PHONY: all
all: $(STATIC) $(TOOLS) $(PLUGIN) $(PARSER_LIST) $(STARTER_LISTS) $(MAN) $(COMPLETIONS)

## Install the packages that are missing, and fetch the source of rpm
.PHONY: deps
deps:
	@scripts/deps
	@scripts/keylime

## Build, and run all tests
.PHONY: check
check: deps
	@$(MAKE) --no-print-directory run-check

## Boot a machine with all of it in QEMU
.PHONY: check-boot
check-boot: deps
	@$(MAKE) --no-print-directory run-check-boot

## Build and test it with the rpm of other releases of Debian
.PHONY: check-distributions
check-distributions: deps
	@$(MAKE) --no-print-directory run-check-distributions

## Make the machines' and other roots that these two need, to have them ready
.PHONY: roots
roots: deps
	@$(MAKE) --no-print-directory run-roots

## Show it at work, on the emulator
.PHONY: demo
demo:
	@scripts/deps build tests
	@$(MAKE) --no-print-directory run-demo

## Build the tests, without running them
.PHONY: tests
tests: $(BPF_OBJECT)
	$(SWIFT) build --build-tests --scratch-path .build/tests

# Without real headers there is nothing to make mutants from, or to boot with.
HEADERS := $(if $(DIGLIM_SHARED)$(filter-out file,$(origin LISTS)),$(LISTS))
# The machine of check-boot as Debian makes it.
BOOT_ROOT := .deps/boot-root.tar
# The kernel of the next release, as it is shipped.
NEWER_KERNEL := .deps/kernel-trixie
# The keys that have signed the corpus.
LIST_KEYS := $(if $(DIGLIM_SHARED),$(wildcard $(DIGLIM_SHARED)/corpus/*/rpm-gpg-key.asc))
# Its kernel, which dracut makes images for.
KERNEL := .build/kernel

# What only root can do is left out, and said: machines and roots have files of many users.
IS_ROOT := $(filter 0,$(shell id -u))
NO_BOOT := $(if $(HEADERS),$(if $(IS_ROOT),,only root can make the machine),neither \
	DIGLIM_SHARED nor LISTS names a folder with real headers)
# Python with Keylime's library.
KEYLIME := .deps/keylime/bin/python
# What Debian has made can be unpacked by anybody; tests without it are skipped.
TEST_KERNEL := $(if $(HEADERS),$(if $(IS_ROOT)$(wildcard $(BOOT_ROOT)),$(KERNEL)))

# Either goes on in a make of its own, which sees what deps has brought. The
# totals of the test runner come last.
.PHONY: run-check run-check-boot run-check-distributions run-roots run-demo
run-check: lint all reproducible sweep tests $(TEST_KERNEL)
	DIGLIM_BIN='$(abspath .build/bin)' \
		$(if $(TEST_KERNEL),DIGLIM_KERNELS='$(abspath $(KERNEL))/usr/lib/modules') \
		$(if $(wildcard $(KEYLIME)),DIGLIM_KEYLIME='$(abspath $(KEYLIME))') \
		$(SWIFT) test --skip-build --scratch-path .build/tests
run-check-boot: $(if $(NO_BOOT),,all $(HEADERS) $(BOOT_ROOT) $(NEWER_KERNEL))
	$(if $(NO_BOOT),@echo 'check-boot: skipped: $(NO_BOOT)',scripts/check-boot $(HEADERS) $(BOOT_ROOT))
	$(if $(NO_BOOT),,scripts/check-enforcer $(HEADERS) $(BOOT_ROOT) / $(NEWER_KERNEL) -- $(LIST_KEYS))
run-check-distributions: $(if $(IS_ROOT),tests)
	$(if $(IS_ROOT),scripts/check-distributions .build/tests $(RELEASES),@echo \
		'check-distributions: skipped: only root can make and enter roots')
run-roots: $(if $(IS_ROOT),$(BOOT_ROOT) $(NEWER_KERNEL))
	$(if $(IS_ROOT),scripts/check-distributions --roots $(RELEASES),@echo \
		'roots: skipped: only root can make them')
run-demo: all
	scripts/demo

# Before anything is built: is all there that it takes?
need = @scripts/deps --check build

$(RPM_SOURCE):
	$(need)

# librpm's header code as a static library: for the parser, and with the
# sanitizers for the sweep and the fuzzer. What distributions set for link-time
# optimization would tie it to their own compiler.
LIBRPM := .build/librpm/librpm.a
LIBRPM_SOURCES := scripts/librpm-static scripts/librpm-stubs.c $(RPM_SOURCE)

.PHONY: librpm
librpm: $(LIBRPM)

$(LIBRPM): $(LIBRPM_SOURCES)
	$(need)
	CC='$(CC)' scripts/librpm-static $(RPM_SOURCE) $(@D) $(CFLAGS) -fno-lto

## C compiler for the enforcer's programs; Swift's own, where that knows the kernel's machine
BPF_CLANG ?= $(if $(findstring bpf,$(shell '$(SWIFT_CLANG)' -print-targets 2>/dev/null)),$(SWIFT_CLANG),clang)
# As bpf_tracing.h names machines.
BPF_ARCH = $(or $(patsubst x86_64,x86,$(filter x86_64,$(shell uname -m))),$(patsubst \
	aarch64,arm64,$(filter aarch64,$(shell uname -m))),$(shell uname -m))
# Swift knows where it is, also where SWIFT is a script that calls it.
SWIFT_CLANG = $(shell $(SWIFT) -print-target-info 2>/dev/null | \
	sed -n 's|.*"runtimeResourcePath": "\(.*\)/lib/swift".*|\1/bin/clang|p')
.build/librpm-asan/librpm.a: SANITIZE := address
.build/librpm-fuzz/librpm.a: SANITIZE := address,fuzzer-no-link

.build/librpm-asan/librpm.a .build/librpm-fuzz/librpm.a: $(LIBRPM_SOURCES)
	$(need)
	CC='$(SWIFT_CLANG)' scripts/librpm-static $(RPM_SOURCE) $(@D) \
		-fsanitize=$(SANITIZE) -U_FORTIFY_SOURCE -O1 -g -Wno-enum-conversion

# $(call build,PRODUCT,SCRATCH-PATH,OPTIONS). SwiftPM takes no notice of options
# that are not those of last time, nor of another librpm.a: it is told to plan
# anew, and the product is removed to be linked anew. lld comes with Swift, links
# a static-pie (gold does not) and is silent on a sanitizer's symbols (gold is not).
define build
$(need)
@rm -f $(2)/release/$(1)
$(SWIFT) build -c release --product $(1) --scratch-path $(2) \
	--disable-build-manifest-caching --disable-local-rpath -Xswiftc -use-ld=lld \
	-Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen $(3)
endef
# $(call stripped,SCRATCH-PATH)
define stripped
@mkdir -p $(@D)
$(STRIP) --strip-all -o $@ $(1)/release/$(@F)
endef
comma := ,
linker = $(foreach flag,$(1),-Xlinker $(flag))
HARDENED := $(call linker,-z relro -z now -z noexecstack --strip-debug)
STATIC_PIE := -Xswiftc -Xclang-linker -Xswiftc -static-pie

# What is linked in front of the C library, and where that is entered.
START_OBJECTS := .build/start.o .build/libc-stubs.o
ENTRY := start_empty
.build/bin/watch_digest_lists: ENTRY := start_service

$(START_OBJECTS): .build/%.o: scripts/%.c
	@mkdir -p $(@D)
	$(CC) -O2 $(CFLAGS) -fPIE -fno-lto -fno-stack-protector -c -o $@ $<

$(STATIC): $(LIBRPM) $(START_OBJECTS) $(SOURCES)
	$(call build,$(@F),.build/embedded,--traits Embedded $(STATIC_PIE) $(HARDENED) \
		$(call linker,-L$(<D) -e $(ENTRY) $(START_OBJECTS)))
	$(call stripped,.build/embedded)

# The programs for the kernel, and the same as numbers for a C compiler. What is for
# a debugger alone names folders.
BPF_DIR := Sources/EnforcerProgram
$(BPF_OBJECT): $(wildcard $(BPF_DIR)/BPF/* $(BPF_DIR)/include/enforcer.h)
	$(need)
	@mkdir -p $(@D)
	$(BPF_CLANG) -target bpf -mcpu=v3 -O2 -g -Wall -Wno-unused-function -Wno-parentheses \
		-fdebug-compilation-dir=. -D__TARGET_ARCH_$(BPF_ARCH) \
		-I/usr/include/$(shell $(CC) -print-multiarch 2>/dev/null) -c -o $(@D)/enforcer.bpf.o \
		$(BPF_DIR)/BPF/enforcer.bpf.c
	$(firstword $(wildcard $(dir $(BPF_CLANG))llvm-objcopy) llvm-objcopy) --strip-debug $(@D)/enforcer.bpf.o
	od -An -v -tu1 $(@D)/enforcer.bpf.o | sed 's/  *\([0-9][0-9]*\)/\1,/g' >$@.new
	@mv $@.new $@

$(TOOLS): $(BPF_OBJECT) $(SOURCES)
	$(call build,$(@F),.build/tools,--static-swift-stdlib $(HARDENED))
	$(call stripped,.build/tools)

# rpm finds one symbol in it. The header of plugins is in rpm's source where it is
# not installed.
PLUGIN_HOOKS := Sources/C/CRPMPlugin/hooks.c
$(PLUGIN): $(LIBRPM) $(SOURCES)
	# What is no source any more would stay in it.
	@rm -f .build/plugin/release/libdiglim.a
	$(call build,diglim,.build/plugin,--traits Embedded \
		-Xswiftc -Xfrontend -Xswiftc -function-sections)
	$(CC) -O2 $(CFLAGS) -fno-lto -fPIC -fvisibility=hidden -I$(<D)/src -shared \
		-o .build/plugin/release/$(@F) $(PLUGIN_HOOKS) .build/plugin/release/libdiglim.a \
		-lrpm -lrpmio -Wl,--exclude-libs,ALL -Wl,--gc-sections \
		-Wl,--strip-debug -Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
	$(call stripped,.build/plugin)

## Make and sign the lists of the parser and of what starts it, with KEY and CERT
.PHONY: parser-list
parser-list: $(PARSER_LIST) $(STARTER_LISTS)

# With a key always, because it may be another one than last time; without one a
# signed list stays for as long as the parser is the same.
$(PARSER_LIST): $(PARSER) .build/bin/diglim-mkparser-list $(if $(KEY)$(CERT),FORCE)
	.build/bin/diglim-mkparser-list --output '$(@D)' $(SIGNER) $(PARSER)
	@touch $@
SIGNER = $(if $(KEY),--key '$(KEY)') $(if $(CERT),--certificate '$(CERT)')

# What starts parsers is none, but IMA has to know it.
$(STARTER_LISTS): .build/digest_lists/0-file_list-compact-%: .build/bin/% .build/bin/diglimctl \
		$(if $(KEY)$(CERT),FORCE)
	.build/bin/diglimctl compact --output '$(@D)' --immutable $<
	$(if $(KEY)$(CERT),.build/bin/diglimctl sign $(SIGNER) $@)
	@touch $@

.PHONY: FORCE
FORCE:

# A page that says when it was made would be another one every day.
$(MAN): .build/man/%: docs/man/%.scd
	$(need)
	@mkdir -p $(@D)
	scdoc <$< >$@
	@sed -i '/^\.TH /s/"[0-9]*-[0-9]*-[0-9]*"/""/' $@

# The programs know best what they take.
.build/completions/bash/%: .build/bin/%
	$(completion)
.build/completions/zsh/_%: .build/bin/%
	$(completion)
.build/completions/fish/%.fish: .build/bin/%
	$(completion)
define completion
@mkdir -p $(@D)
$< --completion $(notdir $(@D)) >$@.new
@mv $@.new $@
endef

## Build once more, elsewhere, and see that it comes out the same
.PHONY: reproducible
reproducible: all
	@CC='$(CC)' CFLAGS='$(CFLAGS)' STRIP='$(STRIP)' BPF_CLANG='$(BPF_CLANG)' scripts/reproducible

## Tell how much of what code runs with the kernel's trust
.PHONY: trusted
trusted: $(PARSER) .build/bin/diglim-emulator $(LISTS)
	@scripts/trusted $(PARSER) $(dir $(LIBRPM))src $(LISTS)

## Check the style of the Swift code
.PHONY: lint
lint:
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests

PACKAGES := $(if $(DIGLIM_SHARED),--packages '$(DIGLIM_SHARED)/corpus/rpm-testsuite')

$(BOOT_ROOT): scripts/boot/packages
	@mkdir -p $(@D)
	mmdebstrap --quiet --variant=minbase \
		--include="$$(sed 's/#.*//' $< | xargs | tr ' ' ,)" \
		--aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		"$$(. /etc/os-release; echo "$$VERSION_CODENAME")" $(@D)/new-$(@F)
	mv $(@D)/new-$(@F) $@

$(NEWER_KERNEL):
	@mkdir -p $(@D)
	rm -rf $@ $@.new
	mmdebstrap --quiet --variant=extract --include=linux-image-cloud-amd64 \
		--aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
		$(patsubst .deps/kernel-%,%,$@) $@.new
	mkdir -p $@/usr/lib
	mv $@.new/boot $@/
	mv $@.new/usr/lib/modules $@/usr/lib/
	rm -rf $@.new

$(KERNEL): $(BOOT_ROOT)
	@mkdir -p $@
	tar -xf $< -C $@ ./usr/lib/modules
	@touch $@

## Run mutants of real headers through the conversion, with AddressSanitizer
.PHONY: sweep
sweep: $(if $(HEADERS),.build/asan/release/mutation-sweep $(HEADERS))
	$(if $(HEADERS),$< --mutants $(MUTANTS) --lists $(HEADERS) $(PACKAGES),@echo \
		'sweep: skipped: neither DIGLIM_SHARED nor LISTS names a folder with real headers')

CONVERSION_TESTS := $(shell find Tests/CheckedConversion Tests/ConversionFuzzer \
	Tests/MutationSweep Tests/RandomNumbers -type f)

.build/asan/release/mutation-sweep: .build/librpm-asan/librpm.a $(SOURCES) $(CONVERSION_TESTS)
	$(call build,$(@F),.build/asan,--sanitize=address $(call linker,-L$(<D)))

LOGS := $(if $(DIGLIM_SHARED),$(addprefix $(DIGLIM_SHARED)/measurements/, \
	boot/binary_runtime_measurements boot-and-reload/binary_runtime_measurements \
	ibmtss/sha1.log ibmtss/sha256.log))

## Run mutants of measurement lists through what reads them, with AddressSanitizer
.PHONY: sweep-logs
sweep-logs: $(if $(LOGS),.build/asan/release/log-sweep)
	$(if $(LOGS),$< --mutants $(MUTANTS) $(LOGS),@echo \
		'sweep-logs: skipped: DIGLIM_SHARED names no folder with measurements')

.build/asan/release/log-sweep: $(SOURCES) $(shell find Tests/CheckedReading Tests/LogSweep \
		Tests/RandomNumbers -type f)
	$(call build,$(@F),.build/asan,--sanitize=address)

## Let libFuzzer look for more such mutants
.PHONY: fuzz
fuzz: .build/fuzz/conversion-fuzzer $(LISTS)
	@mkdir -p .build/fuzz/corpus
	$< -max_total_time=$(FUZZ_SECONDS) .build/fuzz/corpus $(LISTS)

.build/fuzz/conversion-fuzzer: .build/librpm-fuzz/librpm.a $(SOURCES) $(CONVERSION_TESTS)
	$(call build,ConversionFuzzer,.build/fuzz,-Xswiftc -sanitize=address$(comma)fuzzer)
	$(SWIFT)c -sanitize=address,fuzzer -use-ld=lld -static-stdlib -o $@ \
		.build/fuzz/release/libConversionFuzzer.a -L$(<D) -lrpm

.build/lists-corpus: FROM = --dbpath '$(DIGLIM_SHARED)/corpus/cbl-mariner-2.0'
.build/lists-corpus .build/lists-machine: | .build/bin/diglimctl
	rm -rf $@.new
	$| generate --output $@.new --rpmdb $(FROM)
	mv $@.new $@

## Measure the parser, check and the enforcer's table, and with DIGLIM_SHARED much more
.PHONY: bench
bench: $(PARSER) .build/bin/diglimctl $(LISTS) $(if $(DIGLIM_SHARED),.build/bench/librpm-baseline $(PLUGIN) .build/bin/diglim-emulator .build/bin/diglim-enforcer)
	scripts/bench $(LISTS)
	scripts/bench-transaction $(LISTS)
	scripts/bench-check
	scripts/bench-enforcer $(LISTS)

.build/bench/librpm-baseline: $(DIGLIM_SHARED)/bench/librpm-baseline.c $(LIBRPM)
	@mkdir -p $(@D)
	$(CC) -O2 -static -o $@ $< -L$(dir $(LIBRPM)) -lrpm

## Install below DESTDIR and PREFIX
.PHONY: install
install: all
	install -D -m 755 -t '$(DESTDIR)$(LIBEXECDIR)' $(STATIC)
	install -D -m 644 -t '$(DESTDIR)$(LISTDIR)' $(OWN_LISTS)
	install -D -m 755 -t '$(DESTDIR)$(BINDIR)' .build/bin/diglimctl .build/bin/diglim-mkparser-list
	install -D -m 755 -t '$(DESTDIR)$(SBINDIR)' .build/bin/diglim-emulator \
		.build/bin/diglim-enforcer
	install -D -m 755 -t '$(DESTDIR)$(PLUGINDIR)' $(PLUGIN)
	install -D -m 644 -t '$(DESTDIR)$(RPMMACRODIR)' packaging/rpm/macros.diglim $(PLUGIN_MACROS)
	install -D -m 755 -t '$(DESTDIR)$(RPMDIR)' packaging/rpm/brp-diglim-parser-list
	install -D -m 644 -t '$(DESTDIR)$(UNITDIR)' $(UNITS)
	install -D -m 644 -t '$(DESTDIR)$(PRESETDIR)' $(PRESETS)
	install -D -m 755 -t '$(DESTDIR)$(DRACUTDIR)/modules.d/$(notdir $(DRACUT_MODULE))' \
		$(DRACUT_MODULE)/module-setup.sh
	install -D -m 644 -t '$(DESTDIR)$(DRACUTDIR)/dracut.conf.d' $(DRACUT_CONF)
	$(foreach page,$(MAN),install -D -m 644 -t '$(DESTDIR)$(MANDIR)/man$(section)' $(page);)
	install -D -m 644 -t '$(DESTDIR)$(BASHDIR)' $(filter .build/completions/bash/%,$(COMPLETIONS))
	install -D -m 644 -t '$(DESTDIR)$(ZSHDIR)' $(filter .build/completions/zsh/%,$(COMPLETIONS))
	install -D -m 644 -t '$(DESTDIR)$(FISHDIR)' $(filter .build/completions/fish/%,$(COMPLETIONS))
	install -D -m 644 -t '$(DESTDIR)$(DOCDIR)' $(DOCS)
	$(foreach example,$(EXAMPLES),install -D -m 644 $(example) '$(DESTDIR)$(DOCDIR)/$(example)';)
section = $(subst .,,$(suffix $(page)))

## Remove what install put there
.PHONY: uninstall
uninstall:
	rm -f $(patsubst %,'$(DESTDIR)$(LIBEXECDIR)/%',$(notdir $(STATIC))) '$(DESTDIR)$(BINDIR)/diglimctl' \
		'$(DESTDIR)$(BINDIR)/diglim-mkparser-list' '$(DESTDIR)$(SBINDIR)/diglim-emulator' \
		'$(DESTDIR)$(SBINDIR)/diglim-enforcer'
	$(foreach list,$(OWN_LISTS),rm -f '$(DESTDIR)$(LISTDIR)/$(notdir $(list))';)
	rm -f '$(DESTDIR)$(PLUGINDIR)/$(notdir $(PLUGIN))' '$(DESTDIR)$(RPMDIR)/brp-diglim-parser-list'
	rm -f '$(DESTDIR)$(RPMMACRODIR)/macros.diglim' '$(DESTDIR)$(RPMMACRODIR)/$(notdir $(PLUGIN_MACROS))'
	rm -rf '$(DESTDIR)$(DRACUTDIR)/modules.d/$(notdir $(DRACUT_MODULE))'
	rm -f '$(DESTDIR)$(DRACUTDIR)/dracut.conf.d/$(notdir $(DRACUT_CONF))'
	$(foreach unit,$(notdir $(UNITS)),rm -f '$(DESTDIR)$(UNITDIR)/$(unit)';)
	$(foreach preset,$(notdir $(PRESETS)),rm -f '$(DESTDIR)$(PRESETDIR)/$(preset)';)
	$(foreach page,$(MAN),rm -f '$(DESTDIR)$(MANDIR)/man$(section)/$(notdir $(page))';)
	$(foreach tool,$(notdir $(TOOLS)),rm -f '$(DESTDIR)$(BASHDIR)/$(tool)' \
		'$(DESTDIR)$(ZSHDIR)/_$(tool)' '$(DESTDIR)$(FISHDIR)/$(tool).fish';)
	rm -rf '$(DESTDIR)$(DOCDIR)'

# Of the commit alone, so that everybody's is the same; the times in it are the commit's.
## Pack the last commit, or REVISION, as the spec wants it
.PHONY: dist
dist: NAME = diglim-parser-$(shell sed -n 's/^Version: *//p' packaging/rpm/diglim-parser.spec)
dist:
	@test '$(REVISION)' != HEAD || test -z "$$(git status --porcelain)" || \
		{ echo 'dist: what is not committed would be missing; REVISION=COMMIT packs without it' >&2; exit 1; }
	@mkdir -p '$(DISTDIR)'
	git -c tar.umask=0022 archive --prefix=$(NAME)/ -o '$(DISTDIR)/$(NAME).tar' '$(REVISION)'
	gzip -9nf '$(DISTDIR)/$(NAME).tar'

## Remove what was built
.PHONY: clean
clean:
	rm -rf .build

## Remove what was built and what was fetched
.PHONY: distclean
distclean: clean
	rm -rf .deps

# The comments with two # above each target and variable.
## Show this list
.PHONY: help
help:
	@awk '/^## / { text = substr($$0, 4); next } \
		text == "" || /^\.PHONY/ { next } \
		/^[a-z-]+:/ { targets = targets sprintf("  make %-21s %s\n", substr($$1, 1, length($$1) - 1), text) } \
		/^[A-Z_]+ \?=/ { variables = variables sprintf("  %-26s %s\n", $$1 "=" ($$3 ~ /\$$/ ? "" : $$3), text) } \
		{ text = "" } \
		END { printf "%s\nVariables:\n%s", targets, variables }' Makefile
