// A task of a spike, and the details of its process that were read shortly after.
import { type peopleOf, processContent } from '../../charts/report/processes.ts';
import { t } from '../../i18n/translate.ts';
import { Rows } from '../common/FactRows.tsx';

export function ProcessCard({ person }: { person: ReturnType<typeof peopleOf>[number] }) {
  const { rows, note, files } = processContent(person);
  return (
    <section className="card process" aria-label={person.title}>
      <header>
        <h2>{person.title}</h2>
      </header>
      <Rows rows={rows} />
      {note !== undefined && <p className="muted small">{note}</p>}
      {files.length > 0 && (
        <>
          <h3>{t('report.files')}</h3>
          <Rows rows={files} />
        </>
      )}
    </section>
  );
}
