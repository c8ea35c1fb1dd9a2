import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { silent, temporaryFolder, until } from '../../tests/harness.ts';
import type { Alert } from './alert.ts';
import { Alerts } from './alerts.ts';
import { signatureOf } from './channels.ts';
import {
  type AlertConfig,
  dayNames,
  parseAlerts,
  type QuietHours,
  readAlerts,
  type Secrets,
} from './config.ts';
import { isQuiet } from './quiet-hours.ts';
import { sendMail } from './smtp.ts';
import { TEMPLATES } from './templates.ts';
import { MailServer, type MailServerOptions, WebhookReceiver } from './testing.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const dir = (): string => {
  const made = temporaryFolder();
  closing.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

async function receiver(): Promise<WebhookReceiver> {
  const made = new WebhookReceiver();
  await made.listen();
  closing.push(() => made.close());
  return made;
}

/** Times of a test are short. */
function start(file: object, more: Partial<AlertConfig> = {}, secrets: [string, Secrets][] = []): Alerts {
  const config = { ...parseAlerts(JSON.stringify(file), 'alerts.yaml'), group: 20, ...more };
  const options = { config, secrets: new Map(secrets), url: () => 'https://rt.example.org', details: false };
  const alerts = new Alerts({ ...options, log: silent, retryMs: 5 });
  alerts.start();
  closing.push(() => alerts.close());
  return alerts;
}

const incident = (id: string, valueNs: number, more: Partial<Alert> = {}): Alert => ({
  ...{
    kind: 'incident',
    host: 'cnc-07',
    time: 1,
    text: `late ${id}`,
    valueNs,
    cause: 'irq 36 nvme',
    incident: id,
  },
  ...more,
});

interface Sent {
  title: string;
  kind: string;
  alerts: { text: string }[];
  more: number;
  suppressed: number;
  url: string;
}
const sentBy = ({ received }: WebhookReceiver): Sent[] =>
  received.map(({ text }) => JSON.parse(text) as Sent);

describe('a webhook', () => {
  it('that fails twice receives the message at the third attempt, signed each time', async () => {
    const hook = await receiver();
    hook.statuses.push(503, 429);
    const alerts = start({ channels: [{ name: 'a', type: 'webhook', url: hook.url }] }, {}, [
      ['a', { key: 'secret' }],
    ]);
    alerts.raise(incident('7-1', 1.2e6), '7-1');
    await until('three requests', () => hook.received.length === 3);
    const [first, , third] = hook.received;
    expect(third!.text).toBe(first!.text);
    expect(JSON.parse(third!.text)).toMatchObject({
      ...{ version: 1, kind: 'incident', host: 'cnc-07', title: 'cnc-07: irq 36 nvme (1.20 ms)' },
      url: 'https://rt.example.org/incident/7-1?host=cnc-07',
    });
    const signature = String(third!.headers['x-rtprobe-signature']);
    const seconds = Number(/^t=(\d+),/.exec(signature)![1]);
    expect(signature).toBe(signatureOf('secret', seconds, third!.text));
    await until('the count', () => alerts.state.channels[0]!.sent === 1);
    expect(alerts.state.channels[0]).toMatchObject({ failed: 0, waiting: 0, target: hook.url.split('/')[2] });
    expect(JSON.stringify(alerts.state)).not.toContain('hidden');
  });

  it('that refuses a message does not receive it again, and the reason is reported', async () => {
    const hook = await receiver();
    hook.statuses.push(404);
    const alerts = start({ channels: [{ name: 'a', type: 'webhook', url: hook.url }] });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the failure', () => alerts.state.channels[0]!.failed === 1);
    expect(alerts.state.channels[0]!.error).toBe('the receiver answered 404');
    alerts.raise(incident('7-2', 1e6), '7-2');
    await until('the next message', () => alerts.state.channels[0]!.sent === 1);
    expect(hook.received).toHaveLength(2);
    expect(alerts.state.channels[0]).not.toHaveProperty('error');
  });

  it.each(TEMPLATES)(
    'of template %s contains title, text and address, without markup of names',
    async (template) => {
      const hook = await receiver();
      const alerts = start({ channels: [{ name: 'a', type: 'webhook', url: hook.url, template }] });
      alerts.raise(incident('7-1', 1e6, { text: '<!channel> *late*', cause: '<@U1>' }), '7-1');
      await until('the message', () => hook.received.length === 1);
      const { text, headers } = hook.received[0]!;
      const isText = template === 'text';
      expect(headers['content-type']).toBe(isText ? 'text/plain; charset=utf-8' : 'application/json');
      const shown = isText ? text : JSON.stringify(JSON.parse(text));
      expect(shown).toContain('/incident/7-1');
      expect(shown).toMatch(/cnc.{0,4}-07/);
      if (template === 'slack') expect(shown).toContain('&lt;!channel&gt;');
      if (template === 'discord') expect(shown).toContain('\\\\*late\\\\*');
      if (template === 'discord') expect(JSON.parse(text)).toMatchObject({ allowed_mentions: { parse: [] } });
    },
  );
});

describe('a receiver that misbehaves', () => {
  const listen = async (serve: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server = createHttpServer(serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  };

  it('cannot send a message to another host', async () => {
    const other = await receiver();
    for (const status of [301, 302, 307, 308]) {
      const url = await listen((_, response) => response.writeHead(status, { location: other.url }).end());
      const alerts = start({ channels: [{ name: 'a', type: 'webhook', url }] });
      await expect(alerts.test('a')).rejects.toThrow(`the receiver answered ${status}`);
    }
    expect(other.received).toEqual([]);
  });

  it('that closes the connection gets the message again', async () => {
    let requests = 0;
    const url = await listen((request, response) => {
      if (++requests < 3) request.socket.destroy();
      else response.end();
    });
    const alerts = start({ channels: [{ name: 'a', type: 'webhook', url }] });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the third attempt', () => alerts.state.channels[0]!.sent === 1);
    expect(requests).toBe(3);
  });

  it.each([
    ['never answers', () => {}],
    ['never ends its answer', (response: ServerResponse) => response.writeHead(200).write('a')],
  ])('that %s does not delay the messages of another channel', async (_, answer) => {
    const url = await listen((__, response) => answer(response));
    const good = await receiver();
    const alerts = start({
      channels: [
        { name: 'a', type: 'webhook', url },
        { name: 'b', type: 'webhook', url: good.url },
      ],
    });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the message', () => good.received.length === 1);
  });

  it('cannot add a line to a mail by the name of a task', async () => {
    const server = new MailServer();
    await server.listen();
    closing.push(() => server.close());
    const alerts = start({
      channels: [
        {
          ...{ name: 'm', type: 'mail', server: `smtp://127.0.0.1:${server.port}` },
          ...{ from: 'rt@example.org', to: ['one@example.org'] },
        },
      ],
    });
    const hostile = 'a\r\nBcc: victim@example.org\r\n\r\n.\r\nRCPT TO:<victim@example.org>';
    alerts.raise(incident('7-1', 1e6, { cause: hostile, text: hostile }), '7-1');
    await until('the mail', () => alerts.state.channels[0]!.sent === 1);
    const { lines } = server;
    expect(lines.slice(0, lines.indexOf('')).join('\n')).not.toMatch(/^(Bcc|RCPT TO:<victim)/im);
    expect(lines.filter((line) => line === '.')).toHaveLength(1);
  });
});

describe('a mail', () => {
  async function mailServer(options: MailServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(options);
    await server.listen();
    closing.push(() => server.close());
    return server;
  }
  const channel = ({ port }: MailServer, host = '127.0.0.1') => ({
    ...{ name: 'm', type: 'mail', server: `smtp://${host}:${port}` },
    ...{ from: 'rt@example.org', to: ['a@example.org', 'b@example.org'] },
  });

  it('reaches every recipient, with the account and in any script', async () => {
    const server = await mailServer();
    const alerts = start({ channels: [{ ...channel(server), user: 'rt', passwordFile: '/unread' }] }, {}, [
      ['m', { password: 'pässword' }],
    ]);
    alerts.raise(incident('7-1', 1e6, { text: 'spät: 中断\n.\nRCPT TO:<evil@example.org>' }), '7-1');
    await until('the mail', () => alerts.state.channels[0]!.sent === 1);
    const { lines } = server;
    expect(lines).toContain(`AUTH PLAIN ${Buffer.from('\0rt\0pässword').toString('base64')}`);
    expect(lines.filter((line) => /^RCPT/.test(line))).toEqual([
      'RCPT TO:<a@example.org>',
      'RCPT TO:<b@example.org>',
    ]);
    expect(lines).toContain('Subject: [rtprobe] cnc-07: irq 36 nvme (1 ms)');
    const body = lines.slice(lines.indexOf('', lines.indexOf('DATA')) + 1, lines.lastIndexOf('.')).join('');
    expect(Buffer.from(body, 'base64').toString()).toBe(
      'spät: 中断\n.\nRCPT TO:<evil@example.org>\n\nhttps://rt.example.org/incident/7-1?host=cnc-07\n',
    );
  });

  const recipients = ({ lines }: MailServer) =>
    lines.filter((line) => line.startsWith('RCPT')).map((line) => line[9]);

  it('that the server refuses for a recipient is not sent to the others again', async () => {
    const server = await mailServer({ refusals: ['250 ok', '550 no such user'] });
    const alerts = start({ channels: [channel(server)] });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the failure', () => alerts.state.channels[0]!.failed === 1);
    expect(alerts.state.channels[0]!.error).toBe('refused for b@example.org');
    expect(server.lines.filter((line) => line === 'DATA')).toHaveLength(1);
  });

  it('that the server refuses for some recipients for the time being is sent again to these alone', async () => {
    const server = await mailServer({ refusals: ['250 ok', '450 later', '450 later'] });
    const alerts = start({ channels: [channel(server)] });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the mail', () => alerts.state.channels[0]!.sent === 1);
    expect(recipients(server)).toEqual(['a', 'b', 'b', 'b']);
    expect(alerts.state.channels[0]!.error).toBeUndefined();
    // The next one goes to everybody.
    alerts.raise(incident('7-2', 1e6), '7-2');
    await until('another mail', () => alerts.state.channels[0]!.sent === 2);
    expect(recipients(server).slice(4)).toEqual(['a', 'b']);
  });

  it('that all recipients refuse is sent again to those that refuse for the time being', async () => {
    const server = await mailServer({ refusals: ['450 later', '550 no such user', '250 ok'] });
    const alerts = start({ channels: [channel(server)] });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the failure', () => alerts.state.channels[0]!.failed === 1);
    expect(recipients(server)).toEqual(['a', 'b', 'a']);
    expect(alerts.state.channels[0]!.error).toBe('refused for b@example.org');
  });

  it('is sent again if the server is busy, and given up if it refuses', async () => {
    const server = await mailServer({ refusals: ['450 later', '550 no such user'] });
    const alerts = start({ channels: [{ ...channel(server), to: ['a@example.org'] }] });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the failure', () => alerts.state.channels[0]!.failed === 1);
    expect(alerts.state.channels[0]!.error).toContain('550 no such user');
    expect(server.lines.filter((line) => line.startsWith('MAIL'))).toHaveLength(2);
  });
});

describe('a mail to a server that never finishes an answer', () => {
  it('is given up after a time', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).write('220 test ESMTP\r\n');
      const timer = setInterval(() => socket.write('250-MORE\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const url = new URL(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const mail = { from: 'rt@example.org', to: ['one@example.org'], subject: 's', text: 't' };
    await expect(sendMail({ url }, mail, 200)).rejects.toMatchObject({
      message: 'the server did not finish within 0.2 s',
      isFinal: false,
    });
  }, 5000);
});

describe('a mail over TLS', () => {
  it('is sent only to a server with a certificate that is trusted', async () => {
    const folder = dir();
    const [crt, key] = [join(folder, 'a.crt'), join(folder, 'a.key')];
    const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...words, '-keyout', key, '-out', crt, ...name], { stdio: 'pipe' });
    const cert = readFileSync(crt, 'utf8');
    const server = new MailServer({ tls: { cert, key: readFileSync(key, 'utf8') } });
    await server.listen();
    closing.push(() => server.close());
    const url = new URL(`smtp://localhost:${server.port}`);
    const mail = { from: 'rt@example.org', to: ['a@example.org'], subject: 'späte Zeiten', text: 'late' };
    const send = () => sendMail({ url, user: 'rt', password: 'hidden' }, mail);
    await expect(send()).rejects.toThrow('self-signed certificate');
    expect(server.lines.at(-1)).toBe('STARTTLS');
    const trusted = getCACertificates();
    setDefaultCACertificates([...trusted, cert]);
    closing.push(() => setDefaultCACertificates(trusted));
    await send();
    const secured = server.lines.slice(server.lines.lastIndexOf('STARTTLS'));
    expect(secured.map((line) => line.split(' ')[0])).toContain('AUTH');
    expect(secured).toContain('Subject: =?UTF-8?B?c3DDpHRlIFplaXRlbg==?=');
  });

  it('is not sent to another machine that offers no encryption', async () => {
    const server = new MailServer();
    await server.listen();
    closing.push(() => server.close());
    // A name of this machine that does not say so.
    const url = new URL(`smtp://${hostname()}:${server.port}`);
    const mail = { from: 'rt@example.org', to: ['a@example.org'], subject: 'a', text: 'late' };
    await expect(sendMail({ url, user: 'rt', password: 'hidden' }, mail)).rejects.toThrow();
    expect(server.lines.join()).not.toMatch(/AUTH|MAIL/);
  });
});

describe('the journal', () => {
  it('gets the message through logger', async () => {
    const folder = dir();
    const before = process.env.PATH;
    process.env.PATH = `${folder}:${before}`;
    closing.push(() => {
      process.env.PATH = before;
    });
    writeFileSync(join(folder, 'logger'), `#!/bin/sh\n{ echo "$*"; cat; } > ${folder}/out\n`, {
      mode: 0o755,
    });
    const alerts = start({ channels: [{ name: 'j', type: 'journal' }] });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the end', () => alerts.state.channels[0]!.sent === 1);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(
      '--tag rtprobe --priority daemon.warning\ncnc-07: irq 36 nvme (1 ms)\nlate 7-1\n',
    );
  });
});

describe('a command', () => {
  it('gets the message as JSON and in its environment, and no shell reads it', async () => {
    const folder = dir();
    const out = join(folder, 'out');
    const program = join(folder, 'siren');
    writeFileSync(
      program,
      `#!/bin/sh\nprintf '%s|%s|%s\\n' "$1" "$RTPROBE_ALERT" "$RTPROBE_TITLE" > ${out}\ncat >> ${out}\n`,
    );
    chmodSync(program, 0o755);
    const alerts = start({ channels: [{ name: 'c', type: 'command', command: [program, '$(id)'] }] });
    alerts.raise(incident('7-1', 1e6, { cause: '`id`; $(id)' }), '7-1');
    await until('the end', () => alerts.state.channels[0]!.sent === 1);
    const [line, json] = readFileSync(out, 'utf8').split('\n');
    expect(line).toBe('$(id)|incident|cnc-07: `id`; $(id) (1 ms)');
    expect(JSON.parse(json!)).toMatchObject({ kind: 'incident' });
  });

  it('that leaves a program running has ended', async () => {
    const alerts = start({
      channels: [
        { name: 'c', type: 'command', command: ['/bin/sh', '-c', 'sleep 60 & echo $! >&2; exit 3'] },
      ],
    });
    const left = await alerts.test('c').then(
      () => '',
      (error: unknown) => String(error),
    );
    const [, pid] = /ended with 3: (\d+)/.exec(left) ?? [];
    expect(pid, left).toBeDefined();
    process.kill(Number(pid));
  }, 5000);

  it('that fails is run again', async () => {
    const folder = dir();
    const program = join(folder, 'siren');
    writeFileSync(
      program,
      `#!/bin/sh\n[ -e ${folder}/second ] && exit 0\ntouch ${folder}/second\necho broken >&2\nexit 3\n`,
    );
    chmodSync(program, 0o755);
    const alerts = start({ channels: [{ name: 'c', type: 'command', command: [program] }] });
    await expect(alerts.test('c')).rejects.toThrow('ended with 3: broken');
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the end', () => alerts.state.channels[0]!.sent === 1);
    await expect(alerts.test('nobody')).rejects.toMatchObject({ code: 'E_ALERT_CHANNEL' });
  });
});

describe('messages', () => {
  const hooked = async (more: object = {}, times: Partial<AlertConfig> = {}) => {
    const hook = await receiver();
    const alerts = start({ channels: [{ name: 'a', type: 'webhook', url: hook.url }], ...more }, times);
    return { hook, alerts, sent: () => sentBy(hook) };
  };

  it('have the alerts of a kind and host within a time, the worst first, and the number of the others', async () => {
    const { hook, alerts, sent } = await hooked();
    for (let i = 1; i <= 15; i++) alerts.raise(incident(`7-${i}`, i * 1e6), `7-${i}`);
    alerts.raise(incident('7-3', 9.5e6), '7-3');
    alerts.raise(incident('9-1', 1e6, { host: 'cnc-08' }), '9-1');
    alerts.withdraw('incident', 'cnc-07', '7-1');
    await until('both', () => hook.received.length === 2);
    const [seven] = sent();
    expect(seven!.title).toBe('cnc-07: 14 incidents, worst irq 36 nvme (15 ms)');
    expect(seven!.alerts.slice(0, 2).map(({ text }) => text)).toEqual(['late 7-15', 'late 7-14']);
    expect(seven!.alerts.map(({ text }) => text)).toContain('late 7-3');
    expect(seven).toMatchObject({ more: 4 });
  });

  it('go to the channels that report their kind', async () => {
    const one = await receiver();
    const other = await receiver();
    const channels = [
      { name: 'a', type: 'webhook', url: one.url, on: ['silent'] },
      { name: 'b', type: 'webhook', url: other.url },
    ];
    const alerts = start({ channels });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the message', () => other.received.length === 1);
    expect(one.received).toEqual([]);
    expect(alerts.state.recent).toMatchObject([{ kind: 'incident', channels: ['b'] }]);
  });

  it('over the limit of an hour are counted, and mentioned by the next one', async () => {
    const { hook, alerts, sent } = await hooked({ perHour: 1 }, { deadMan: { channel: 'a', every: 50 } });
    alerts.raise(incident('7-1', 1e6), '7-1');
    await until('the first', () => sentBy(hook).some(({ kind }) => kind === 'incident'));
    alerts.raise(incident('7-2', 1e6), '7-2');
    await until('the count', () => alerts.state.channels[0]!.suppressed === 1);
    const isMentioned = () => sent().some(({ kind, suppressed }) => kind === 'alive' && suppressed === 1);
    await until('the next message', isMentioned);
    expect(sent().filter(({ kind }) => kind === 'incident')).toHaveLength(1);
  });

  it('wait for the end of quiet hours, except those of some kinds', async () => {
    // The whole day.
    const quietHours: QuietHours[] = [{ days: [...dayNames], from: 0, to: 0, except: ['silent'] }];
    const { hook, alerts, sent } = await hooked({}, { quietHours });
    alerts.raise(incident('7-1', 1e6), '7-1');
    alerts.raise({ kind: 'silent', host: 'cnc-07', time: 1, text: 'no data' }, 'silent');
    await until('the other', () => hook.received.length === 1 && alerts.state.held === 1);
    expect(sent()).toMatchObject([{ kind: 'silent', title: 'cnc-07: no data arrive' }]);
    expect(alerts.state.quiet).toBe(true);
    quietHours.length = 0;
    alerts.endQuiet();
    await until('what waited', () => hook.received.length === 2);
    expect(sent()[1]).toMatchObject({ alerts: [{ text: 'late 7-1' }] });
    expect(alerts.state.held).toBe(0);
  });

  it('that the bridge runs do not pile up while they cannot be sent', async () => {
    const hook = await receiver();
    hook.statuses.push(...Array.from({ length: 6 }, () => 503));
    const file = { channels: [{ name: 'a', type: 'webhook', url: hook.url }] };
    const alerts = start(file, { deadMan: { channel: 'a', every: 1 } });
    await until('some attempts', () => hook.received.length >= 5);
    expect(alerts.state.channels[0]!.waiting).toBe(1);
  });

  it('say regularly that the bridge runs, whatever the limit', async () => {
    const { hook, sent } = await hooked({ perHour: 1 }, { deadMan: { channel: 'a', every: 20 } });
    await until('three', () => hook.received.length >= 3);
    expect(sent()[0]).toMatchObject({ kind: 'alive', title: 'rtprobe runs', alerts: [] });
  });
});

describe('quiet hours', () => {
  const [hours] = parseAlerts(
    'channels: [{ name: a, type: journal }]\nquietHours: [{ days: [fri], from: "22:00", to: "06:30" }]',
    'a',
  ).quietHours;
  // 2026-12-04 is a Friday.
  it.each([
    ['2026-12-04T21:59', false],
    ['2026-12-04T22:00', true],
    ['2026-12-05T06:29', true],
    ['2026-12-05T06:30', false],
    ['2026-12-04T03:00', false],
    ['2026-12-05T22:00', false],
  ])('that begin on Friday: %s %s', (time, quiet) => {
    expect(isQuiet([hours!], 'incident', new Date(time))).toBe(quiet);
    expect(isQuiet([hours!], 'silent', new Date(time))).toBe(false);
  });
});

describe('the file', () => {
  it.each([
    ['channels: []', 'channels'],
    ['channels: [{ name: a, type: pigeon }]', 'channels.0.type'],
    ['channels: [{ name: a, type: webhook, url: "ftp://a" }]', 'channels.0.url'],
    ['channels: [{ name: a, type: journal, colour: red }]', 'channels.0.colour'],
    ['channels: [{ name: a, type: journal }, { name: a, type: journal }]', 'channels.1.name'],
    ['channels: [{ name: a, type: journal }]\ngroup: soon', 'group'],
    ['channels: [{ name: a, type: journal }]\ndeadMan: { channel: b, every: 5m }', 'deadMan.channel'],
    [
      'channels: [{ name: a, type: journal }]\nbudgets: [{ measure: timer_latency, above: 5 }]',
      'budgets.0.above',
    ],
    [
      'channels: [{ name: a, type: mail, server: "smtp://a", from: "a@b.c", to: ["a@b.c"], user: a }]',
      'channels.0.user',
    ],
    [
      'channels: [{ name: a, type: mail, server: "smtp://a", from: "a@b", to: ["a@b\\r\\nc"] }]',
      'channels.0.to.0',
    ],
    ['channels: [', undefined],
  ])('%s is refused with its word', (text, word) => {
    expect(() => parseAlerts(text, 'alerts.yaml')).toThrow(
      expect.objectContaining({ code: 'E_ALERTS', word: word ?? 'alerts.yaml' }),
    );
  });

  it.each([
    [
      'channels:\n  - name: a\n    type: journal\n    colour: red\n',
      'alerts.yaml:4: channels.0.colour: unknown word',
    ],
    ['channels:\n  - name: a\n    type: pigeon\n', 'alerts.yaml:3: channels.0.type: '],
    ['\n\nchannels:\n  - { name: a, type: webhook }\n', 'alerts.yaml:4: channels.0.url: '],
    ['channels:\n  - { name: a, type: journal }\ngroup: soon\n', 'alerts.yaml:3: group: must be a time'],
    ['channels:\n  - name: a\n   type: journal\n', 'alerts.yaml: not YAML: '],
    ['', 'alerts.yaml:1: channels: '],
  ])('%j is refused with its line', (text, start) => {
    expect(() => parseAlerts(text, 'alerts.yaml')).toThrow(
      expect.objectContaining({ message: expect.stringContaining(start) }),
    );
  });

  it('is a regular file of limited size', () => {
    const fifo = join(dir(), 'fifo');
    execFileSync('mkfifo', [fifo]);
    for (const [path, why] of [
      [fifo, 'is not a regular file'],
      ['/dev/zero', 'is not a regular file'],
      ['/', 'is not a regular file'],
    ] as const)
      expect(() => readAlerts(path)).toThrow(why);
    const large = join(dir(), 'large');
    writeFileSync(large, '#'.repeat(65_537));
    expect(() => readAlerts(large)).toThrow('is larger than 65536 bytes');
  }, 5000);

  it('names files with secrets that nobody else may read', () => {
    const folder = dir();
    const key = join(folder, 'key');
    const file = join(folder, 'alerts.yaml');
    writeFileSync(
      file,
      `channels: [{ name: a, type: webhook, url: "https://a.example.org", keyFile: ${key} }]`,
    );
    expect(() => readAlerts(file)).toThrow('missing or empty');
    writeFileSync(key, 'secret\n', { mode: 0o644 });
    expect(() => readAlerts(file)).toThrow('other users can access it');
    chmodSync(key, 0o600);
    expect(readAlerts(file).secrets.get('a')).toEqual({ key: 'secret' });
  });
});
