// Exports the picture of a page as PNG or SVG, by a button or a key.
import { useEffect } from 'react';
import { readTheme } from '../../charts/canvas.ts';
import { readSliceColours } from '../../charts/colours.ts';
import { t } from '../../i18n/translate.ts';
import type { PageExport } from '../../store/screen/page-export.ts';
import { useSession } from '../../store/session/context.ts';
import { load } from '../../ui/load.ts';
import type { Picture } from './picture-file.ts';
import { save } from './save-file.ts';

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
  make: () => Promise<Picture | undefined>,
  others: Partial<PageExport> = {},
): PageExport {
  const session = useSession();
  const run = useExport();
  const write = (extension: 'png' | 'svg') =>
    run(async () => {
      const [picture, { pictureFile }] = await Promise.all([make(), load(() => import('./picture-file.ts'))]);
      if (picture === undefined) return;
      const look = { theme: readTheme(document.body), colours: readSliceColours(document.body) };
      save(picture.fileName(extension), await pictureFile(extension, look, picture));
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
