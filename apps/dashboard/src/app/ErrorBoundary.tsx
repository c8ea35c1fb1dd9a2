// Shows the error if rendering failed, and a button to reload. A kiosk reloads automatically.
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { t } from '../i18n/translate.ts';

/** Long enough to read the error, and to avoid a busy loop if the error returns at once. */
const RELOAD_AFTER_MS = 30_000;

interface Props {
  /** True for a kiosk, where nobody can press the button. */
  reloads: () => boolean;
  children: ReactNode;
}

export class ErrorBoundary extends Component<Props, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
    if (this.props.reloads()) window.setTimeout(() => window.location.reload(), RELOAD_AFTER_MS);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <main className="unreachable" role="alert">
        <h1>{t('mishap.title')}</h1>
        <p>{t('mishap.explanation')}</p>
        <code>{String(error)}</code>
        <button type="button" onClick={() => window.location.reload()}>
          {t('mishap.reload')}
        </button>
      </main>
    );
  }
}
