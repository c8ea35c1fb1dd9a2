import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A receiver of webhooks on loopback. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** Statuses of the next answers; 200 after them. */
  readonly statuses: number[] = [];
  readonly #server: Server;
  url = '';

  constructor() {
    this.#server = createServer((request, response) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        this.received.push({ headers: request.headers, text });
        response.writeHead(this.statuses.shift() ?? 200).end();
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as { port: number }).port}/hook?token=hidden`;
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

export interface MailServerOptions {
  /** Certificate and key in PEM form: the server offers STARTTLS. */
  readonly tls?: { cert: string; key: string };
  /** Answers to RCPT TO, before it accepts. */
  readonly refusals?: string[];
}

/** A mail server on loopback, with the commands that a client needs. */
export class MailServer {
  /** Everything that clients sent, line by line. */
  readonly lines: string[] = [];
  readonly #options: MailServerOptions;
  readonly #server: NetServer;
  port = 0;

  constructor(options: MailServerOptions = {}) {
    this.#options = options;
    this.#server = createNetServer((socket) => {
      socket.write('220 test ESMTP\r\n');
      this.#serve(socket, options.tls !== undefined);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.address() as { port: number }).port;
  }

  close(): Promise<unknown> {
    return new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket, offersTls: boolean): void {
    let rest = '';
    let inData = false;
    const answer = (line: string): string | undefined => {
      if (inData) {
        inData = line !== '.';
        return inData ? undefined : '250 queued';
      }
      const [word = ''] = line.toUpperCase().split(' ');
      if (word === 'EHLO')
        return offersTls ? '250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN' : '250-test\r\n250 AUTH PLAIN';
      if (word === 'AUTH') return '235 welcome';
      if (word === 'RCPT') return this.#options.refusals?.shift() ?? '250 ok';
      if (word === 'QUIT') return '221 bye';
      inData = word === 'DATA';
      return inData ? '354 go on' : '250 ok';
    };
    const onData = (data: Buffer): void => {
      rest += data;
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        this.lines.push(line);
        if (line === 'STARTTLS') {
          socket.off('data', onData);
          socket.write('220 begin\r\n');
          const secureContext = createSecureContext(this.#options.tls);
          this.#serve(new TLSSocket(socket, { isServer: true, secureContext }), false);
          return;
        }
        const said = answer(line);
        if (said) socket.write(`${said}\r\n`);
      }
    };
    socket.on('data', onData);
    socket.on('error', () => {});
  }
}
