// Colours that remain distinct with colour blindness and in greyscale print.

export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Cividis, after Nunez, Anderton and Renslow, "Optimizing colormaps with consideration for color vision
 * deficiency" (PLoS ONE 13(7), 2018): anchors at equal steps of its lightness, which is linear by definition,
 * so that straight lines between them stay within two steps of 255 of the published table.
 */
const anchors: readonly Rgb[] = [
  [0, 32, 77],
  [0, 51, 111],
  [57, 72, 107],
  [87, 92, 109],
  [112, 113, 115],
  [138, 135, 121],
  [166, 157, 117],
  [196, 181, 108],
  [228, 207, 91],
  [255, 234, 70],
];

/** Returns the colour at t from 0 (dark blue) to 1 (yellow), clamped to that range. */
export function cividis(t: number): Rgb {
  const at = Math.min(1, Math.max(0, t)) * (anchors.length - 1);
  const i = Math.min(anchors.length - 2, Math.floor(at));
  const part = at - i;
  const [from, to] = [anchors[i]!, anchors[i + 1]!];
  const mix = (c: 0 | 1 | 2) => Math.round(from[c] + (to[c] - from[c]) * part);
  return [mix(0), mix(1), mix(2)];
}

/** Okabe and Ito's eight colours (Color Universal Design, 2002), distinct for every kind of colour vision. */
export const okabeIto = {
  black: [0, 0, 0],
  orange: [230, 159, 0],
  skyBlue: [86, 180, 233],
  bluishGreen: [0, 158, 115],
  yellow: [240, 228, 66],
  blue: [0, 114, 178],
  vermilion: [213, 94, 0],
  reddishPurple: [204, 121, 167],
} as const satisfies Record<string, Rgb>;

/** Returns the relative luminance of sRGB as WCAG 2.2 defines it. */
function luminance(rgb: Rgb): number {
  const linear = rgb.map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}

/** Returns the contrast ratio of WCAG 2.2, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
