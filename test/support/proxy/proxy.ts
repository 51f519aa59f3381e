import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, installPackage } from '../installed-program.ts';
import { makeCertificate } from '../redis/certificate.ts';
import { freePorts } from '../redis/free-ports.ts';
import { LocalSite } from '../redis/local-site.ts';
import { removeFolder, serverFolder } from '../process-reaper.ts';
import type { ServerProcess } from '../redis/server-process.ts';
import { until } from '../until.ts';

/** Where a proxy listens, and for whom. */
interface Places {
  readonly folder: string;
  readonly plain: number;
  readonly tls: number;
  readonly gateways: readonly [number, number];
}

export interface ProxyKind {
  readonly program: string;
  /** The configuration that we give to people: a path in the repository. */
  readonly file: string;
  /** What a test must have otherwise. Each must be there. */
  readonly changes: (places: Places) => readonly (readonly [from: string, to: string])[];
  readonly args: (config: string) => readonly string[];
}

const GATEWAYS = ({ gateways }: Places) =>
  gateways.map((port, i) => [`gateway-${i + 1}:8080`, `127.0.0.1:${port}`] as const);

function temporaryPaths(folder: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return kinds.map((kind) => `${kind}_temp_path ${join(folder, kind)};`).join(' ');
}

export const NGINX: ProxyKind = {
  program: 'nginx',
  file: 'deploy/nginx/nginx.conf',
  changes: (places) => [
    ...GATEWAYS(places),
    ['/run/nginx.pid', join(places.folder, 'nginx.pid')],
    // As many as any account may open.
    ['worker_rlimit_nofile 65536;', ''],
    ['worker_connections 32768;', 'worker_connections 512;'],
    ['worker_processes auto;', 'worker_processes 1;'],
    ['/dev/stdout', join(places.folder, 'access.log')],
    // Debian's folders for these belong to root.
    ['server_tokens off;', `server_tokens off; ${temporaryPaths(places.folder)}`],
    ['listen 80;', `listen 127.0.0.1:${places.plain};`],
    ['listen 443 ', `listen 127.0.0.1:${places.tls} `],
    ['/etc/nginx/tls/tailgate.crt', join(places.folder, 'server.crt')],
    ['/etc/nginx/tls/tailgate.key', join(places.folder, 'server.key')],
  ],
  args: (config) => ['-c', config, '-g', 'daemon off;'],
};

export const HAPROXY: ProxyKind = {
  program: 'haproxy',
  file: 'deploy/haproxy/haproxy.cfg',
  changes: (places) => [
    ...GATEWAYS(places),
    ['bind :80\n', `bind 127.0.0.1:${places.plain}\n`],
    ['bind :443 ', `bind 127.0.0.1:${places.tls} `],
    ['/etc/haproxy/tls/tailgate.pem', join(places.folder, 'server.pem')],
  ],
  args: (config) => ['-db', '-f', config],
};

export const CADDY: ProxyKind = {
  program: 'caddy',
  file: 'deploy/caddy/Caddyfile',
  changes: (places) => [
    ...GATEWAYS(places),
    ['http://:80 {', `http://127.0.0.1:${places.plain} {`],
    ['https://:443 {', `https://127.0.0.1:${places.tls} {`],
    ['/etc/caddy/tls/tailgate.crt', join(places.folder, 'server.crt')],
    ['/etc/caddy/tls/tailgate.key', join(places.folder, 'server.key')],
  ],
  args: (config) => ['run', '--adapter', 'caddyfile', '--config', config],
};

/** The path of the program, which is installed where that can be done; else what to install. */
export async function findProxy({
  program,
}: ProxyKind): Promise<{ readonly path: string } | { readonly missing: string }> {
  const path =
    (await findProgram(program)) ?? ((await installPackage(program)) ? await findProgram(program) : undefined);
  return path === undefined
    ? { missing: `${program} is not installed (Debian: apt-get install ${program})` }
    : { path };
}

/** A real proxy with the configuration of the repository, on ports of loopback. */
export class Proxy implements AsyncDisposable {
  /** What clients must trust: PEM. */
  readonly ca: string;
  readonly #places: Places;
  readonly #process: ServerProcess;

  private constructor(places: Places, process: ServerProcess, ca: string) {
    this.ca = ca;
    this.#places = places;
    this.#process = process;
  }

  static async start(path: string, kind: ProxyKind, gateways: readonly [number, number]): Promise<Proxy> {
    const folder = serverFolder();
    const [plain = 0, tls = 0] = await freePorts(2);
    const places = { folder, plain, tls, gateways };
    const { certificateFile, keyFile, ca } = await makeCertificate(folder);
    writeFileSync(join(folder, 'server.pem'), readFileSync(certificateFile, 'utf8') + readFileSync(keyFile, 'utf8'));
    const config = join(folder, 'proxy.conf');
    writeFileSync(config, configuration(kind, places));
    const process = new LocalSite(path).server(kind.args(config), folder);
    const proxy = new Proxy(places, process, ca);
    await process.start();
    await until(
      () => proxy.#answers(),
      () => `${kind.program} answers`,
    );
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#places.plain}`;
  }

  get tlsUrl(): string {
    return `https://127.0.0.1:${this.#places.tls}`;
  }

  /** All that it has written of what it did. */
  async log(): Promise<string> {
    const said = await this.#process.output();
    try {
      return said + readFileSync(join(this.#places.folder, 'access.log'), 'utf8');
    } catch {
      return said;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.end('SIGTERM');
    await this.#process.remove();
    removeFolder(this.#places.folder);
  }

  async #answers(): Promise<boolean> {
    return await fetch(`${this.url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

function configuration({ file, changes }: ProxyKind, places: Places): string {
  let text = readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
  for (const [from, to] of changes(places)) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}
