// Asks a viewer for the code of an operator; the dialog of the page answers.
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RemoteError } from './remote.ts';

export interface OperatorAsk {
  /** Why the code before was not accepted. */
  refusal: RemoteError | undefined;
  /** undefined: the person gave up. */
  answer(code: string | undefined): void;
}

export class OperatorPrompt {
  readonly store: StoreApi<{ ask: OperatorAsk | undefined }> = createStore(() => ({
    ask: undefined as OperatorAsk | undefined,
  }));

  /** Returns undefined if the person gave up, or was asked again meanwhile. */
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
