import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate for 127.0.0.1 and localhost that vouches for itself: it is its own authority. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** What a client must trust: PEM. */
  readonly ca: string;
}

/** Makes one in the folder, for a day. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const certificateFile = join(folder, 'server.crt');
  const keyFile = join(folder, 'server.key');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  try {
    await run('openssl', ['req', '-x509', '-days', '1', ...key, ...subject, '-out', certificateFile]);
  } catch (error) {
    throw new Error('tests with TLS need openssl on the PATH (Debian: apt-get install openssl)', { cause: error });
  }
  return { certificateFile, keyFile, ca: await readFile(certificateFile, 'utf8') };
}
