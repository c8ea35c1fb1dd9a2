import { describe, expect, it } from 'vitest';
import { graphOf, roomsOf, roomViolations, violationsOf } from './rooms.ts';

const rooms = ['base', 'hooks', '.'];
const files = (texts: Record<string, string>) => new Map(Object.entries(texts));

describe('the rooms of the kernel module', () => {
  it('are read from the table of the README, lowest first', () => {
    expect(roomsOf('| room | holds |\n|---|---|\n| `base` | a |\n| `hooks` | b |\n| `.` | c |\n')).toEqual(
      rooms,
    );
  });

  it('may include lower rooms and themselves', () => {
    const sources = files({
      'base/clock.h': '#include <linux/types.h>\n#include "uapi/rtprobe.h"\n',
      'base/cpu.h': '#include "base/clock.h"\n',
      'hooks/timer.c': '#include "base/cpu.h"\n',
      'main.c': '#include "base/cpu.h"\n',
    });
    expect(violationsOf(sources, rooms)).toEqual([]);
    expect(graphOf(sources).get('hooks/timer')).toEqual(new Set(['base/cpu']));
  });

  it('reject an include that points upward', () => {
    const sources = files({ 'base/clock.c': '#include "hooks/timer.h"\n', 'hooks/timer.h': '' });
    expect(violationsOf(sources, rooms)).toEqual(['base/clock.c: includes hooks/timer.h, of a higher room']);
  });

  it('reject an include without its room, and a room that the table does not have', () => {
    const sources = files({ 'base/clock.c': '#include "clock.h"\n', 'attic/old.h': '' });
    expect(violationsOf(sources, rooms)).toEqual([
      'base/clock.c: includes clock.h, which is no file of a room',
      'attic/old.h: the table of rooms has no attic',
    ]);
  });

  it('reject units that include each other; the .c and .h file of a name are one unit', () => {
    const sources = files({
      'base/a.h': '',
      'base/a.c': '#include "base/a.h"\n#include "base/b.h"\n',
      'base/b.h': '',
      'base/b.c': '#include "base/c.h"\n',
      'base/c.h': '#include "base/a.h"\n',
    });
    expect(violationsOf(sources, rooms)).toEqual([
      'units include each other: base/a → base/b → base/c → base/a',
    ]);
  });

  it('reject static functions of one name', () => {
    const text = 'static int find(int a,\n\t\tint b)\n{\n}\n';
    const sources = files({ 'base/a.c': text, 'hooks/b.c': `static __always_inline ${text.slice(7)}` });
    expect(violationsOf(sources, rooms)).toEqual(['static function find has namesakes: base/a.c, hooks/b.c']);
  });

  it('reject a declared function that only its own unit uses', () => {
    const sources = files({
      'base/clock.h': 'u64 rtp_clock_now(void);\nint rtp_clock_init(void);\n/* Names rtp_clock_init(). */\n',
      'base/clock.c':
        'int rtp_clock_init(void)\n{\n}\n\nu64 rtp_clock_now(void)\n{\n\trtp_clock_init();\n}\n',
      'main.c': '#include "base/clock.h"\n\nstatic u64 f(void)\n{\n\treturn rtp_clock_now();\n}\n',
    });
    expect(violationsOf(sources, rooms)).toEqual([
      'base/clock.h: only its own unit uses rtp_clock_init, which should be static',
    ]);
  });

  it('reject long lines, with a tab as eight columns', () => {
    const sources = files({ 'main.c': `\t${'x'.repeat(92)}\n\t${'x'.repeat(93)}\n` });
    expect(violationsOf(sources, rooms)).toEqual(['main.c:2: 101 columns, at most 100']);
  });

  it('are correct in the repository', () => {
    expect(roomViolations()).toEqual([]);
  });
});
