// Compares runs with the first of them: a verdict with its evidence, causes, and settings.
import { formatDuration, fullCount, quantileName, signedDuration, span } from '@rtprobe/metrics';
import {
  type ComparedMeasure,
  type ComparedPair,
  type ComparedQuantile,
  type ComparedRun,
  type Comparison,
  decidesSpikes,
  type RunWord,
} from '@rtprobe/protocol';
import { useMemo } from 'react';
import { Distribution } from '../../charts/distribution/Distribution.tsx';
import { latencyScale } from '../../charts/latency-scale.ts';
import { dateTime } from '../../i18n/dates.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { bucketsOf, scaledTo } from '../../store/history/stored-total.ts';
import { chosenBudget, decadesOf } from '../../store/reading/defaults.ts';
import { useReading, useView } from '../../store/session/context.ts';
import { tip } from '../../ui/tip.ts';
import { Link } from '../common/Link.tsx';
import { Name } from '../common/Name.tsx';
import { NotFound } from '../common/NotFound.tsx';
import { Scroll } from '../common/Scroll.tsx';
import { useRemote } from '../common/use-remote.ts';
import { ComparedCauses } from './ComparedCauses.tsx';
import { runName, testRunName } from './run-name.ts';
import { settingName } from './setting-name.ts';

/** Returns the name that a person gave, else the number; hostile text. */
function nameOf({ word, name }: ComparedRun): string {
  const id = Number(word.replace('run:', ''));
  return word.startsWith('run:')
    ? runName({ id, ...(name !== undefined && { name }) })
    : testRunName({ id, ...(name !== undefined && { name }) });
}

export function ComparePage({ runs }: { runs: readonly RunWord[] }) {
  const { value, error } = useRemote<Comparison>('/compare', { runs: runs.join(',') });
  if (value === undefined) {
    if (error === undefined) return <p className="loading muted">{t('compare.loading')}</p>;
    return (
      <NotFound title={t('compare.failed')}>
        {error.message} <Link to={{ page: 'runs' }}>{t('testRuns.all')}</Link>
      </NotFound>
    );
  }
  const [first, ...others] = value.runs as [ComparedRun, ...ComparedRun[]];
  return (
    <div className="screen alone">
      <main className="main paged test-run">
        <div className="page-head">
          <h1>{t('compare.title')}</h1>
          <span className="muted">{t('compare.first')}</span>
          <RunName run={first} />
          <RunFacts run={first} />
          <nav className="neighbours" aria-label={t('testRuns.links')}>
            <Link to={{ page: 'runs' }}>{t('testRuns.all')}</Link>
          </nav>
        </div>
        {value.pairs.map((pair, i) => (
          <Pair key={pair.b} pair={pair} first={first} other={others[i]!} />
        ))}
      </main>
    </div>
  );
}

function RunName({ run }: { run: ComparedRun }) {
  const name = <Name>{nameOf(run)}</Name>;
  if (run.word.startsWith('run:')) return name;
  return <Link to={{ page: 'test-run', id: Number(run.word) }}>{name}</Link>;
}

function RunFacts({ run: { host, from, to, tool, maxNs } }: { run: ComparedRun }) {
  return (
    <span className="muted small">
      <Name>{host}</Name> · {dateTime(from)} · {span((to - from) / 1e6)}
      {tool !== undefined && maxNs !== undefined && ` · ${tool} ${t('pages.max')} ${formatDuration(maxNs)}`}
    </span>
  );
}

interface PairProps {
  pair: ComparedPair;
  first: ComparedRun;
  other: ComparedRun;
}

function Pair({ pair: { verdict, measures, causes, settings }, first, other }: PairProps) {
  const names = (settings ?? []).map(({ name }) => name).filter(decidesSpikes);
  return (
    <>
      <div className="page-head">
        <h2>
          <RunName run={other} />
        </h2>
        <RunFacts run={other} />
        <span className={verdict === 'worse' || verdict === 'mixed' ? 'alarm' : ''}>
          {(verdict === 'worse' || verdict === 'mixed') && '▲ '}
          {t(`compare.verdict.${verdict}`)}
        </span>
      </div>
      {measures.map((found) => (
        <Measure key={found.measure} found={found} a={nameOf(first)} b={nameOf(other)} />
      ))}
      <div className="lists two">
        <ComparedCauses causes={causes} of={nameOf(other)}>
          {names.length > 0 && t('compare.captured', { names: names.map(settingName).join(', ') })}
        </ComparedCauses>
        <section className="card listed">
          <header>
            <h2>{t('compare.settings')}</h2>
          </header>
          <Scroll label={`${t('compare.settings')} · ${nameOf(other)}`}>
            {settings === undefined || settings.length === 0 ? (
              <p className="empty muted">
                {t(settings === undefined ? 'compare.unknownSettings' : 'compare.noSettings')}
              </p>
            ) : (
              <table>
                <tbody>
                  {settings.map(({ name, a = '–', b = '–' }) => (
                    <tr key={name}>
                      <th scope="row">{settingName(name)}</th>
                      <td className="setting">
                        <Name>{a}</Name> → <Name>{b}</Name>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </Scroll>
        </section>
      </div>
    </>
  );
}

/** Returns "worse at p99.9", or why there is no verdict. */
export function verdictText({ verdict, why, quantiles }: ComparedMeasure): string {
  const text = t(`compare.verdict.${verdict}`);
  if (why !== undefined) return `${text}: ${t(`compare.why.${why}`)}`;
  const decisive = quantiles.findLast(({ differs }) => differs);
  return decisive === undefined
    ? text
    : t('compare.at', { verdict: text, quantile: quantileName(decisive.quantile) });
}

function Measure({ found, a, b }: { found: ComparedMeasure; a: string; b: string }) {
  const { measure, verdict, blocks, blockUs, quantiles } = found;
  const reading = useReading('headline');
  const view = useView();
  const budgetNs = chosenBudget(view, reading);
  const scale = latencyScale(budgetNs, Math.max(4, decadesOf(measure)));
  const buckets = useMemo(() => bucketsOf(found.b), [found]);
  const baseline = useMemo(() => scaledTo(bucketsOf(found.a), found.a.count, found.b.count), [found]);
  return (
    <section className="card run-compare" aria-label={`${measureWords(measure).title} · ${b}`}>
      <header>
        <h2>{measureWords(measure).title}</h2>
        <span className={verdict === 'worse' ? 'alarm' : ''}>
          {verdict === 'worse' && '▲ '}
          {verdictText(found)}
        </span>
        <span className="legend-runs small">
          <span>
            <i className="line-key dashed" /> A <Name>{a}</Name>
          </span>
          <span>
            <i className="line-key" /> B <Name>{b}</Name>
          </span>
          <span className="muted">{t('runs.scaled')}</span>
        </span>
      </header>
      <div className="compare-body wide">
        <div className="plot">
          <Distribution
            buckets={buckets}
            baseline={baseline}
            version={found.b.count}
            budgetNs={budgetNs}
            top={scale.top}
            bottom={scale.bottom}
            logLog
          />
        </div>
        <Scroll label={`${t('runs.quantile')} · ${measureWords(measure).title} · ${b}`}>
          <Quantiles found={found} />
          <p className="muted small page-note">
            {quantiles.length > 0 &&
              `${t('compare.blocks', { a: blocks[0], b: blocks[1], length: formatDuration(blockUs * 1000) })} · `}
            {t('compare.method')}
          </p>
        </Scroll>
      </div>
    </section>
  );
}

const signed = (ns: number): string => (ns === 0 ? '=' : signedDuration(ns));

function Quantiles({ found: { a, b, quantiles } }: { found: ComparedMeasure }) {
  return (
    <table>
      <thead>
        <tr>
          <th>{t('runs.quantile')}</th>
          <th className="number">A</th>
          <th className="number">B</th>
          <th className="number">{t('runs.difference')}</th>
          <th className="number" {...tip(t('compare.intervalHint'))}>
            {t('compare.interval')}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {quantiles.map((one) => (
          <QuantileRow key={one.quantile} one={one} />
        ))}
        <tr>
          <th scope="row">max</th>
          <td className="number">{a.count === 0 ? '–' : formatDuration(a.maxNs)}</td>
          <td className="number">{b.count === 0 ? '–' : formatDuration(b.maxNs)}</td>
          <td className="number">{a.count === 0 || b.count === 0 ? '–' : signed(b.maxNs - a.maxNs)}</td>
          <td colSpan={2} />
        </tr>
        <tr>
          <th scope="row">n</th>
          <td className="number">{fullCount(a.count)}</td>
          <td className="number">{fullCount(b.count)}</td>
          <td colSpan={3} />
        </tr>
      </tbody>
    </table>
  );
}

function QuantileRow({ one: { quantile, aNs, bNs, lowNs, highNs, differs } }: { one: ComparedQuantile }) {
  return (
    <tr>
      <th scope="row">{quantileName(quantile)}</th>
      <td className="number">{formatDuration(aNs)}</td>
      <td className="number">{formatDuration(bNs)}</td>
      <td className="number">{signed(bNs - aNs)}</td>
      <td className="number">
        {signed(lowNs)} … {signed(highNs)}
      </td>
      <td>{differs && <span {...tip(t('compare.differsHint'))}>{t('compare.differs')}</span>}</td>
    </tr>
  );
}
