// Asks a viewer for an operator's code, through the dialog of the page.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RemoteError } from './remote.ts';

export interface OperatorAsk {
  /** Why the previous code was not accepted. */
  refusal: RemoteError | undefined;
  /** undefined: the person cancelled. */
  answer(code: string | undefined): void;
}

export class OperatorPrompt {
  readonly store: StoreApi<{ ask: OperatorAsk | undefined }> = createStore(() => ({
    ask: undefined as OperatorAsk | undefined,
  }));

  /** Returns undefined if the person cancelled, or if another prompt replaced this one. */
  ask(refusal: RemoteError | undefined): Promise<string | undefined> {
    this.store.getState().ask?.answer(undefined);
    return new Promise((resolve) => {
      const answer = (code: string | undefined) => {
        this.store.setState({ ask: undefined });
        resolve(code);
      };
      this.store.setState({ ask: { refusal, answer } });
    });
  }
}
