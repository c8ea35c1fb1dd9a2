// Shows every counter by what it means, zeros too, because a zero is information.
import { formatBytes, fullCount } from '@rtprobe/metrics';
import { type HostStats, type LossKind, lossesOf, lossKindOf } from '@rtprobe/protocol';
import { Fragment } from 'react';
import { counterName } from '../../i18n/counters.ts';
import { t } from '../../i18n/translate.ts';
import { useSession } from '../../store/session/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';

interface CounterRow {
  kind: LossKind;
  where: string;
  what: string;
  count: number;
}

const KINDS = ['dropped', 'missed', 'uncaptured', 'skipped'] as const satisfies readonly LossKind[];

function rowsOf(stats: HostStats): CounterRow[] {
  const { lost } = stats;
  return [
    ...Object.entries(lost.module).map(([key, count]) => ({
      kind: lossKindOf(key),
      where: t('lost.module'),
      what: counterName(key),
      count,
    })),
    {
      kind: lossKindOf('agentOverruns'),
      where: t('lost.agent'),
      what: t('lost.overruns'),
      count: lost.agentOverruns,
    },
    {
      kind: lossKindOf('eventGaps'),
      where: t('lost.bridge'),
      what: t('lost.eventGaps'),
      count: lost.eventGaps,
    },
    ...Object.entries(lost.protocolErrors).map(([code, count]) => ({
      kind: lossKindOf(code),
      where: t('lost.bridge'),
      what: counterName(code),
      count,
    })),
    {
      kind: lossKindOf('historyDropped'),
      where: t('lost.bridge'),
      what: t('lost.historyDropped'),
      count: lost.historyDropped,
    },
    ...(lost.historyLeftOut === undefined
      ? []
      : [
          {
            kind: lossKindOf('historyLeftOut'),
            where: t('lost.bridge'),
            what: t('lost.historyLeftOut'),
            count: lost.historyLeftOut,
          },
        ]),
    ...(lost.exportsDropped === undefined
      ? []
      : [
          {
            kind: lossKindOf('exportsDropped'),
            where: t('lost.bridge'),
            what: t('lost.exportsDropped'),
            count: lost.exportsDropped,
          },
        ]),
    ...(lost.publishDropped === undefined
      ? []
      : [
          {
            kind: lossKindOf('publishDropped'),
            where: t('lost.bridge'),
            what: t('lost.publishDropped'),
            count: lost.publishDropped,
          },
        ]),
    {
      kind: lossKindOf('skippedFrames'),
      where: t('lost.page'),
      what: t('lost.skipped'),
      count: lost.skippedFrames,
    },
    {
      kind: lossKindOf('unknownRows'),
      where: t('lost.page'),
      what: t('lost.unknownRows'),
      count: lost.unknownRows ?? 0,
    },
  ];
}

export function LostBreakdown({ stats }: { stats: HostStats }) {
  const session = useSession();
  const sums = lossesOf(stats.lost);
  const rows = rowsOf(stats);
  return (
    <Dialog title={t('lost.title')} label={t('lost.title')} onClose={() => session.overlays.close('losses')}>
      <table>
        <tbody>
          {KINDS.map((kind) => (
            <Fragment key={kind}>
              <tr className={kind === 'dropped' && sums[kind] > 0 ? 'some' : ''}>
                <th colSpan={2} scope="rowgroup">
                  {t(`lost.kind.${kind}`)}
                </th>
                <td className="number">{fullCount(sums[kind])}</td>
              </tr>
              {rows
                .filter((row) => row.kind === kind)
                .map(({ where, what, count }) => (
                  <tr key={`${where} ${what}`} className={kind === 'dropped' && count > 0 ? 'some' : ''}>
                    <td className="muted">{where}</td>
                    <td>{what}</td>
                    <td className="number">{fullCount(count)}</td>
                  </tr>
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
      <p className="muted">
        {t('lost.summary', {
          events: fullCount(stats.events),
          n: stats.events,
          held: stats.spikesHeld,
          capacity: stats.spikesCapacity,
          memory: formatBytes(stats.memoryBytes),
          memoryMax: formatBytes(stats.memoryMaxBytes),
        })}
      </p>
    </Dialog>
  );
}
