// Asks a person for the token; the dialog of the page replies.
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface TokenAsk {
  /** The last token was refused. */
  wrong: boolean;
  /** undefined: the person cancelled. */
  answer(token: string | undefined): void;
}

export class TokenPrompt {
  readonly store: StoreApi<{ ask: TokenAsk | undefined }> = createStore(() => ({
    ask: undefined as TokenAsk | undefined,
  }));

  /** Returns undefined if the person cancelled, or if it was asked again meanwhile. */
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
