// Describes the slice that is pointed at or selected; a selected one can have its tracks pinned.
import { formatDuration } from '@rtprobe/metrics';
import type { SampleProfile } from '@rtprobe/protocol';
import { durationOf, profileText, type Slice } from '@rtprobe/trace';
import { offsetText } from '../../charts/report/timeline.ts';
import { sliceText } from '../../charts/timeline/paint.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/translate.ts';
import { type Pin, samePin } from '../../store/address/pin.ts';
import { Name } from '../common/Name.tsx';
import type { Track } from './tracks.ts';

interface PinProps {
  track: Track;
  pins: readonly Pin[];
  onPin(pin: Pin, isPinned: boolean): void;
}

function PinButton({ track: { pin, name }, pins, onPin }: PinProps) {
  const isPinned = pins.some((other) => samePin(other, pin));
  return (
    <button type="button" className="small" onClick={() => onPin(pin, !isPinned)}>
      <Name>{t(isPinned ? 'report.unpin' : 'report.pin', { track: name })}</Name>
    </button>
  );
}

interface Props extends Omit<PinProps, 'track'> {
  slice: Slice;
  /** Start of the spike's window. */
  zero: number;
  /** Where samples found it. */
  profile: SampleProfile | undefined;
  /** Tracks of the slice that can be pinned. */
  tracks: readonly Track[];
}

export function SliceTip({ slice, zero, profile, tracks, ...pinning }: Props) {
  return (
    <div className="timeline-tip small">
      <b>
        <Name>{sliceText(slice)}</Name>
      </b>
      <span className="numeral">
        {t('report.from', {
          from: offsetText(slice.startNs - zero, durationOf(slice)),
          to: offsetText(slice.endNs - zero, durationOf(slice)),
        })}
      </span>
      {slice.netNs !== durationOf(slice) && (
        <span className="numeral">{t('report.net', { value: formatDuration(slice.netNs) })}</span>
      )}
      {profile !== undefined && (
        <span>
          <Name>{profileText(profile)[language()]}</Name>
        </span>
      )}
      {slice.kind === 'irqs_off' && slice.exact !== true && <span>{t('report.lowerBound')}</span>}
      {slice.begin === 'cut' && <span>{t('report.cut.begin')}</span>}
      {slice.end === 'cut' && <span>{t('report.cut.end')}</span>}
      {tracks.map((track) => (
        <PinButton key={track.name} track={track} {...pinning} />
      ))}
    </div>
  );
}
