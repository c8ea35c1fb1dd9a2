import { expect, it } from 'vitest';
import { BridgeError } from './errors.ts';

it('an error says what happened, and then what to do', () => {
  const error = new BridgeError('E_GONE', 'no such rule', 'read the list again', 'id');
  expect(error).toMatchObject({ message: 'no such rule; read the list again', status: 404, word: 'id' });
  // @ts-expect-error: an error without a next step does not compile.
  new BridgeError('E_GONE', 'no such rule');
});
