#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rtprobectl with the loaded module, under dash and under busybox: it shows the module's data, names what the module
# refuses, and prints valid JSON.
. "$(dirname "$0")/lib.sh"

CTL=$here/../tools/rtprobectl
# Where the lab copies it; the shells of this script have other paths.
export RTPROBE_AGENT=${RTPROBE_AGENT:-/usr/local/bin/rtprobe-agent}
SHELLS='dash busybox'

ctl() { # SHELL WORD...
	kind=$1
	shift
	case $kind in
	dash) dash "$CTL" "$@" ;;
	# Use busybox applets instead of the system's programs, as in an initramfs.
	busybox) PATH=$scratch/applets /usr/local/bin/busybox sh "$CTL" "$@" ;;
	# Without any programs, as in an initramfs without busybox.
	bare) PATH=/nowhere /bin/dash "$CTL" "$@" ;;
	esac
}

exits() { # CODE SHELL WORD...
	wanted=$1
	shift
	ctl "$@" >"$scratch/out" 2>"$scratch/err"
	code=$?
	[ $code -eq "$wanted" ] || { figures "exit $code, wanted $wanted"; sed 's/^/# /' "$scratch/err"; return 1; }
}

names() { # WORD: in what the last command complained of
	grep -qF -- "$1" "$scratch/err" || { sed 's/^/# /' "$scratch/err"; return 1; }
}

refuses() { # CODE WORD SHELL ARGUMENT...
	code=$1 word=$2
	shift 2
	exits "$code" "$@" && names "$word"
}

# An independent JSON check: if all scalars and structures are removed from valid JSON, nothing is left.
is_json() {
	perl -0777 -e '
		my $text = <STDIN>;
		my $value; $value = qr/(?:\s*(?:"(?:[^"\\\x00-\x1f]|\\["\\\/bfnrt]|\\u[0-9a-f]{4})*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|true|false|null|\[\s*\]|\[(??{$value})(?:,(??{$value}))*\]|\{\s*\}|\{\s*"(?:[^"\\]|\\.)*"\s*:(??{$value})(?:,\s*"(?:[^"\\]|\\.)*"\s*:(??{$value}))*\})\s*)/;
		exit($text =~ /^$value$/ ? 0 : 1);' || { head -c 300 "$scratch/out" | sed 's/^/# /'; return 1; }
}

gives_json() { exits 0 "$@" --json && is_json <"$scratch/out"; }
shows_setting() { exits 0 "$1" status && grep -q "^$2  *$3\$" "$scratch/out"; }

# Both shells see the same rows. Counts change between two reads, so only the names are compared.
same_sources() {
	exits 0 dash irqs && awk '{ print $2, $3, $4, $NF }' "$scratch/out" | sort >"$scratch/a"
	exits 0 busybox irqs && awk '{ print $2, $3, $4, $NF }' "$scratch/out" | sort >"$scratch/b"
	[ -s "$scratch/a" ] && cmp -s "$scratch/a" "$scratch/b"
}

worst_first() {
	exits 0 "$1" irqs && awk 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "max_ns") c = i; next }
		NR > 2 && $c + 0 > last { bad = 1 } { last = $c + 0 } END { exit bad || NR < 3 }' "$scratch/out"
}

# A spike of the edu device that interrupted the process with the special name.
hostile_spike() {
	awk '/^spike=/ { edu = comm = 0 } $0 == "name=rtprobe-edu" { edu = 1 } /^comm=a"b/ { comm = 1 }
		edu && comm { found = 1 } END { exit !found }' $PROBE/spikes
}

# No other measure is on: late timers of a busy host would fill the list first.
hostile_comm() { # SHELL
	control measures=hardirq_duration clear=spikes
	background taskset -c 1 "$(named 'a"b\ c' sh)" -c 'while :; do :; done'
	for try in $(seq 40); do disturb kind=hardirq us=3000 cpu=1; hostile_spike && break; sleep 0.25; done
	stop "$last"
	gives_json "$1" spikes
	json=$?
	control measures=default
	[ $json -eq 0 ] && grep -qF 'a\"b' "$scratch/out" || { figures "$(grep -c '^spike=' $PROBE/spikes) spikes stored"; return 1; }
}

partial_file() { # SHELL: one bad line of three
	printf '# words\nperiod=4ms\nperod=1ms\ninterval=50ms # end\n' >"$scratch/conf"
	control period=1ms interval=100ms
	refuses 3 "conf:3" "$1" load "$scratch/conf" && names perod && [ "$(setting period)" = 4ms ] && [ "$(setting interval)" = 50ms ]
}

expected_file() { # SHELL: one expectation is right; the others have a wrong word, CPUs that are none, and no duration
	printf 'expect quiet on 1 above 5us\nexpect silence on 1\nexpect quiet on one\nexpect quiet on 1 above 0us\n' >"$scratch/conf"
	refuses 3 "conf:2: E_EXPECT_WORD \"silence on 1\"" "$1" load "$scratch/conf" && names bad_list && names "conf:4: E_EXPECT_DURATION" &&
		grep -q '^id=.* measure=[^ ]*'$VECTORS'[^ ]* cpus=1 threshold=5us .*cooldown=10s' $PROBE/rules && [ "$(wc -l <$PROBE/rules)" = 1 ]
	right=$?
	[ $right -eq 0 ] || figures "$(cat $PROBE/rules "$scratch/err")"
	rules clear
	return $right
}

switches() {
	control measures=hardirq_duration
	exits 0 "$1" on timer_latency && [ "$(setting measures)" = hardirq_duration,timer_latency ] &&
		exits 0 "$1" off hardirq_duration && [ "$(setting measures)" = timer_latency ] &&
		exits 0 "$1" off && [ "$(setting measures)" = none ] && control measures=hardirq_duration,timer_latency
}

# The collector's words for what the kernel reports here.
machine_facts() {
	running=$(uname -r)
	grep -qF "\"/proc/sys/kernel/osrelease\":\"$running\"" "$scratch/out" &&
		grep -qF "\"name\":\"migration/0\",\"kernel\":true,\"policy\":1,\"priority\":99" "$scratch/out" &&
		grep -qF "\"/proc/sys/kernel/sched_rt_runtime_us\":\"$(cat /proc/sys/kernel/sched_rt_runtime_us)\"" "$scratch/out" &&
		grep -q '"/proc/rtprobe/status":{*".*measures_available=' "$scratch/out" && grep -q '"leftOut":0}}$' "$scratch/out" ||
		{ cut -c1-300 "$scratch/out" | sed 's/^/# /'; return 1; }
}

without_agent() { # SHELL
	RTPROBE_AGENT=/nowhere/agent ctl "$1" doctor --json >"$scratch/out" 2>"$scratch/err"
	[ $? -eq 1 ] && names E_FACTS
}

plan 44
[ -x "$CTL" ] || bail "rtprobectl is not beside the tests"
mkdir "$scratch/applets" && /usr/local/bin/busybox --install -s "$scratch/applets" || bail "no busybox"
load rtprobe || bail "rtprobe.ko does not load"
load rtprobe_disturb || bail "rtprobe_disturb.ko does not load"
control threshold=1ms
for shell in $SHELLS; do
	check "$shell: status shows the settings" shows_setting $shell threshold 1ms
	check "$shell: status --json is JSON" gives_json $shell status
	check "$shell: irqs are sorted worst first" worst_first $shell
	check "$shell: irqs --json is JSON" gives_json $shell irqs -n 3
	check "$shell: --sort names an unknown column" refuses 2 nope $shell irqs --sort nope
	check "$shell: spikes --json is JSON with special characters in a process name" hostile_comm $shell
	check "$shell: one spike is shown by its number" exits 0 $shell spike "$(sed -n '1s/^spike=//p' $PROBE/spikes)"
	check "$shell: the error names a spike that is not stored" refuses 1 999999 $shell spike 999999
	check "$shell: the error names a setting that the module refuses" refuses 1 1ns $shell set period=1ns
	check "$shell: set changes settings" exits 0 $shell set period=2ms
	check "$shell: on and off switch single measures" switches $shell
	check "$shell: off names an unknown measure" refuses 2 nonsense $shell off nonsense
	check "$shell: a file is applied except for a bad line, which is named" partial_file $shell
	check "$shell: expectations of a file are rules, and what is wrong in one is named" expected_file $shell
	check "$shell: an unknown command is named" refuses 2 frobnicate $shell frobnicate
	check "$shell: clear removes the spikes" exits 0 $shell clear spikes
	# Its exit code depends on the guest.
	ctl $shell doctor --json >"$scratch/out" 2>/dev/null
	check "$shell: doctor --json is JSON" is_json <"$scratch/out"
	check "$shell: doctor reports the loaded module" grep -q LOADED "$scratch/out"
	check "$shell: doctor --json has the facts about this machine" machine_facts
	check "$shell: doctor says that the agent cannot be started" without_agent $shell
done
check "a file is applied by a shell without other programs" partial_file bare
check "both shells show the same sources" same_sources
unload rtprobe_disturb
unload rtprobe
check "without the module the commands say so" refuses 4 E_NOT_LOADED dash status
check "the kernel log has no warnings" no_splat
finish
