import { describe, expect, it } from 'vitest';
import { cividis, contrast, okabeIto } from './colour.ts';

describe('cividis', () => {
  it('runs from the published dark blue to the published yellow', () => {
    expect([cividis(0), cividis(1)]).toEqual([
      [0, 32, 77],
      [255, 234, 70],
    ]);
    expect([cividis(-1), cividis(2)]).toEqual([cividis(0), cividis(1)]);
  });

  it('grows lighter all the way, so that it survives a grey printer', () => {
    const black = [0, 0, 0] as const;
    let previous = 0;
    for (let t = 0; t <= 1; t += 0.01) {
      const lightness = contrast(cividis(t), black);
      expect(lightness).toBeGreaterThan(previous);
      previous = lightness;
    }
  });
});

describe('contrast', () => {
  it('is 21 between black and white and 1 between equals', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
    expect(contrast(okabeIto.blue, okabeIto.blue)).toBe(1);
  });
});
