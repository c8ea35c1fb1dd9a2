// What to try against a cause, the best first: each entry with its risk and where it is documented.
import type { Advice } from '@rtprobe/protocol';
import { adviceWords } from '../../i18n/advice.ts';
import { t } from '../../i18n/translate.ts';
import { Name } from './Name.tsx';

function Doc({ doc }: { doc: string }) {
  if (!doc.startsWith('https://')) return <Name>{doc}</Name>;
  return (
    <a href={doc} target="_blank" rel="noreferrer">
      {doc}
    </a>
  );
}

function Entry({ advice, isOpen }: { advice: Advice; isOpen: boolean }) {
  const { words, lang } = adviceWords(advice);
  return (
    <details className="advice" open={isOpen}>
      <summary>
        <b lang={lang}>{words.title}</b>
        {advice.possible === true && <span className="muted small"> · {t('advice.possible')}</span>}
      </summary>
      {advice.possible === true && <p className="muted small">{t('advice.possibleHint')}</p>}
      <p lang={lang}>{words.what}</p>
      <ul lang={lang}>
        {words.try.map((remedy) => (
          <li key={remedy}>{remedy}</li>
        ))}
      </ul>
      <p>
        <span className="muted">{t('advice.risk')}: </span>
        <span lang={lang}>{words.risk}</span>
      </p>
      <p className="muted small">
        {t('advice.docs')}:{' '}
        {advice.docs.map((doc, i) => (
          <span key={doc}>
            {i > 0 && ', '}
            <Doc doc={doc} />
          </span>
        ))}
      </p>
      {advice.file !== undefined && <p className="muted small">{t('advice.file', { file: advice.file })}</p>}
    </details>
  );
}

interface Props {
  /** Missing if nothing is known about the cause, or the bridge is of an earlier release. */
  advice: readonly Advice[] | undefined;
  /** Shows the first entry open. */
  isOpen?: boolean;
}

export function AdviceList({ advice = [], isOpen = false }: Props) {
  if (advice.length === 0) return null;
  return (
    <section className="card advice-list" aria-label={t('advice.title')}>
      <header>
        <h2>{t('advice.title')}</h2>
      </header>
      {advice.map((entry, i) => (
        <Entry key={entry.id} advice={entry} isOpen={isOpen && i === 0} />
      ))}
    </section>
  );
}
