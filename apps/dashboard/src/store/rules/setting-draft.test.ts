import { describe, expect, it, vi } from 'vitest';
import { parseTime } from './rule-form.ts';
import { applyDraft } from './setting-draft.ts';

describe('the text in the field of a setting', () => {
  const accept = vi.fn(async (_: number) => true);

  it('is replaced by the value in effect once the bridge made the change', async () => {
    expect(await applyDraft({ text: '2ms' }, parseTime, accept)).toBeUndefined();
    expect(accept).toHaveBeenLastCalledWith(2e6);
  });

  it('stays when the bridge refuses its value', async () => {
    const refused = { text: '40s', refusedBy: 'bridge' };
    expect(await applyDraft({ text: '40s' }, parseTime, async () => false)).toEqual(refused);
  });

  it('stays, and is not sent, when it is not a value', async () => {
    accept.mockClear();
    expect(await applyDraft({ text: 'soon' }, parseTime, accept)).toEqual({
      text: 'soon',
      refusedBy: 'field',
    });
    expect(accept).not.toHaveBeenCalled();
  });

  it('can be applied again after a refusal', async () => {
    const refused = { text: '2ms', refusedBy: 'bridge' } as const;
    expect(await applyDraft(refused, parseTime, accept)).toBeUndefined();
  });
});
