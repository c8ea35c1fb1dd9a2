// The connection to the NATS server: its credentials, and what its answers mean.
import { hostname } from 'node:os';
import { checkServerIdentity as checkIdentity, type PeerCertificate } from 'node:tls';
import {
  DiscardPolicy,
  type JetStreamClient,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  headers,
  type NatsConnection,
  NoRespondersError,
  nanos,
  nkeyAuthenticator,
  PermissionViolationError,
  type TlsOptions,
} from '@nats-io/transport-node';
import { INCIDENT_STREAM, INCIDENT_SUBJECTS, inboxPrefix } from '@rtprobe/protocol';
import { readBounded } from '../base/bounded-file.ts';
import { BridgeError, reasonOf } from '../base/errors.ts';
import type { Message } from './spool.ts';

const FILE_MAX = 65_536;
const TIMEOUT_MS = 5000;
const DAY_MS = 86_400_000;

export interface BrokerOptions {
  readonly url: string;
  readonly site: string;
  readonly credsFile?: string | undefined;
  readonly caFile?: string | undefined;
}

export interface BrokerFiles {
  readonly authenticator?: Authenticator;
  readonly ca?: string;
}

function read(file: string): Buffer {
  try {
    return readBounded(file, FILE_MAX);
  } catch (error) {
    const todo = 'name a file that this user may read';
    throw new BridgeError('E_PUBLISH', `${file} cannot be read: ${reasonOf(error)}`, todo, file);
  }
}

/** Reads a file of credentials: a user JWT with its seed, or the seed of an nkey alone. */
function authenticatorOf(file: string): Authenticator {
  const content = read(file);
  const text = content.toString('latin1').trim();
  if (text.includes('BEGIN NATS USER JWT')) return credsAuthenticator(content);
  if (/^SU[A-Z2-7]{56}$/.test(text)) return nkeyAuthenticator(Buffer.from(text));
  const todo = 'name a .creds file, or a file with the seed of a user nkey (SU…)';
  throw new BridgeError('E_PUBLISH', `${file} has no credentials for a NATS server`, todo, file);
}

/** Throws E_PUBLISH. */
export function readBrokerFiles({ credsFile, caFile }: BrokerOptions): BrokerFiles {
  return {
    ...(credsFile !== undefined && { authenticator: authenticatorOf(credsFile) }),
    ...(caFile !== undefined && { ca: read(caFile).toString() }),
  };
}

/** stored: the broker has it. refused: it never will. */
export type Answer = 'stored' | 'refused';

/** The library compares the certificate of a server that has no name with "localhost" instead of with its address. */
function tlsOf(url: string, ca: string | undefined): TlsOptions {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const checkServerIdentity = (_: string, certificate: PeerCertificate) => checkIdentity(host, certificate);
  return { ...(ca !== undefined && { ca }), checkServerIdentity } as TlsOptions;
}

export class Broker {
  readonly #connection: NatsConnection;
  readonly #stream: JetStreamClient;

  private constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#stream = jetstream(connection, { timeout: TIMEOUT_MS });
  }

  static async connect(
    { url, site }: BrokerOptions,
    { authenticator, ca }: BrokerFiles,
    isEncrypted: boolean,
  ): Promise<Broker> {
    const connection = await connect({
      ...{ servers: url, reconnect: false, timeout: TIMEOUT_MS, name: `rtprobe ${site}` },
      inboxPrefix: inboxPrefix(site, hostname()),
      ...(authenticator && { authenticator }),
      ...(isEncrypted && { tls: tlsOf(url, ca) }),
    });
    return new Broker(connection);
  }

  /** Resolves when the connection has ended. */
  get closed(): Promise<unknown> {
    return this.#connection.closed();
  }

  /** Sends a message and waits until it is stored. Rejects if that is unknown. */
  async send({ subject, id, payload }: Message): Promise<Answer> {
    if (payload.length > (this.#connection.info?.max_payload ?? Infinity)) return 'refused';
    const head = headers();
    head.set('Content-Encoding', 'deflate');
    const publish = () => this.#stream.publish(subject, payload, { msgID: id, headers: head });
    try {
      await publish().catch(async (error) => {
        if (!isNoStream(error)) throw error;
        await this.#createStream();
        await publish();
      });
      return 'stored';
    } catch (error) {
      if (isRefusal(error, subject)) return 'refused';
      throw error;
    }
  }

  async #createStream(): Promise<void> {
    try {
      const manager = await jetstreamManager(this.#connection, { checkAPI: false, timeout: TIMEOUT_MS });
      await manager.streams.add({
        ...{ name: INCIDENT_STREAM, subjects: [INCIDENT_SUBJECTS], storage: StorageType.File },
        ...{ retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old, max_msgs_per_subject: 1 },
        ...{ max_age: nanos(90 * DAY_MS), max_bytes: 1024 ** 3, duplicate_window: nanos(120_000) },
      });
    } catch (error) {
      throw new Error(
        `the broker has no stream ${INCIDENT_STREAM}, and refuses to create it: ${reasonOf(error)}`,
      );
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** Returns true if the credentials do not allow the subject of the message itself. */
const isRefusal = (error: unknown, subject: string): boolean =>
  permissionOf(error)?.operation === 'publish' && permissionOf(error)?.subject === subject;

function permissionOf(error: unknown): PermissionViolationError | undefined {
  if (error instanceof PermissionViolationError) return error;
  return error instanceof Error && error.cause instanceof PermissionViolationError ? error.cause : undefined;
}

function isNoStream(error: unknown): boolean {
  if (error instanceof NoRespondersError) return true;
  return (
    error instanceof Error &&
    (error.cause instanceof NoRespondersError ||
      /no responders|jetstream is not enabled/i.test(error.message))
  );
}
