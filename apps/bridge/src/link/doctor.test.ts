import { expect, it, vi } from 'vitest';
import { DoctorRequests } from './doctor.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('requests at the same time share an answer, and a later one asks again', async () => {
  const send = vi.fn();
  const requests = new DoctorRequests(send);
  const both = [requests.request(), requests.request()];
  // A character can be split between two frames.
  const text = bytes('{"a":"µ"}');
  expect(requests.answered(text.subarray(0, 7))).toBe(true);
  expect(requests.answered(text.subarray(7))).toBe(true);
  expect(requests.answered(new Uint8Array())).toBe(true);
  expect(await Promise.all(both)).toEqual(['{"a":"µ"}', '{"a":"µ"}']);
  expect(send).toHaveBeenCalledTimes(1);
  const later = requests.request();
  expect(send).toHaveBeenCalledTimes(2);
  requests.stop();
  await expect(later).rejects.toMatchObject({ code: 'E_OFFLINE' });
  expect(requests.answered(new Uint8Array())).toBe(false);
});

it('an agent that does not answer in time, or is busy, is reported', async () => {
  vi.useFakeTimers();
  const requests = new DoctorRequests(() => {});
  const silent = expect(requests.request()).rejects.toMatchObject({ code: 'E_TIMEOUT' });
  await vi.advanceTimersByTimeAsync(10_000);
  await silent;
  vi.useRealTimers();
  const busy = requests.request();
  requests.refused('E_BUSY an earlier request of the doctor is not answered');
  await expect(busy).rejects.toMatchObject({ code: 'E_FACTS' });
});
