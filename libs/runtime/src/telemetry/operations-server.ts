import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { Health } from '../lifecycle/health.js';
import { hasBearer } from './bearer-check.js';
import type { MetricsPage } from './metrics.js';

/** `/metrics`, `/healthz` and `/readyz` on a port of their own: for METRICS_PORT, and for processes without another HTTP face. */
export class OperationsServer implements AsyncDisposable {
  readonly #server: Server;

  constructor(
    private readonly metrics: MetricsPage,
    private readonly health: Pick<Health, 'state' | 'ready'>,
    /** What /metrics asks for. Default: nothing. */
    private readonly token?: string,
  ) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** Answers the port, which the system picks where `port` is 0. Rejects as `server.listen` fails. */
  async listen(port: number, host: string): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #mayScrape({ headers }: IncomingMessage): boolean {
    return this.token === undefined || hasBearer(headers.authorization, this.token);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0];
    if (request.method !== 'GET' && request.method !== 'HEAD')
      send(response, 405, 'text/plain', '', { allow: 'GET, HEAD' });
    else if (path === '/metrics' && !this.#mayScrape(request)) refuse(response);
    else if (path === '/metrics') send(response, 200, this.metrics.contentType, await this.metrics.metrics());
    else if (path === '/healthz') send(response, 200, 'application/json', '{"status":"ok"}');
    else if (path === '/readyz') {
      send(response, this.health.ready ? 200 : 503, 'application/json', JSON.stringify({ status: this.health.state }));
    } else send(response, 404, 'text/plain', 'metrics, healthz and readyz are here\n');
  }
}

function refuse(response: ServerResponse): void {
  send(response, 401, 'text/plain', 'metrics need the METRICS_TOKEN\n', { 'www-authenticate': 'Bearer' });
}

/** Node leaves the body out where the request was a HEAD. */
function send(response: ServerResponse, status: number, type: string, body: string, headers: object = {}): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers }).end(body);
}
