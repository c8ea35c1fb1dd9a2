// The cycles of a watched task: their period, and what their time consists of.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import { CYCLE_TIMES, type CycleTime, type CycleTimeName, type TaskCycles } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';
import { ListCard } from '../table/ListCard.tsx';

const TITLES = {
  late: 'cycles.late',
  ran: 'cycles.ran',
  interrupted: 'cycles.interrupted',
  waited: 'cycles.waited',
  blocked: 'cycles.blocked',
} as const satisfies Record<CycleTimeName, string>;

const HINTS = {
  late: 'cycles.lateHint',
  ran: 'cycles.ranHint',
  interrupted: 'cycles.interruptedHint',
  waited: 'cycles.waitedHint',
  blocked: 'cycles.blockedHint',
} as const satisfies Record<CycleTimeName, string>;

/** A period of which nine tenths are further apart is none. */
const IRREGULAR = 0.5;

/** Returns "every 1.00 ms, ±4 µs"; "irregular" if the distances differ too much; empty if there are too few. */
function periodText({ periodNs, spreadNs = 0 }: TaskCycles): string {
  if (periodNs === undefined) return '';
  if (spreadNs > periodNs * IRREGULAR) return t('cycles.irregular');
  return t('cycles.every', { period: formatDuration(periodNs), spread: formatDuration(spreadNs) });
}

export function CyclesOf({ cycles }: { cycles: TaskCycles }) {
  return (
    <ListCard
      title={t('cycles.title')}
      hint={t('cycles.hint')}
      aside={
        <span className="numeral small">
          {t('cycles.count', { n: fullCount(cycles.count) })}
          {periodText(cycles) && ` · ${periodText(cycles)}`}
          {cycles.givenNs !== undefined &&
            ` · ${t('cycles.given', { period: formatDuration(cycles.givenNs) })}`}
        </span>
      }
      columns={[
        { title: t('cycles.part'), className: 'col-name' },
        { title: t('cycles.mean'), className: 'number' },
        { title: t('cycles.longest'), className: 'number' },
      ]}
      empty=""
    >
      {CYCLE_TIMES.map((name) => (
        <TimeRow key={name} name={name} time={cycles[name]} count={cycles.count} />
      ))}
    </ListCard>
  );
}

function TimeRow({ name, time, count }: { name: CycleTimeName; time: CycleTime; count: number }) {
  return (
    <tr>
      <td className="col-name" title={t(HINTS[name])}>
        {t(TITLES[name])}
      </td>
      <td className="number">{formatDuration(count > 0 ? time.sumNs / count : 0)}</td>
      <td className="number">{formatDuration(time.maxNs)}</td>
    </tr>
  );
}
