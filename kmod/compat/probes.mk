# SPDX-License-Identifier: GPL-2.0-or-later
#
# Included by a Kbuild file whose objects include compat/compat.h; $(rtprobe-kmod) is the folder that contains compat/.
#
# Differences between kernels are detected by compiling, never by version numbers, because stable branches backport
# interfaces. See probe.sh.
ccflags-y += -I$(rtprobe-kmod) -I$(obj)

rtprobe-probe-flags = $(NOSTDINC_FLAGS) $(LINUXINCLUDE) $(KBUILD_CPPFLAGS) $(KBUILD_CFLAGS) \
	$(KBUILD_CFLAGS_MODULE) -DKBUILD_MODNAME='"probe"' -DKBUILD_BASENAME='"probe"'

quiet_cmd_rtprobe_compat = PROBE   $@
      cmd_rtprobe_compat = sh $< $(dir $<)probes $(objtree)/Module.symvers $@ $(CC) $(rtprobe-probe-flags)

$(obj)/compat/probes.h: $(rtprobe-kmod)/compat/probe.sh $(wildcard $(rtprobe-kmod)/compat/probes/*) FORCE
	$(call if_changed,rtprobe_compat)

targets += compat/probes.h
clean-files += compat/probes.h
$(addprefix $(obj)/,$(foreach module,$(basename $(obj-m)),$(or $($(module)-y),$(module).o))): $(obj)/compat/probes.h
