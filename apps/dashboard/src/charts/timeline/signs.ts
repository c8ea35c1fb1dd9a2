// The signs of the legend as shapes in a box of SIGN: the page draws them as SVG, the exported picture with its pen.
import type { SliceKind } from '@rtprobe/trace';
import type { SignName } from './legend.ts';
import { ARROW_DASHES } from './paint-arrows.ts';

export const SIGN = { width: 22, height: 12 } as const;

/** A colour: of a slice, or of the theme. */
export type Colour =
  | { readonly slice: SliceKind | 'victim' }
  | { readonly theme: 'text' | 'line' | 'plot' | 'hatch' | 'accent' };

export type Shape =
  | { readonly box: readonly [x: number, y: number, width: number, height: number]; readonly fill: Colour }
  | {
      readonly line: readonly (readonly [x: number, y: number])[];
      readonly stroke: Colour;
      readonly width: number;
      /** In pixels. */
      readonly dash?: readonly number[];
    }
  | { readonly area: readonly (readonly [x: number, y: number])[]; readonly fill: Colour };

const bar = (slice: SliceKind | 'victim'): Shape => ({ box: [0, 1, SIGN.width, 10], fill: { slice } });

const diagonals = (colour: Colour): Shape[] =>
  [3, 11, 19].map((x) => ({
    line: [
      [x - 3, 11],
      [x + 3, 1],
    ],
    stroke: colour,
    width: 1.2,
  }));

function arrow(colour: Colour, width: number, dash: readonly number[] = []): Shape[] {
  return [
    {
      line: [
        [1, 6],
        [15, 6],
      ],
      stroke: colour,
      width,
      dash,
    },
    {
      area: [
        [22, 6],
        [15, 2],
        [15, 10],
      ],
      fill: colour,
    },
  ];
}

export function shapesOf(sign: SignName): readonly Shape[] {
  switch (sign) {
    case 'sampled':
      return [bar('irqs_off'), ...diagonals({ theme: 'plot' })];
    case 'woke':
    case 'raised':
    case 'asked':
      return arrow(
        { theme: 'line' },
        1.5,
        ARROW_DASHES[sign].map((length) => length * 1.5),
      );
    case 'chain':
      return arrow({ theme: 'text' }, 2.4);
    case 'sample':
      return [bar('idle'), { box: [10, 5, 2, 7], fill: { theme: 'text' } }];
    case 'marker':
      return [
        { box: [10, 1, 2, 11], fill: { theme: 'text' } },
        {
          area: [
            [12, 1],
            [18, 4],
            [12, 7],
          ],
          fill: { theme: 'text' },
        },
      ];
    case 'unknown':
      return diagonals({ theme: 'hatch' });
    case 'pinned':
      return [{ box: [9, 1, 3, 10], fill: { theme: 'accent' } }];
    default:
      return [bar(sign)];
  }
}
