// Whether an expectation holds, and why this is not certain.
import { fullCount, inCpuList } from '@rtprobe/metrics';
import type { Expectation, Isolation } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';
import { unseenText } from './unseen.ts';

interface Props {
  one: Expectation;
  isolation: Isolation;
  /** Data of the host arrive. */
  isLive: boolean;
}

export function ExpectationVerdict({ one, isolation, isLive }: Props) {
  const { cpus, breaches, others, unseen, decidedBy } = one;
  if (breaches > 0) {
    return (
      <strong className="alarm">
        {t('isolation.breaches', { count: fullCount(breaches), n: breaches })}
      </strong>
    );
  }
  if (!isLive) return <span className="muted">{t('isolation.unknown')}</span>;
  if (decidedBy !== undefined) return <span>{t('isolation.decided', { id: decidedBy })}</span>;
  if (unseen !== undefined) {
    const active = isolation.cpus.find((each) => inCpuList(cpus, each.cpu) && each.ownTimerPerSecond > 0);
    const why = unseenText(unseen, active?.ownTimerPerSecond ?? 0);
    return <span>{t('isolation.holdsAsSeen', { why })}</span>;
  }
  return <span className="muted">{others > 0 ? t('isolation.holdsAsCounted') : t('isolation.holds')}</span>;
}
