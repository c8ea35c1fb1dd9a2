// The samples that a tool listed, worst first, each with the spike of the same cycle or wakeup.
import { formatDuration, fullCount } from '@rtprobe/metrics';
import type { MatchedSample, MatchedSamples, MatchedSpike, ToolRow } from '@rtprobe/protocol';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { ErrorLine } from '../common/ErrorLine.tsx';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { Scroll } from '../common/Scroll.tsx';
import { useRemote } from '../common/use-remote.ts';

export function Samples({ id, rows }: { id: number; rows: readonly ToolRow[] }) {
  const { value, error } = useRemote<MatchedSamples>(`/test-runs/${id}/samples`);
  const leftOut = rows.reduce((sum, { samplesLeftOut = 0 }) => sum + samplesLeftOut, 0);
  return (
    <section className="card listed run-list">
      <header>
        <h2>{t('testRuns.listed')}</h2>
        {value !== undefined && (
          <span className="muted small">
            {t('testRuns.matched', { matched: fullCount(value.matched), listed: fullCount(value.listed) })}
            {value.otherSpikes > 0 &&
              ` · ${t('testRuns.otherSpikes', { count: fullCount(value.otherSpikes), n: value.otherSpikes })}`}
            {leftOut > 0 && ` · ${t('testRuns.leftOut', { count: fullCount(leftOut), n: leftOut })}`}
          </span>
        )}
      </header>
      <ErrorLine error={error} />
      <Scroll label={t('testRuns.listed')}>
        <table>
          <thead>
            <tr>
              <th className="number">{t('testRuns.value')}</th>
              <th>{t('testRuns.row')}</th>
              <th className="number">{t('testRuns.cycle')}</th>
              <th className="number">{t('testRuns.spikeValue')}</th>
              <th className="col-name">{t('causes.cause')}</th>
            </tr>
          </thead>
          <tbody>
            {value?.samples.map((sample, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the samples of a run do not change
              <SampleRow key={i} sample={sample} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function SampleRow({ sample: { row, cycle, valueNs, spike, why, meanwhile } }: { sample: MatchedSample }) {
  return (
    <tr>
      <td className="number">{valueNs === undefined ? '–' : formatDuration(valueNs)}</td>
      <td>{t('testRuns.thread', { number: row })}</td>
      <td className="number">{cycle ?? '–'}</td>
      <td className="number">{spike === undefined ? '–' : formatDuration(spike.valueNs)}</td>
      <td className="col-name">
        {spike !== undefined && <SpikeLink spike={spike} />}
        {why !== undefined && <span className="muted">{t(`testRuns.why.${why}`)}</span>}
        {meanwhile !== undefined && (
          <>
            {' · '}
            <span className="muted">
              {t('testRuns.meanwhile', { measure: measureWords(meanwhile.measure).title })}
            </span>{' '}
            <SpikeLink spike={meanwhile} />{' '}
            <span className="numeral">{formatDuration(meanwhile.valueNs)}</span>
          </>
        )}
      </td>
    </tr>
  );
}

function SpikeLink({ spike: { id, culprit, cpu } }: { spike: MatchedSpike }) {
  return (
    <Link to={{ page: 'spike', id }}>
      <Name>{culprit}</Name> · {t('pages.cpu', { cpu })}
    </Link>
  );
}
