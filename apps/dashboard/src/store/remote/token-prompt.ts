// Asks the person for the token; the dialog of the page answers.
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface TokenAsk {
  /** A token was tried and refused. */
  wrong: boolean;
  /** undefined: the person gave up. */
  answer(token: string | undefined): void;
}

export class TokenPrompt {
  readonly store: StoreApi<{ ask: TokenAsk | undefined }> = createStore(() => ({
    ask: undefined as TokenAsk | undefined,
  }));

  /** Returns undefined if the person gave up, or was asked again meanwhile. */
  ask(wrong: boolean): Promise<string | undefined> {
    this.store.getState().ask?.answer(undefined);
    return new Promise((resolve) => {
      const answer = (token: string | undefined) => {
        this.store.setState({ ask: undefined });
        resolve(token);
      };
      this.store.setState({ ask: { wrong, answer } });
    });
  }
}
