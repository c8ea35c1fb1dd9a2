// The figures on the bar: events, dropped values, and the overhead of measuring.
import { fullCount, percent, rate, shortCount } from '@rtprobe/metrics';
import { type HostStats, lossesOf } from '@rtprobe/protocol';
import { t } from '../../i18n/translate.ts';
import type { Reading } from '../../store/reading/reading.ts';
import { useSession } from '../../store/session/context.ts';
import { tip, tipOnControl } from '../../ui/tip.ts';
import { agentLoadText } from '../common/agent-load.ts';

export function BarFigures({ reading }: { reading: Reading }) {
  const session = useSession();
  const { stats } = reading;
  if (stats === undefined) return null;
  const { dropped: lost, missed, uncaptured } = lossesOf(stats.lost);
  return (
    <>
      <span
        className="bar-item"
        {...tip(t('bar.eventsTip', { count: fullCount(Math.round(stats.eventsPerSecond)) }))}
      >
        <span className="numeral">
          {reading.info.state === 'offline' ? '–' : rate(stats.eventsPerSecond)}
        </span>
        <span className="muted"> {t('bar.events')}</span>
      </span>
      <button
        type="button"
        className={lost > 0 ? 'plain bar-item alarm' : 'plain bar-item'}
        aria-haspopup="dialog"
        {...tipOnControl(
          t('bar.lostTip', {
            count: fullCount(lost),
            missed: fullCount(missed),
            uncaptured: fullCount(uncaptured),
          }),
        )}
        onClick={() => session.overlays.toggle('losses')}
      >
        {lost > 0 && <span aria-hidden="true">▲ </span>}
        <span className="muted-unless-alarm">{t('bar.lost')} </span>
        <span className="numeral">{shortCount(lost)}</span>
      </button>
      <Cost stats={stats} />
    </>
  );
}

/** The overhead of measuring: the module's CPU share if it reports one, else the bridge's. */
function Cost({ stats }: { stats: HostStats }) {
  const { probeCpu, bridgeCpu, agent } = stats;
  const load = agent === undefined ? '' : ` · ${t('bar.agentTitle')}: ${agentLoadText(agent)}`;
  const bridge = `${t('bar.bridgeTitle')}: ${percent(bridgeCpu)}${load}`;
  if (probeCpu === undefined) {
    return (
      <span className="bar-item" {...tip(bridge)}>
        <span className="muted">{t('bar.bridge')} </span>
        <span className="numeral">{percent(bridgeCpu)}</span>
      </span>
    );
  }
  return (
    <span className="bar-item" {...tip(`${t('bar.probeTitle')}: ${percent(probeCpu)} · ${bridge}`)}>
      <span className="muted">{t('bar.probe')} </span>
      <span className="numeral">{percent(probeCpu)}</span>
    </span>
  );
}
