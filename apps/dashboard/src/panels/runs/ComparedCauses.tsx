// Causes of two runs: which appeared, vanished, moved, and became more or less frequent.
import { cpuList, formatDuration } from '@rtprobe/metrics';
import type { CauseFigures, ComparedCause } from '@rtprobe/protocol';
import type { ReactNode } from 'react';
import { causeName } from '../../i18n/causes.ts';
import { t } from '../../i18n/translate.ts';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { Scroll } from '../common/Scroll.tsx';

interface Props {
  causes: readonly ComparedCause[];
  /** Name of the run that is compared. */
  of: string;
  children: ReactNode;
}

export function ComparedCauses({ causes, of, children }: Props) {
  return (
    <section className="card listed">
      <header>
        <h2>{t('compare.causes')}</h2>
        <span className="muted small">{t('compare.causesHint')}</span>
      </header>
      <Scroll label={`${t('compare.causes')} · ${of}`}>
        {children !== false && <p className="page-note">▲ {children}</p>}
        {causes.length === 0 ? (
          <p className="empty muted">{t('compare.noCauses')}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th className="col-name">{t('causes.cause')}</th>
                <th>{t('compare.change')}</th>
                <th className="number">A</th>
                <th className="number">B</th>
              </tr>
            </thead>
            <tbody>
              {causes.map(({ culprit, change, proven, a, b }) => (
                <tr key={culprit}>
                  <td className="col-name">
                    <Link to={{ page: 'spike', id: (b ?? a)!.worst }}>
                      <Name>{causeName(culprit)}</Name>
                    </Link>
                  </td>
                  <td>
                    {t(`compare.change.${change}`)}
                    {change !== 'same' && !proven && (
                      <span className="muted small"> · {t('compare.chance')}</span>
                    )}
                  </td>
                  <Figures of={a} />
                  <Figures of={b} />
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Scroll>
    </section>
  );
}

function Figures({ of }: { of: CauseFigures | undefined }) {
  if (of === undefined) return <td className="number">–</td>;
  const { count, worstNs, cpus } = of;
  return (
    <td className="number">
      {count} × · {formatDuration(worstNs)}{' '}
      <span className="muted small">{t('pages.cpu', { cpu: cpuList(cpus) })}</span>
    </td>
  );
}
