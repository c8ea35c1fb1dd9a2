// Exports the picture of a page as PNG or SVG, by a button or a key.
import { pictureJson } from '@rtprobe/trace';
import { useEffect } from 'react';
import { readTheme } from '../../charts/canvas.ts';
import { readSliceColours } from '../../charts/colours.ts';
import { type Compose, pngOf, svgOf } from '../../charts/sheet/sheet.ts';
import { t } from '../../i18n/translate.ts';
import type { PageExport } from '../../store/screen/page-export.ts';
import { useSession } from '../../store/session/context.ts';
import { save } from './save-file.ts';

export interface Picture {
  readonly compose: Compose;
  /** JSON that the file contains. */
  readonly content: Parameters<typeof pictureJson>[0];
  readonly title: string;
  fileName(extension: string): string;
}

/** Runs an export and reports its failure. */
export function useExport(): (run: () => void | Promise<void>) => void {
  const session = useSession();
  return (run) => {
    const failed = (error: unknown) =>
      session.error(t('sheet.failed', { reason: error instanceof Error ? error.message : String(error) }));
    try {
      run()?.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

/** `make` returns undefined while there is nothing to draw. Keys reach `others` too. */
export function usePictureExport(
  make: () => Picture | undefined,
  others: Partial<PageExport> = {},
): PageExport {
  const session = useSession();
  const run = useExport();
  const write = (extension: 'png' | 'svg') =>
    run(async () => {
      const picture = make();
      if (picture === undefined) return;
      const { compose, content, title, fileName } = picture;
      const look = { theme: readTheme(document.body), colours: readSliceColours(document.body) };
      const metadata = pictureJson(content);
      const file =
        extension === 'png' ? await pngOf(look, compose, metadata) : svgOf(look, compose, title, metadata);
      save(fileName(extension), file);
    });
  const exporter = { ...others, png: () => write('png'), svg: () => write('svg') };
  useEffect(() => {
    session.exporter = exporter;
    return () => {
      session.exporter = undefined;
    };
  });
  return exporter;
}
