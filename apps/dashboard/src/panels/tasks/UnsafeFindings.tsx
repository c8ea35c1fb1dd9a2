// What makes the cycles of a watched task unpredictable: waits, page faults, priority inversions, memory that is not locked.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import { type UnsafeFindings as Findings, waitWords } from '@rtprobe/protocol';
import { titleOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { ListCard } from '../table/ListCard.tsx';

interface Finding {
  readonly key: string;
  readonly title: string;
  readonly hint: string;
  readonly count: string;
  readonly longest: string;
}

const countOf = (n: number): string => t('unsafe.times', { n: fullCount(n) });

/** Waits that are how the kernel or the program is written, and what helps against them. */
const HINTS = {
  unknown: 'unsafe.callHint',
  futex: 'unsafe.futexHint',
  futex_pi: 'unsafe.lockHint',
  page_fault: 'unsafe.faultHint',
  page_fault_io: 'unsafe.faultHint',
  exception: 'unsafe.faultHint',
  reclaim: 'unsafe.reclaimHint',
  block_io: 'unsafe.ioHint',
  kernel_lock: 'unsafe.kernelLockHint',
  timer: 'unsafe.callHint',
  poll: 'unsafe.callHint',
  network: 'unsafe.callHint',
  call: 'unsafe.callHint',
  stopped: 'unsafe.stoppedHint',
} as const satisfies Record<keyof typeof waitWords, string>;

function memoryFinding({ memory }: Findings): Finding[] {
  if (memory === undefined || (memory.lockedKb > 0 && memory.locksFuture)) return [];
  const title = memory.lockedKb === 0 ? t('unsafe.notLocked') : t('unsafe.partlyLocked');
  const count = t('unsafe.locked', {
    locked: fullCount(memory.lockedKb),
    mapped: fullCount(memory.mappedKb),
  });
  return [{ key: 'memory', title, hint: t('unsafe.memoryHint'), count, longest: '' }];
}

/** Priority inversions first, then memory and page faults, then the waits with the longest time first. */
function findingsOf(unsafe: Findings): Finding[] {
  const faults = (key: string, title: string, n: number): Finding[] =>
    n === 0 ? [] : [{ key, title, hint: t('unsafe.faultHint'), count: countOf(n), longest: '' }];
  return [
    ...(unsafe.inversions === 0
      ? []
      : [
          {
            ...{ key: 'inversion', title: t('unsafe.inversion'), hint: t('unsafe.inversionHint') },
            ...{ count: countOf(unsafe.inversions), longest: formatDuration(unsafe.longestInversionNs) },
          },
        ]),
    ...memoryFinding(unsafe),
    ...faults('major', t('unsafe.majorFaults'), unsafe.majorFaults),
    ...faults('minor', t('unsafe.minorFaults'), unsafe.minorFaults),
    ...unsafe.waits.map(({ wait, count, maxNs }) => ({
      ...{ key: wait, title: t('unsafe.wait', { wait: titleOf(waitWords[wait]) }), hint: t(HINTS[wait]) },
      ...{ count: countOf(count), longest: formatDuration(maxNs) },
    })),
  ];
}

export function UnsafeFindings({ unsafe }: { unsafe: Findings }) {
  return (
    <ListCard
      title={t('unsafe.title')}
      hint={t('unsafe.hint')}
      columns={[
        { title: t('unsafe.finding'), className: 'col-name' },
        { title: t('unsafe.count'), className: 'number' },
        { title: t('cycles.longest'), className: 'number' },
      ]}
      empty={t('unsafe.none')}
    >
      {findingsOf(unsafe).map(({ key, title, hint, count, longest }) => (
        <tr key={key}>
          <td className="col-name" title={hint}>
            {title}
          </td>
          <td className="number">{count}</td>
          <td className="number">{longest}</td>
        </tr>
      ))}
    </ListCard>
  );
}
