import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import { makeCertificate } from '../support/redis/certificate.ts';
import { TempFolder } from '../support/temp-folder.ts';

/** What it says to whoever asks. */
export type Answer = { readonly status: number; readonly body: string } | 'silence';

/** A list of pods, as the API server prints it. */
export function listOf(...items: readonly object[]): Answer {
  return { status: 200, body: JSON.stringify({ items }) };
}

/** A pod of the namespace `shop` in such a list. */
export function podNamed(name: string, labels?: Readonly<Record<string, string>>): object {
  return { metadata: { namespace: 'shop', name, labels } };
}

/** Stands where a cluster's API server does, by TLS under an authority of its own; with a folder as the kubelet fills it. */
export class ApiServer implements AsyncDisposable {
  readonly asked: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];
  answer: Answer = listOf();

  private constructor(
    readonly account: TempFolder,
    private readonly server: Server,
  ) {
    server.on('request', ({ url, headers }, response) => {
      this.asked.push({ url, headers });
      if (this.answer !== 'silence') response.writeHead(this.answer.status).end(this.answer.body);
    });
  }

  static async start(): Promise<ApiServer> {
    const account = new TempFolder();
    const { certificateFile, keyFile, ca } = await makeCertificate(account.path);
    account.write('ca.crt', ca);
    account.write('token', 'first\n');
    const server = createServer({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ApiServer(account, server);
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('it has no port');
    return address.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    this.account[Symbol.dispose]();
  }
}
