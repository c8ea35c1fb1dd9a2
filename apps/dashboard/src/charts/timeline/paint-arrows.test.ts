import type { Arrow, Slice } from '@rtprobe/trace';
import { describe, expect, it } from 'vitest';
import type { Theme } from '../canvas.ts';
import type { SliceColours } from '../colours.ts';
import type { Pen } from '../pen.ts';
import type { DrawnArrow } from './arrows.ts';
import { type Frame, frameOf } from './frame.ts';
import type { Lane } from './lanes.ts';
import { paintArrows } from './paint-arrows.ts';

const WIDTH = 1140;
const HEIGHT = 200;

const lane = (cpu: number, top: number): Lane => ({
  ...{ cpu, context: 'running', slices: [], depth: 1, first: true, pinned: false, top, height: 1 },
});
const [upper, lower] = [lane(0, 0), lane(1, 1.35)];

function arrowOf(fromNs: number, toNs: number): DrawnArrow {
  const end = (atNs: number) => ({ atNs, slice: {} as Slice });
  const arrow: Arrow = { kind: 'asked', from: end(fromNs), to: end(toNs) } as Arrow;
  return { arrow, from: upper, to: lower, look: 'chain' };
}

/** Returns the corners of all lines, at a zoom of 200 ns in 1000 pixels. */
function painted(...arrows: DrawnArrow[]) {
  const corners: [number, number][] = [];
  const note = (x: number, y: number) => corners.push([x, y]);
  const context = new Proxy({} as Pen, {
    get: (_, name) => (name === 'moveTo' || name === 'lineTo' ? note : () => undefined),
    set: () => true,
  });
  const surface = { context, width: WIDTH, height: HEIGHT, ratio: 1 };
  const frame: Frame = frameOf(surface, {} as Theme, {} as SliceColours, {
    fromNs: 50_000_000,
    toNs: 50_000_200,
  });
  paintArrows(frame, arrows);
  return { frame, corners };
}

describe('painting the arrows of a timeline', () => {
  it('draws an end in the picture where its time is', () => {
    const { frame, corners } = painted(arrowOf(50_000_050, 50_000_150));
    const xs = new Set(corners.slice(0, 4).map(([x]) => x));
    expect([...xs]).toEqual([frame.left + 250, frame.left + 750]);
  });

  it('draws no line much longer than the picture, however far away its ends are', () => {
    const { frame, corners } = painted(
      arrowOf(0, 100_000_000),
      arrowOf(0, 50_000_100),
      arrowOf(50_000_100, 1e9),
    );
    expect(corners.length).toBeGreaterThan(0);
    for (const [x] of corners) {
      expect(x).toBeGreaterThan(frame.left - 20);
      expect(x).toBeLessThan(frame.right + 20);
    }
    // What lies outside stays outside: nothing upright is drawn at the edge of the picture.
    const begin = corners[0]![0];
    expect(begin).toBeLessThan(frame.left - 4);
  });
});
