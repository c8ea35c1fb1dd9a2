// Cause × victim: a cell says how much the cause delayed the victim; the darker its background, the more.
import { formatDuration, fullCount, shortCount } from '@rtprobe/metrics';
import { heatColour } from '../../charts/heatmap/cells.ts';
import { causeName } from '../../i18n/causes.ts';
import { measureWords } from '../../i18n/measures.ts';
import { t } from '../../i18n/translate.ts';
import { useAddress, useReading, useSession } from '../../store/session/context.ts';
import { type Cell, type Matrix, spikeMatrix, stolenMatrix } from '../../store/spikes/matrix.ts';
import { Name } from '../common/Name.tsx';
import { SpikeSidebar } from './SpikeSidebar.tsx';

const WAYS = ['worst', 'count', 'stolen'] as const;
type Way = (typeof WAYS)[number];

const rankOf = (way: Way) => (way === 'stolen' ? 'total' : way);

function textOf(cell: Cell, way: Way): string {
  if (way === 'count') return shortCount(cell.count);
  return formatDuration(way === 'worst' ? cell.worst : cell.total);
}

/** Returns the shade of a cell, logarithmic from a thousandth of the largest value. */
function shareOf(cell: Cell, matrix: Matrix, way: Way): number {
  const [value, top] = [cell[rankOf(way)], matrix.largest[rankOf(way)]];
  const decades = way === 'count' ? 2 : 3;
  return Math.max(0, Math.min(1, 1 + Math.log10(value / top) / decades));
}

function colours(share: number, dark: boolean) {
  const [r, g, b] = heatColour(share, dark);
  const bright = 0.299 * r + 0.587 * g + 0.114 * b > 128;
  return { background: `rgb(${r} ${g} ${b})`, color: bright ? '#101010' : '#ffffff' };
}

function Table({ matrix, way }: { matrix: Matrix; way: Way }) {
  const session = useSession();
  const theme = useAddress((s) => s.view.theme);
  const light =
    theme === 'light' || (theme === undefined && matchMedia('(prefers-color-scheme: light)').matches);
  return (
    <table className="matrix">
      <thead>
        <tr>
          <th scope="col">{t('matrix.corner')}</th>
          {matrix.victims.map((victim) => (
            <th key={victim} scope="col" className="victim">
              <Name>{victim}</Name>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {matrix.causes.map((cause) => (
          <tr key={cause}>
            <th scope="row">
              <Name>{causeName(cause)}</Name>
            </th>
            {matrix.victims.map((victim) => {
              const cell = matrix.cell(cause, victim);
              if (cell === undefined) return <td key={victim} className="nothing" />;
              const { spike } = cell;
              const title = t('matrix.cell', {
                cause: causeName(cause),
                victim,
                worst: formatDuration(cell.worst),
                count: fullCount(cell.count),
                n: cell.count,
                total: formatDuration(cell.total),
              });
              return (
                <td key={victim} style={colours(shareOf(cell, matrix, way), !light)} title={title}>
                  {spike === undefined ? (
                    textOf(cell, way)
                  ) : (
                    <button
                      type="button"
                      className="plain"
                      aria-label={title}
                      onClick={() => session.spikes.open(spike.id)}
                    >
                      {textOf(cell, way)}
                    </button>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function MatrixPage() {
  const session = useSession();
  const spikes = useReading('spikes');
  const reading = useReading('table');
  const tab = useAddress((s) => s.view.tab);
  const way = WAYS.find((w) => w === tab) ?? 'worst';
  const matrix =
    way === 'stolen'
      ? stolenMatrix(reading?.tasks ?? [], 'total')
      : spikeMatrix(spikes?.spikes ?? [], rankOf(way));
  return (
    <div className="screen">
      <main className="main whole">
        <section className="card listed" aria-label={t('matrix.title')}>
          <header>
            <h2>{t('matrix.title')}</h2>
            <span className="muted small">{t('matrix.subtitle')}</span>
            <span className="spring" />
            <span className="muted small choice">{t('matrix.by')}</span>
            {WAYS.map((w) => (
              <button
                key={w}
                type="button"
                aria-pressed={w === way}
                onClick={() => session.address.change({ tab: w })}
              >
                {w === 'stolen' ? measureWords(w).title : t(`matrix.${w}`)}
              </button>
            ))}
          </header>
          <div className="scroll">
            {matrix.causes.length === 0 ? (
              <p className="empty muted">
                {way === 'stolen'
                  ? t('pages.noStolen', { measure: measureWords('stolen').title })
                  : t('pages.noIncidents')}
              </p>
            ) : (
              <Table matrix={matrix} way={way} />
            )}
            {matrix.moreCauses + matrix.moreVictims > 0 && (
              <p className="muted small page-note">
                {t('matrix.more', {
                  causes: matrix.moreCauses,
                  n: matrix.moreCauses,
                  victims: matrix.moreVictims,
                })}
              </p>
            )}
          </div>
        </section>
      </main>
      <SpikeSidebar />
    </div>
  );
}
