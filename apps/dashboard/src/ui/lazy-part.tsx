// A component that is loaded when it is first rendered, with what stands in its place until then.
import { Component, type ComponentType, createElement, lazy, type ReactNode, Suspense } from 'react';
import { t } from '../i18n/translate.ts';
import { LoadError, load } from './load.ts';

interface BoundaryProps {
  /** Called when loading failed, so that the next attempt loads anew. */
  failed: () => void;
  children: ReactNode;
}

class LoadBoundary extends Component<BoundaryProps, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidCatch(): void {
    this.props.failed();
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (!(error instanceof LoadError)) throw error;
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
  // React's type of a lazy component hides the properties of one whose properties are a type parameter.
  const make = () => lazy(async () => ({ default: await load(part) })) as unknown as ComponentType<P>;
  let current = make();
  const failed = () => {
    current = make();
  };
  return (props) => (
    <LoadBoundary failed={failed}>
      <Suspense fallback={<Waiting />}>{createElement(current, props)}</Suspense>
    </LoadBoundary>
  );
}
