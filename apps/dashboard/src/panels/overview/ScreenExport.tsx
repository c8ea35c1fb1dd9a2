// Saves the first screen as a picture.
import type { RefObject } from 'react';
import { t } from '../../i18n/translate.ts';
import { useSession } from '../../store/session/context.ts';
import { load } from '../../ui/load.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { usePictureExport } from '../common/export-picture.ts';

export function ScreenExport({ heatmap }: { heatmap: RefObject<HTMLCanvasElement | null> }) {
  const session = useSession();
  const { png } = usePictureExport(async () => {
    const { screenPicture } = await load(() => import('./screen-picture.ts'));
    return screenPicture(session, heatmap.current);
  });
  return (
    <button type="button" className="screen-export" {...tipOnControl(t('sheet.pictureHint'))} onClick={png}>
      {t('sheet.picture')} <kbd>e</kbd>
    </button>
  );
}
