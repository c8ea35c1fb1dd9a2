// Writes the picture of a page as a file; what it needs loads at the first export.
import { pictureJson } from '@rtprobe/trace';
import { type Compose, type Look, pngOf, svgOf } from '../../charts/sheet/sheet.ts';

export interface Picture {
  readonly compose: Compose;
  /** What the file carries as JSON. */
  readonly content: Parameters<typeof pictureJson>[0];
  readonly title: string;
  fileName(extension: string): string;
}

export type PictureExtension = 'png' | 'svg';

export async function pictureFile(
  extension: PictureExtension,
  look: Look,
  { compose, content, title }: Picture,
): Promise<Blob> {
  const metadata = pictureJson(content);
  return extension === 'png' ? await pngOf(look, compose, metadata) : svgOf(look, compose, title, metadata);
}
