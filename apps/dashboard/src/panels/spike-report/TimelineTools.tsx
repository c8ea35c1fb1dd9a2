// Above the timeline: the search, and the list of tracks that can be pinned.
import type { Slice } from '@rtprobe/trace';
import type { KeyboardEvent } from 'react';
import { t } from '../../i18n/translate.ts';
import { type Pin, samePin } from '../../store/address/pin.ts';
import { useAddress, useSession } from '../../store/session/context.ts';
import { tipOnControl } from '../../ui/tip.ts';
import { Name } from '../common/Name.tsx';
import type { Track } from './tracks.ts';

interface SearchProps {
  /** undefined: nothing is searched. */
  matches: readonly Slice[] | undefined;
  selected: Slice | undefined;
  onStep(direction: 1 | -1): void;
}

function countText(matches: readonly Slice[], selected: Slice | undefined, words: string): string {
  if (matches.length === 0) return t('report.noMatch', { words });
  const at = selected === undefined ? -1 : matches.indexOf(selected);
  if (at < 0) return t('report.matches', { n: matches.length });
  return t('report.match', { at: at + 1, n: matches.length });
}

function Search({ matches, selected, onStep }: SearchProps) {
  const session = useSession();
  const words = useAddress((s) => s.view.filter);
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onStep(event.shiftKey ? -1 : 1);
  };
  const hasNone = matches === undefined || matches.length === 0;
  return (
    <search className="timeline-search">
      <input
        type="search"
        placeholder={t('report.searchHint')}
        aria-label={t('report.search')}
        maxLength={64}
        value={words}
        onChange={(e) => session.address.change({ filter: e.target.value })}
        onKeyDown={press}
      />
      <button
        type="button"
        disabled={hasNone}
        aria-label={t('report.matchPrevious')}
        {...tipOnControl(t('report.matchPrevious'))}
        onClick={() => onStep(-1)}
      >
        ‹
      </button>
      <button
        type="button"
        disabled={hasNone}
        aria-label={t('report.matchNext')}
        {...tipOnControl(t('report.matchNext'))}
        onClick={() => onStep(1)}
      >
        ›
      </button>
      <span role="status" className="small numeral">
        {matches !== undefined && <Name>{countText(matches, selected, words.trim())}</Name>}
      </span>
    </search>
  );
}

interface PinsProps {
  tracks: readonly Track[];
  pins: readonly Pin[];
  onPin(pin: Pin, isPinned: boolean): void;
}

function PinList({ tracks, pins, onPin }: PinsProps) {
  const isPinned = (pin: Pin) => pins.some((other) => samePin(other, pin));
  const count = tracks.filter(({ pin }) => isPinned(pin)).length;
  return (
    <details className="timeline-pins">
      <summary>{count === 0 ? t('report.pins') : t('report.pinned', { n: count })}</summary>
      <ul>
        {tracks.map(({ pin, name }) => (
          <li key={name}>
            <label>
              <input type="checkbox" checked={isPinned(pin)} onChange={(e) => onPin(pin, e.target.checked)} />
              <Name>{name}</Name>
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function TimelineTools({ search, pinning }: { search: SearchProps; pinning: PinsProps }) {
  return (
    <div className="timeline-tools">
      <Search {...search} />
      <PinList {...pinning} />
    </div>
  );
}
