# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the guest scripts: TAP output, loading of modules, access to /proc/rtprobe.
# Needs POSIX sh, awk and root. Run in a guest: modules are loaded and unloaded, CPUs go offline.
#
# Modules are searched in $RTPROBE_MODULES, beside the scripts and where the lab copies them.
set -u

PROBE=/proc/rtprobe
DISTURB=/proc/rtprobe_disturb
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)

# What differs between architectures. On x86 the local timer and inter-processor interrupts are vectors, elsewhere lines.
# HANDLERS: the measures of interrupt handlers; VECTORS: the one that has the local timer, TIMER, and the function calls,
# CALL_IPIS, a pattern for rules. COUNTER: the clock that reads the processor's counter. SERIAL: the serial port.
# shellcheck disable=SC2034 # for the scripts that source this
case $(uname -m) in
aarch64)
	HANDLERS=hardirq_duration VECTORS=hardirq_duration TIMER=arch_timer CALL_IPIS='Function*call*' COUNTER=cntvct
	SERIAL=/dev/ttyAMA0 MEMBARRIER=283
	;;
*)
	HANDLERS=hardirq_duration,vector_duration VECTORS=vector_duration TIMER=LOC CALL_IPIS='CAL*' COUNTER=tsc
	SERIAL=/dev/ttyS0 MEMBARRIER=324
	;;
esac
children=''
planned=0 number=0 failed=0

cleanup() {
	for child in $children; do kill "$child" 2>/dev/null; done
	wait 2>/dev/null
	rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

plan() {
	planned=$1
	echo "1..$planned"
}

# check SENTENCE COMMAND...: runs one test; the command's status is the result.
check() {
	sentence=$1
	shift
	number=$((number + 1))
	if "$@"; then
		echo "ok $number - $sentence"
	else
		echo "not ok $number - $sentence"
		failed=$((failed + 1))
	fi
}

figures() { echo "# $*"; }

# Ends the script with 0 if all planned tests ran and passed.
finish() {
	[ "$number" -eq "$planned" ] || figures "planned $planned tests, ran $number"
	[ "$failed" -eq 0 ] && [ "$number" -eq "$planned" ]
	exit
}

bail() {
	echo "Bail out! $*"
	exit 1
}

# Ends the script before its plan: what it tests cannot be on this kernel or machine.
skip() {
	echo "1..0 # SKIP $*"
	exit 0
}

module_path() {
	for dir in ${RTPROBE_MODULES:-} "$here" "$here/build/$(uname -r)" /run/lab/modules; do
		[ -e "$dir/$1.ko" ] && echo "$dir/$1.ko" && return
	done
	bail "$1.ko is not in \$RTPROBE_MODULES, $here or /run/lab/modules" >&2
}

loaded() { [ -d "/sys/module/$1" ]; }

# load MODULE [PARAM=VALUE...]: loads a module; unloads it first if it is loaded. rtprobe captures without a limit on its
# own work unless the parameters have one: on an emulated CPU a capture takes many times as long.
load() {
	module=$1
	shift
	unload "$module"
	case "$module $*" in
	'rtprobe '*self_limit=*) ;;
	'rtprobe '*) set -- self_limit=off "$@" ;;
	esac
	insmod "$(module_path "$module")" "$@"
}

unload() { ! loaded "$1" || rmmod "$1"; }

# Installs the module in a scratch root, where modprobe finds it.
install_for_modprobe() {
	updates=$scratch/root/lib/modules/$(uname -r)/updates
	mkdir -p "$updates"
	cp "$(module_path rtprobe)" "$updates/"
	depmod -b "$scratch/root" 2>/dev/null
	export MODPROBE_OPTIONS="-d $scratch/root"
}

# refused_unsigned COMMAND...: the command reports that the kernel demands a signature. was_told TEXT: its report has this.
refused_unsigned() {
	"$@" >"$scratch/said" 2>&1
	sed 's/^/# /' "$scratch/said"
	grep -q E_SIGNATURE "$scratch/said"
}
was_told() { grep -qF -- "$1" "$scratch/said"; }

# Succeeds on a kernel with debug options, where everything takes about twenty times as long.
watches_itself() { [ -e /sys/kernel/debug/kmemleak ] || races_are_watched; }
races_are_watched() { [ -e /sys/kernel/debug/kcsan ]; }

# Runs a command in the background until the script ends.
background() {
	"$@" &
	last=$!
	children="$children $last"
}

stop() {
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# named NAME PROGRAM: copies a program, so that a process of it has the name NAME. Prints the path.
named() {
	cp "$(command -v "$2")" "$scratch/$1" && echo "$scratch/$1"
}

# Writes the text with one write(). Errors are reported by the status only.
control() { printf '%s\n' "$*" 2>/dev/null >"$PROBE/control"; } 2>/dev/null
disturb() { printf '%s\n' "$*" 2>/dev/null >"$DISTURB"; } 2>/dev/null
rules() { printf '%s\n' "$*" 2>/dev/null >"$PROBE/rules"; } 2>/dev/null
status_of() { sed -n "s/^$1[=:] *//p" "$PROBE/status"; }
setting() { sed -n "s/^$1=//p" "$PROBE/control"; }
edu_irq() { sed -n '1s/.*irq=\([0-9]*\).*/\1/p' "$DISTURB"; }

# Prints the online CPUs, one per line.
online_cpus() {
	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		[ "$(cat "$cpu/online" 2>/dev/null || echo 1)" = 1 ] && echo "${cpu##*/cpu}"
	done
}

# The kernel's log in two parts, part=alone: the data races that KCSAN reports without a function of these modules in
# a stack, and those of the clock that is read in any context: its reader takes the copy that is not being written and
# reads again if that changed, which KCSAN knows from Linux 6.13 on. Without part=alone: all else. A report that is not
# closed, or holds another complaint, is never alone; the log can begin within one.
by_report='
	function flush() {
		clock = report ~ /data-race in (ktime_get_[a-z_]*fast_ns( \/ timekeeping_[a-z_]*|\+[0-9a-fx\/]*)|timekeeping_[a-z_]* \/ ktime_get_[a-z_]*fast_ns)\n/
		alone = report ~ /BUG: KCSAN/ && (clock || report !~ /\[rtprobe/) && lines < 200 && gsub(/BUG: |WARNING: /, "&", report) == 1
		if (alone == (part == "alone")) printf "%s", report
	}
	{ edge = /====================/ }
	begun && !/BUG: KCSAN/ { if (part != "alone") printf "%s", report; begun = 0 }
	edge && !inside { begun = 1; report = $0 "\n"; next }
	begun { inside = 1; begun = 0; lines = 1 }
	inside { report = report $0 "\n"; lines++; if (edge) { flush(); inside = 0 } next }
	part != "alone" { print }
	END { if (inside || begun) { lines = 200; flush() } }'
kernel_log() { dmesg | awk "$by_report"; }
races_of_kernel() { dmesg | awk -v part=alone "$by_report"; }

COMPLAINTS='BUG:|WARNING:|Oops|Call Trace|general protection|scheduling while atomic|sleeping function|possible circular|inconsistent lock|suspicious RCU|KASAN|UBSAN|ODEBUG|suspected memory leak|still has .* objects|refcount_t|list_(add|del) corruption|nobody cared|soft lockup|rcu.*stall'
# Prints the lines of the kernel log that no module may cause.
splats() { kernel_log | grep -E "$COMPLAINTS"; }

no_splat() {
	splats >"$scratch/splats"
	[ ! -s "$scratch/splats" ] || { sed 's/^/# /' "$scratch/splats" | head -n 20; return 1; }
}

# Prints the time that the module's thread has run, in ns.
worker_ns() { cut -d' ' -f1 "/proc/$(pgrep -x rtprobe)/schedstat"; }

# rows AWK: runs an awk program on the lines of irqs, with f["column"] for each column of the header.
rows() {
	awk 'NR == 1 { sub(/^# */, ""); for (i = 1; i <= NF; i++) column[i] = $i; next }
	{ for (i = 1; i <= NF; i++) f[column[i]] = $i } '"$1" "$PROBE/irqs"
}

# Prints how often the actions of a line ran, including IRQ_NONE, by irq, name and CPU ("" for all).
ran() {
	rows 'f["measure"] == "hardirq_duration" && f["number"] == '"$1"' && f["name"] == "'"$2"'" &&
		("'"${3:-}"'" == "" || f["cpu"] == "'"${3:-}"'") { n += f["count"] + f["none"] } END { print n + 0 }'
}

# Prints the count of a line in /proc/interrupts, by irq and CPU ("" for all).
interrupts() {
	awk -v irq="$1:" -v cpu="${2:-}" 'NR == 1 { n = NF; for (i = 1; i <= NF; i++) name[i] = substr($i, 4); next }
		$1 == irq { for (i = 1; i <= n; i++) if (cpu == "" || name[i] == cpu) sum += $(i + 1) }
		END { print sum + 0 }' /proc/interrupts
}
