// Spikes of one task: those it caused and those it suffered.
import { formatDuration } from '@rtprobe/metrics';
import type { Spike } from '@rtprobe/protocol';
import { causeName } from '../../i18n/causes.ts';
import { clockTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { useSession } from '../../store/session/context.ts';
import { causedBy, sufferedBy, throughText } from '../../store/spikes/roles.ts';
import { InterruptLink, TaskLink } from '../common/entity-links.tsx';
import { Name } from '../common/Name.tsx';
import { ListCard } from '../table/ListCard.tsx';

const LISTED_MAX = 60;

interface Props {
  /** Newest first. */
  spikes: readonly Spike[];
  pid: number;
}

/** Time and value of a spike; a click shows it. */
function SpikeCells({ spike }: { spike: Spike }) {
  const session = useSession();
  return (
    <>
      <td>{clockTime(spike.time)}</td>
      <td className="number">
        <button type="button" className="plain link" onClick={() => session.spikes.open(spike.id)}>
          {formatDuration(spike.valueNs)}
        </button>
      </td>
    </>
  );
}

export function CausedSpikes({ spikes, pid }: Props) {
  const rows = spikes
    .map((spike) => ({ spike, part: causedBy(spike).find((c) => c.task.pid === pid) }))
    .filter((row) => row.part !== undefined)
    .slice(0, LISTED_MAX);
  return (
    <ListCard
      title={t('task.causedTitle')}
      hint={t('task.causedHint')}
      columns={[
        { title: t('task.when') },
        { title: t('task.spike'), className: 'number' },
        { title: t('task.itsPart'), className: 'number' },
        { title: t('tasks.through') },
        { title: t('task.victim'), className: 'col-name' },
      ]}
      empty={t('task.causedNothing')}
    >
      {rows.map(({ spike, part }) => (
        <tr key={spike.id}>
          <SpikeCells spike={spike} />
          <td className="number">{formatDuration(part!.ns)}</td>
          <td>{throughText(part!.through)}</td>
          <td className="col-name">
            {sufferedBy(spike) === undefined ? '–' : <TaskLink task={sufferedBy(spike)!} />}
          </td>
        </tr>
      ))}
    </ListCard>
  );
}

export function SufferedSpikes({ spikes, pid }: Props) {
  const rows = spikes.filter((spike) => sufferedBy(spike)?.pid === pid).slice(0, LISTED_MAX);
  return (
    <ListCard
      title={t('task.sufferedTitle')}
      hint={t('task.sufferedHint')}
      columns={[
        { title: t('task.when') },
        { title: t('task.spike'), className: 'number' },
        { title: t('task.cause'), className: 'col-name' },
      ]}
      empty={t('task.sufferedNothing')}
    >
      {rows.map((spike) => (
        <tr key={spike.id}>
          <SpikeCells spike={spike} />
          <td className="col-name">
            {spike.cause === undefined ? (
              <Name>{causeName(spike.culprit)}</Name>
            ) : (
              <InterruptLink of={spike.cause} text={causeName(spike.culprit)} />
            )}
          </td>
        </tr>
      ))}
    </ListCard>
  );
}
