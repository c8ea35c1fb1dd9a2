// What the machine can measure, and what its kernel lacks for the rest.
import type { DoctorMeasure } from '@rtprobe/protocol';
import { language } from '../../i18n/language.ts';
import { descriptorOf } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';

export function MeasuresCard({ measures }: { measures: readonly DoctorMeasure[] | undefined }) {
  const missing = measures?.filter(({ available }) => !available) ?? [];
  const all = measures?.length ?? 0;
  return (
    <section className="card doctor-card" aria-label={t('doctor.measures')}>
      <header>
        <h2>{t('doctor.measures')}</h2>
        {measures !== undefined && (
          <span className="muted small">
            {t('doctor.measuresCount', { count: all - missing.length, all })}
          </span>
        )}
      </header>
      {measures === undefined && <p>{t('doctor.measuresUnknown')}</p>}
      {measures !== undefined && missing.length === 0 && <p>{t('doctor.measuresAll')}</p>}
      {missing.length > 0 && (
        <ul className="doctor-measures">
          {missing.map(({ measure, needs, zh }) => (
            <li key={measure}>
              <b>{descriptorOf(measure).title}</b> {language() === 'zh' ? zh : needs}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
