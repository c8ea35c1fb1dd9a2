// Chip, hardware number, trigger and affinities of an interrupt line.
import type { InterruptLine } from '@rtprobe/protocol';
import type { ReactNode } from 'react';
import { type PlainKey, t } from '../../i18n/translate.ts';
import { tip } from '../../ui/tip.ts';
import { Name } from '../common/Name.tsx';

interface Props {
  chip: string | undefined;
  /** Wished CPUs. */
  affinity: string | undefined;
  /** What the agent reported; undefined for an agent without such reports. */
  line: InterruptLine | undefined;
}

const TRIGGERS: Readonly<Record<string, PlainKey>> = { edge: 'line.edge', level: 'line.level' };

function Fact({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div {...tip(hint)}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function LineFacts({ chip, affinity, line }: Props) {
  const { hwirq, trigger, effectiveAffinity: effective } = line ?? {};
  const triggerKey = TRIGGERS[trigger ?? ''];
  const differs = effective !== undefined && effective !== affinity;
  return (
    <>
      {chip !== undefined && (
        <Fact name={t('irq.chip')}>
          <Name>{chip}</Name>
        </Fact>
      )}
      {hwirq !== undefined && <Fact name={t('line.hwirq')}>{hwirq}</Fact>}
      {trigger !== undefined && (
        <Fact name={t('line.trigger')}>{triggerKey === undefined ? trigger : t(triggerKey)}</Fact>
      )}
      {affinity !== undefined && (
        <Fact name={t('irq.affinity')} hint={t('irq.affinityHint')}>
          {affinity}
        </Fact>
      )}
      {effective !== undefined && (
        <Fact name={t('line.effective')} hint={t(differs ? 'line.differsHint' : 'line.effectiveHint')}>
          {effective}
          {differs && <span className="differs"> ≠ {t('line.differs')}</span>}
        </Fact>
      )}
    </>
  );
}
