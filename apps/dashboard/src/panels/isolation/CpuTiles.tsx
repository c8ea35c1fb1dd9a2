// One tile an isolated CPU: for how long it has been quiet, and what interrupted it then.
import { inCpuList, span } from '@rtprobe/metrics';
import type { IsolatedCpu, Isolation, Unseen } from '@rtprobe/protocol';
import { taskLabel } from '@rtprobe/trace';
import { dateTime } from '../../i18n/dates.ts';
import { t } from '../../i18n/translate.ts';
import { useSession } from '../../store/session/context.ts';
import { Name } from '../common/Name.tsx';
import { unseenText } from './unseen.ts';

interface Props {
  isolation: Isolation;
  chosen: IsolatedCpu;
}

export function CpuTiles({ isolation, chosen }: Props) {
  const session = useSession();
  return (
    <div className="cpu-tiles">
      {isolation.cpus.map((one) => (
        <button
          key={one.cpu}
          type="button"
          className={one.unseen === undefined ? 'cpu-tile' : 'cpu-tile unseen'}
          aria-pressed={one === chosen}
          onClick={() => session.address.change({ cpu: one.cpu })}
        >
          <Tile {...{ one, isolation }} />
        </button>
      ))}
    </div>
  );
}

/** Reasons without any statement about the past. */
const isUnjudged = (unseen: Unseen | undefined): boolean =>
  unseen?.why === 'own_timer' || unseen?.why === 'offline';

function Tile({ one, isolation }: { one: IsolatedCpu; isolation: Isolation }) {
  const { cpu, why, unseen, quietSince, ownTask } = one;
  const until = unseen?.why === 'disconnected' ? unseen.at : (isolation.until ?? quietSince);
  const expected = isolation.expectations.filter(({ cpus }) => inCpuList(cpus, cpu));
  const isBroken = expected.some(({ brokenOn }) => brokenOn.includes(cpu));
  return (
    <>
      <span className="cpu-tile-head">
        <strong>{t('pages.cpu', { cpu })}</strong>
        <span className="muted small">{why.map((reason) => t(`isolation.why.${reason}`)).join(' · ')}</span>
      </span>
      {isUnjudged(unseen) ? (
        <span className="cpu-tile-quiet muted">{t('isolation.notJudged')}</span>
      ) : (
        <span className="cpu-tile-quiet">
          <span className="muted small">
            {unseen === undefined ? t('isolation.quiet') : t('isolation.asFarAsSeen')}
          </span>
          <span className="numeral huge-span">{span((until - quietSince) / 1e6)}</span>
        </span>
      )}
      <span className="muted small">
        <Since {...{ one }} />
      </span>
      {unseen !== undefined && <span className="small">{unseenText(unseen, one.ownTimerPerSecond)}</span>}
      {ownTask !== undefined && (
        <span className="muted small">
          <Name>{t('isolation.own', { task: taskLabel(ownTask.pid, ownTask) })}</Name>
        </span>
      )}
      {expected.length > 0 && (
        <span className={isBroken ? 'alarm small' : 'muted small'}>
          {isBroken ? t('isolation.breached') : t('isolation.expected')}
        </span>
      )}
    </>
  );
}

function Since({ one: { quietSince, brokenBy, unseen } }: { one: IsolatedCpu }) {
  if (isUnjudged(unseen)) return null;
  if (brokenBy === undefined) {
    const time = dateTime(quietSince);
    return unseen === undefined ? t('isolation.never', { time }) : t('isolation.neverSeen', { time });
  }
  const { kind, label, name } = brokenBy;
  const what = name === label || name === '' ? label : `${label} ${name}`;
  return (
    <>
      {t('isolation.broken', { time: dateTime(quietSince) })}{' '}
      <Name>{kind === 'stop' ? `${t('isolation.kind.stop')} (${label})` : what}</Name>
    </>
  );
}
