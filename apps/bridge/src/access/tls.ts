// The certificate of this bridge and its private key: checked before use, and read again when they change on disk.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { readBounded } from '../base/bounded-file.ts';
import { BridgeError, reasonOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

export interface TlsMaterial {
  cert: Buffer;
  key: Buffer;
}

const LOOK_MS = 10_000;
/** A chain of certificates has some kilobytes. */
const BYTES_MAX = 1 << 20;

const refused = (file: string, why: string, todo: string): BridgeError =>
  new BridgeError('E_TLS', `${file} ${why}`, todo, file);

function readFileOf(file: string): Buffer {
  try {
    return readBounded(file, BYTES_MAX);
  } catch (error) {
    throw refused(file, `cannot be read: ${reasonOf(error)}`, 'name a file that this user may read');
  }
}

function parseCertificate(file: string, cert: Buffer): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch {
    throw refused(file, 'is not a certificate in PEM form', 'name one with --tls-cert');
  }
}

function parseKey(file: string, key: Buffer): KeyObject {
  try {
    return createPrivateKey(key);
  } catch {
    throw refused(file, 'is not a private key in PEM form without a passphrase', 'name one with --tls-key');
  }
}

/** Reads both files. Throws E_TLS if they are missing, damaged, not a pair, expired, or readable by everybody. */
export function readTls({ certFile, keyFile }: TlsFiles, now = Date.now()): TlsMaterial {
  const cert = readFileOf(certFile);
  const key = readFileOf(keyFile);
  if ((statSync(keyFile).mode & 0o007) !== 0) {
    throw refused(keyFile, 'can be accessed by every user', `run: chmod o= ${keyFile}`);
  }
  const certificate = parseCertificate(certFile, cert);
  if (!certificate.checkPrivateKey(parseKey(keyFile, key))) {
    throw refused(
      keyFile,
      `is not the key of the certificate in ${certFile}`,
      'name files that belong together',
    );
  }
  const [from, to] = [certificate.validFrom, certificate.validTo];
  if (Date.parse(to) <= now) throw refused(certFile, `expired on ${to}`, 'renew it');
  if (Date.parse(from) > now)
    throw refused(certFile, `is valid from ${from} only`, "check this machine's clock");
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw refused(certFile, `cannot be used: ${reasonOf(error)}`, 'name another certificate and its key');
  }
  return { cert, key };
}

const versionOf = ({ certFile, keyFile }: TlsFiles): string =>
  [certFile, keyFile]
    .map((file) => {
      const stats = statSync(file, { throwIfNoEntry: false });
      return stats ? `${stats.ino}/${stats.mtimeMs}` : '-';
    })
    .join();

/** Checks the files periodically. New connections use a new pair; a faulty pair is logged and not used. */
export function watchTls(server: Server, files: TlsFiles, log: Log, everyMs = LOOK_MS): () => void {
  let version = versionOf(files);
  const timer = setInterval(() => {
    const found = versionOf(files);
    if (found === version) return;
    version = found;
    try {
      server.setSecureContext(readTls(files));
      log.info({ file: files.certFile }, 'the new certificate is in use');
    } catch (error) {
      log.error({ error: reasonOf(error) }, 'the new certificate cannot be used; the old one remains in use');
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
