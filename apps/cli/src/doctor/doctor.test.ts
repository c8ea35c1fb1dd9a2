import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeFacts } from '@rtprobe/bridge';
import { beforeAll, describe, expect, it } from 'vitest';
import { watchThisMachine } from '../../tests/watched-machine.ts';
import { doctorLines, hasProblem } from './lines.ts';

const FIXTURES = join(import.meta.dirname, '../../../bridge/tests/fixtures/doctor');
const log = { info: () => {}, warn: () => {}, error: () => {} };
const facts = readFileSync(join(FIXTURES, '6.12-rt.json'), 'utf8');
const judged = (changes: object = {}) => {
  const recorded = JSON.parse(facts) as { files: object };
  const files = { ...recorded.files, ...changes };
  return judgeFacts(JSON.stringify({ ...recorded, files }), log);
};

let doctor: Awaited<ReturnType<typeof judgeFacts>>;
beforeAll(async () => {
  doctor = await judged();
});

describe('the text of the doctor', () => {
  it('has each finding that is not in order, with evidence, effect, remedy and cost', () => {
    const text = doctorLines(doctor, false).join('\n');
    expect(text).toMatch(
      / {2}Fair server \[fair-server\]\n {6}\/sys\/kernel\/debug\/sched\/fair_server\/cpu\{0-1\}\/runtime: 50000000/,
    );
    expect(text).toMatch(/→ Let the task sleep in each cycle/);
    expect(text).toMatch(/Cost: Without the fair server/);
    for (const { id, state } of doctor.findings) expect(text.includes(`[${id}]`)).toBe(state !== 'ok');
    expect(text).toMatch(/^What it can measure is unknown/m);
  });

  it('has lines of at most 100 columns, unless a word is longer', () => {
    const long = doctorLines(doctor, true).filter((line) => line.length > 100 && line.trim().includes(' '));
    expect(
      long.filter((line) =>
        line
          .trim()
          .split(' ')
          .every((word) => word.length < 60),
      ),
    ).toEqual([]);
  });

  it('shows control characters of another machine as text', async () => {
    const hostile = await judged({
      '/proc/sys/kernel/osrelease': '6.1\u001b[2J',
      '/proc/swaps': 'x\n/a\u001b]0;b 1',
    });
    expect(doctorLines(hostile, true).join('')).not.toContain('\u001b');
  });
});

it('the text says whether the named task was found', () => {
  const { task: _, ...none } = doctor;
  expect(doctorLines(none, false, 'motion')[1]).toContain('no task is named "motion"');
  expect(doctorLines(none, false)[1]).toContain('Name one with --task');
});

describe('the exit code', () => {
  it('is that of a problem only for problems, not for risks', async () => {
    expect(doctor.findings.some(({ state }) => state === 'risk')).toBe(true);
    const problems = doctor.findings.filter(({ state }) => state === 'problem');
    expect(hasProblem(doctor)).toBe(problems.length > 0);
    expect(hasProblem({ ...doctor, findings: [] })).toBe(false);
    expect(hasProblem(await judged({ '/sys/kernel/rcu_expedited': '1' }))).toBe(true);
    const module = [{ level: 'bad' as const, code: 'E_NOT_LOADED', text: 'load it' }];
    expect(hasProblem({ ...doctor, findings: [], module })).toBe(true);
  });
});

it('judges the only host of a bridge that an option names, not this machine', async () => {
  const machine = await watchThisMachine();
  try {
    const { ended, text } = machine.rtprobe(['doctor', '--json']);
    const code = await ended;
    // The simulated agent has a few facts of its own.
    const asked = await machine.harness.get('/api/v1/doctor?host=simulated');
    if (asked.status === 200) expect(JSON.parse(text.stdout)).toEqual(asked.body);
    else expect({ code, text: text.stderr }).toMatchObject({ code: 5, text: expect.stringContaining('E_') });
  } finally {
    await machine.close();
  }
});
