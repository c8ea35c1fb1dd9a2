// The longest time with interrupts disabled. If the kernel can only sample, it shows the proven and the possible time
// of the worst spike.
import { duration, formatDuration } from '@rtprobe/metrics';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { useSession } from '../../store/session/context.ts';
import type { IrqsOff } from '../../store/spikes/irqs-off.ts';
import { tip } from '../../ui/tip.ts';
import { Name } from '../common/Name.tsx';

export function IrqsOffTile({ worst }: { worst: IrqsOff }) {
  const session = useSession();
  const { lowerNs, upperNs, spike, cpu } = worst;
  const [low, high] = [duration(lowerNs), duration(upperNs)];
  const exact = low.value === high.value && low.unit === high.unit;
  // The title of the tile already says "interrupts disabled".
  const who = spike?.mode === 'idle' ? t('pages.idle') : spike?.task.comm;
  return (
    <section className="card tile" {...tip(measureWords('irqsoff').explanation)}>
      <h2>{t('headline.irqsOff')}</h2>
      <p className={exact ? 'quantity large' : 'quantity large range'}>
        {exact ? '' : `${low.unit === high.unit ? low.value : formatDuration(lowerNs)}–`}
        {high.value}
        <small> {high.unit}</small>
      </p>
      <p className="muted small numeral">
        {cpu !== undefined && `${t('pages.cpu', { cpu })} `}
        {spike !== undefined && who !== undefined && (
          <button type="button" className="plain link" onClick={() => session.spikes.open(spike.id)}>
            <Name>{who}</Name>
          </button>
        )}
      </p>
    </section>
  );
}
