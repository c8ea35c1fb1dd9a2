// A component that is loaded when it is first rendered, with a placeholder until then. React.lazy would show its
// placeholder for at least 300 ms, even if the file arrives at once.
import { type ComponentType, createElement, type ReactNode, useEffect, useState } from 'react';
import { t } from '../i18n/translate.ts';
import { load } from './load.ts';

function NotLoaded() {
  return (
    <div className="not-loaded" role="alert">
      <h1>{t('loading.failed')}</h1>
      <p>{t('loading.failedWhy')}</p>
      <button type="button" onClick={() => window.location.reload()}>
        {t('mishap.reload')}
      </button>
    </div>
  );
}

function Waiting() {
  return (
    <p className="loading muted" role="status">
      {t('loading.wait')}
    </p>
  );
}

/** `part` is a dynamic import; a failed one is repeated when the component is next mounted. */
export function lazyPart<P extends object>(part: () => Promise<ComponentType<P>>): (props: P) => ReactNode {
  let loaded: ComponentType<P> | undefined;
  return (props) => {
    const [state, setState] = useState<'waiting' | 'loaded' | 'failed'>(loaded ? 'loaded' : 'waiting');
    useEffect(() => {
      if (loaded !== undefined) return;
      let mounted = true;
      const set = (next: 'loaded' | 'failed') => mounted && setState(next);
      load(part).then(
        (component) => {
          loaded = component;
          set('loaded');
        },
        () => set('failed'),
      );
      return () => {
        mounted = false;
      };
    }, []);
    if (state === 'failed') return <NotLoaded />;
    return loaded === undefined ? <Waiting /> : createElement(loaded, props);
  };
}
