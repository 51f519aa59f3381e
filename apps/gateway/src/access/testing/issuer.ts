import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, type JWK } from 'jose';

/** Someone who publishes keys, and changes them. */
export class Issuer implements AsyncDisposable {
  keys: JWK[] = [];
  fetched = 0;
  status = 200;
  readonly #server = createServer((_request, response) => {
    this.fetched += 1;
    response.writeHead(this.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: this.keys }));
  });

  async start(): Promise<URL> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return new URL(`http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/keys`);
  }

  /** Publishes a new key beside the others, and answers the secret half. */
  async addKey(kid: string, type: 'rsa' | 'ec' = 'ec'): Promise<KeyObject> {
    const pair =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.keys.push({ ...(await exportJWK(pair.publicKey)), kid });
    return pair.privateKey;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
