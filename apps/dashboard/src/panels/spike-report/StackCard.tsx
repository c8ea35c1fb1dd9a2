// The kernel stack of a spike as a card.
import type { Spike } from '@rtprobe/protocol';
import type { ReactNode } from 'react';
import { t } from '../../i18n/translate.ts';
import { StackFrames } from '../common/StackFrames.tsx';

/** `children` follow the frames. */
export function StackCard({ spike, children }: { spike: Spike; children?: ReactNode }) {
  return (
    <section className="card stack-card" aria-label={t('detail.stack')}>
      <header>
        <h2>{t('detail.stack')}</h2>
      </header>
      <StackFrames spike={spike} />
      {children}
    </section>
  );
}
