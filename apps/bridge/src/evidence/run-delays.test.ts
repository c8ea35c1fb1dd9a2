import { type AgentFrame, AgentStream, encodeAgentFrame } from '@rtprobe/abi';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClockDistance } from './clock-distance.ts';
import { decodeHostDelays, decodeRunDelays, EvidenceFrame, encodeRunDelays } from './frames.ts';
import { type RunDelay, RunDelays } from './run-delays.ts';

/** The machine's clock is this far behind the bridge's, in microseconds. */
const DISTANCE = 5_000_000;
/** Drift within a second of a reading, in microseconds. */
const DRIFT_NEAR = 500;
const nowNs = (us: number) => BigInt(Math.round(us * 1000));

function withClock(requestedBefore: number, receivedAfter: number): RunDelays {
  const delays = new RunDelays();
  const at = DISTANCE + 1_000_000;
  delays.clock.add(nowNs(1_000_000), at - requestedBefore, at + receivedAfter + 1e-3);
  return delays;
}

describe('the distance of two clocks', () => {
  it('lies between the request and the answer of every reading', () => {
    const clock = new ClockDistance();
    expect(clock.bounds).toBeUndefined();
    clock.add(nowNs(100), 1050, 1300);
    clock.add(nowNs(500), 1300, 1501);
    expect(clock.bounds!.least).toBeCloseTo(950 - DRIFT_NEAR, 0);
    expect(clock.bounds!.most).toBeCloseTo(1001 + DRIFT_NEAR, 0);
  });

  it('holds for clocks that drift by up to 500 ppm', () => {
    const reading = fc.record({
      pause: fc.integer({ min: 0, max: 4_000_000 }),
      request: fc.integer({ min: 0, max: 5000 }),
      answer: fc.integer({ min: 1, max: 5000 }),
    });
    const readings = fc.array(reading, { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(readings, fc.integer({ min: -500, max: 500 }), (list, ppm) => {
        const clock = new ClockDistance();
        let at = 1e6;
        for (const { pause, request, answer } of list) {
          at += pause;
          const machine = (at - DISTANCE) * (1 + ppm * 1e-6);
          clock.add(BigInt(Math.round(machine * 1000)), at - request, at + answer);
          // A microsecond for the rounding.
          expect(clock.bounds!.least).toBeLessThanOrEqual(at - machine + 1);
          expect(clock.bounds!.most).toBeGreaterThanOrEqual(at - machine - 1);
        }
      }),
    );
  });

  it('begins again when the readings contradict each other', () => {
    const clock = new ClockDistance();
    clock.add(nowNs(100), 1050, 1100);
    clock.add(nowNs(200), 9000, 9100);
    expect(clock.bounds).toEqual({ least: 8800 - DRIFT_NEAR, most: 8900 + DRIFT_NEAR });
  });
});

describe('frames of evidence', () => {
  it('are refused from an agent: a machine cannot testify about its own host', () => {
    const [told, refused]: [unknown[], string[]] = [[], []];
    const stream = new AgentStream({
      frame: (kind) => told.push(kind),
      error: (code) => refused.push(code),
    });
    const kinds = Object.values(EvidenceFrame);
    for (const kind of kinds)
      stream.push(encodeAgentFrame(kind as unknown as AgentFrame, new Uint8Array(48)));
    expect({ told, refused }).toEqual({ told: [], refused: kinds.map(() => 'E_KIND') });
  });

  it('of a damaged recording are read only up to a length', () => {
    const million = new Uint8Array(48 * 500_000);
    expect(decodeRunDelays(million)).toBeUndefined();
    expect(decodeHostDelays(million)).toBeUndefined();
    expect(decodeRunDelays(new Uint8Array(25))).toBeUndefined();
    expect(decodeHostDelays(new Uint8Array(48))).toHaveLength(3);
  });
});

describe('what a host kept a CPU from running', () => {
  const wait = (untilUs: number, delayUs: number, spanUs = 2000): RunDelay => ({
    ...{ cpu: 1, untilUs: untilUs + DISTANCE, spanUs, delayUs },
  });

  it('counts a wait inside the window whole, and one outside not', () => {
    const delays = withClock(0, 0);
    delays.add([wait(50_000, 8000)]);
    expect(delays.within(1, nowNs(52_000), 20e6, false)).toBe(8e6);
    expect(delays.within(1, nowNs(30_000), 20e6, false)).toBe(0);
    expect(delays.within(0, nowNs(52_000), 20e6, false)).toBe(0);
  });

  it('counts the sleep of a virtual CPU only while it had work, clipped to the window', () => {
    const delays = withClock(0, 0);
    const asleep = { ...wait(50_000, 30_000, 0), asleep: true };
    delays.add(decodeRunDelays(encodeRunDelays([asleep]))!);
    expect(delays.within(1, nowNs(45_000), 20e6, false)).toBe(0);
    expect(delays.within(1, nowNs(45_000), 20e6, true)).toBe(20e6);
    expect(delays.within(1, nowNs(52_000), 10e6, true)).toBeCloseTo(8e6 - DRIFT_NEAR * 1000, -2);
    expect(delays.within(1, nowNs(19_000), 10e6, true)).toBe(0);
  });

  it('counts nothing without a reading of the clock, nor without samples', () => {
    const delays = new RunDelays();
    expect(delays.within(1, nowNs(52_000), 20e6, false)).toBe(0);
    delays.add([wait(50_000, 8000)]);
    expect(delays.within(1, nowNs(52_000), 20e6, false)).toBe(0);
    expect(delays.awaits(1, nowNs(52_000))).toBe(false);
  });

  it('waits for the sample that covers a moment, but not for ever', () => {
    const delays = withClock(100, 100);
    delays.add([wait(50_000, 0)]);
    expect(delays.awaits(1, nowNs(49_000))).toBe(false);
    expect(delays.awaits(1, nowNs(50_000))).toBe(true);
    expect(delays.awaits(1, nowNs(260_000))).toBe(false);
    delays.add([wait(50_200 + DRIFT_NEAR, 0)]);
    expect(delays.awaits(1, nowNs(50_000))).toBe(false);
  });

  it('never claims more than there was', () => {
    const waits = fc.array(
      fc.record({
        /** Idle time before a wait, its true length, and times from its end to the samples around it. */
        idle: fc.integer({ min: 0, max: 20_000 }),
        length: fc.integer({ min: 1, max: 30_000 }),
        late: fc.integer({ min: 0, max: 5000 }),
        early: fc.integer({ min: 0, max: 5000 }),
      }),
      { maxLength: 20 },
    );
    const window = fc.record({
      end: fc.integer({ min: 0, max: 600_000 }),
      length: fc.integer({ max: 200_000, min: 1 }),
    });
    const skew = fc.record({
      before: fc.integer({ min: 0, max: 3000 }),
      after: fc.integer({ min: 0, max: 3000 }),
    });
    fc.assert(
      fc.property(waits, window, skew, (list, { end, length }, { before, after }) => {
        const delays = withClock(before, after);
        let [now, truth] = [0, 0];
        for (const { idle, length: waited, late, early } of list) {
          const from = now + idle;
          const to = from + waited;
          const sampled = to + late;
          truth += Math.max(0, Math.min(to, end) - Math.max(from, end - length));
          delays.add([wait(sampled, waited, late + early)]);
          now = sampled;
        }
        expect(delays.within(1, nowNs(end), length * 1000, false)).toBeLessThanOrEqual(truth * 1000 + 1);
      }),
    );
  });

  it('stores a bounded number of samples', () => {
    const delays = withClock(0, 0);
    for (let i = 0; i < 10_000; i++) delays.add([wait(i * 10, 10, 10)]);
    expect(delays.within(1, nowNs(100_000), 100e6, false)).toBeLessThanOrEqual(4096 * 10 * 1000);
    expect(delays.within(1, nowNs(100_000), 100e6, false)).toBeGreaterThan(4000 * 10 * 1000);
  });

  it('stores a bounded number of samples of all CPUs together, and none of impossible CPUs', () => {
    const delays = withClock(0, 0);
    for (let cpu = 0; cpu < 9000; cpu++)
      delays.add(Array.from({ length: 20 }, (_, i) => ({ ...wait(50_000 + i, 10), cpu })));
    expect(delays.stored).toBeLessThanOrEqual(65_536);
    delays.reset();
    delays.add([{ ...wait(50_000, 8000), cpu: 2 ** 32 - 1 }]);
    expect(delays.stored).toBe(0);
    expect(delays.within(2 ** 32 - 1, nowNs(52_000), 20e6, false)).toBe(0);
  });
});
