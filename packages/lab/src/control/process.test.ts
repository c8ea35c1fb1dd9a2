import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LabError } from '../errors.ts';
import { GuestProcess } from './process.ts';
import { FRAME, STDIN_WINDOW } from './wire.ts';

function guestProcess() {
  const sent: { type: number; length: number }[] = [];
  const port = { paused: 0, resumed: 0 };
  const guest = new GuestProcess({
    send: (type, payload) => sent.push({ type, length: payload?.length ?? 0 }),
    pause: () => {
      port.paused += 1;
    },
    resume: () => {
      port.resumed += 1;
    },
    resize: () => {},
  });
  const bytes = (): number =>
    sent.filter((each) => each.type === FRAME.stdin).reduce((sum, each) => sum + each.length, 0);
  const receive = (type: number, payload: Buffer): void => guest.receive({ type, channel: 1, payload });
  return { guest, sent, port, bytes, receive };
}

const credit = (bytes: number): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32LE(bytes);
  return payload;
};

describe('standard input', () => {
  it('sends no more than the window ahead, and the rest as it is credited', async () => {
    const { guest, bytes, receive, sent } = guestProcess();
    guest.stdin.end(Buffer.alloc(STDIN_WINDOW + 1000));
    await turn();
    expect(bytes()).toBe(STDIN_WINDOW);
    receive(FRAME.credit, credit(600));
    expect(bytes()).toBe(STDIN_WINDOW + 600);
    receive(FRAME.credit, credit(5000));
    await turn();
    expect(bytes()).toBe(STDIN_WINDOW + 1000);
    expect(sent.at(-1)).toEqual({ type: FRAME.stdin, length: 0 });
  });

  it('stops waiting for a process that has ended', async () => {
    const { guest, receive } = guestProcess();
    guest.stdin.end(Buffer.alloc(STDIN_WINDOW * 2));
    await turn();
    receive(FRAME.exit, Buffer.from([0, 0]));
    await expect(guest.exit).resolves.toEqual({ code: 0 });
    expect(guest.stdin.destroyed).toBe(true);
  });
});

describe('output', () => {
  it('pauses the port while nobody reads, and resumes with a reader', () => {
    const { guest, port, receive } = guestProcess();
    for (let i = 0; i < 8; i++) receive(FRAME.stdout, Buffer.alloc(32768));
    expect(port.paused).toBeGreaterThan(0);
    const before = port.resumed;
    guest.stdout.read();
    expect(port.resumed).toBeGreaterThan(before);
  });
});

describe('exit', () => {
  it('reports a signal as a shell does', async () => {
    const { guest, receive } = guestProcess();
    receive(FRAME.exit, Buffer.from([1, 9]));
    await expect(guest.exit).resolves.toEqual({ code: 137, signal: 9 });
  });

  it('rejects with E_GUEST_EXEC when the command could not start', async () => {
    const { guest, receive } = guestProcess();
    receive(FRAME.fail, Buffer.from('No such file or directory'));
    await expect(guest.exit).rejects.toMatchObject({
      code: 'E_GUEST_EXEC',
      message: 'No such file or directory',
    });
  });

  it('rejects when the guest is lost', async () => {
    const { guest } = guestProcess();
    guest.lose(new LabError('E_GUEST_LOST', 'gone', ''));
    await expect(guest.exit).rejects.toMatchObject({ code: 'E_GUEST_LOST' });
  });
});
