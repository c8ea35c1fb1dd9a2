// Goes to an interrupt, task, CPU, page or host by name.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { matchPlaces, type Place, placesOf } from '../../store/machine/places.ts';
import { useHostNames, useOverlays, useSession } from '../../store/session/context.ts';
import { Name } from '../common/Name.tsx';
import { pageTitle } from './Navigation.tsx';

export function Palette() {
  const open = useOverlays((s) => s.palette);
  return open ? <Open /> : null;
}

function Open() {
  const session = useSession();
  const hosts = useHostNames();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // Places are read once, so that the list does not move while a person chooses.
  const [places] = useState(() => placesOf(session.reading(), hosts, pageTitle));
  const found = useMemo(() => matchPlaces(places, text), [places, text]);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const close = () => session.overlays.close('palette');
  const go = (place: Place) => {
    close();
    session.address.open(place.route, place.host === undefined ? {} : { host: place.host, range: undefined });
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setChosen(Math.max(0, Math.min(found.length - 1, chosen + step)));
    else if (event.key === 'Enter' && found[chosen] !== undefined) go(found[chosen]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  return (
    <div className="popover modal palette" role="dialog" aria-label={t('palette.title')}>
      <input
        ref={field}
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `place-${chosen}` : undefined}
        aria-label={t('palette.title')}
        placeholder={t('palette.placeholder')}
        maxLength={64}
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setChosen(0);
        }}
        onKeyDown={press}
        onBlur={(e) => !e.currentTarget.parentElement?.contains(e.relatedTarget) && close()}
      />
      <div id="palette-list" role="listbox" aria-label={t('palette.title')} ref={list}>
        {found.map((place, i) => (
          <div
            key={`${place.kind} ${place.name}`}
            id={`place-${i}`}
            role="option"
            aria-selected={i === chosen}
            tabIndex={-1}
            onPointerDown={(e) => {
              e.preventDefault();
              go(place);
            }}
          >
            <Name>{place.name}</Name>
            <span className="muted small">{t(`palette.${place.kind}`)}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="muted">{t('palette.none')}</p>}
    </div>
  );
}
