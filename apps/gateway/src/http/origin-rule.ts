import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem-error.js';
import type { TrustedProxies } from './trusted-proxies.js';

type Request = Pick<IncomingMessage, 'headers' | 'socket' | 'method'>;

/** How long browsers may remember what a preflight was told: seconds. */
const PREFLIGHT_S = 600;

/** Which pages may have their browser call us: our own, and those of the origins that the configuration names (Fetch, "Origin header"). */
export class OriginRule {
  readonly #allowed: ReadonlySet<string>;

  /** `allowed`: origins as browsers write them. */
  constructor(
    allowed: readonly string[],
    private readonly proxies: TrustedProxies,
  ) {
    this.#allowed = new Set(allowed);
  }

  /**
   * Throws `forbidden` where a page of a foreign origin wants more than to read. Reading is kept from it by its browser, which shows
   * it no answer that does not name its origin; a WebSocket is shown to anybody, and so does not count as reading.
   */
  check(request: Request): void {
    if (isRead(request) || this.#isWelcome(request)) return;
    throw new ProblemError(
      'forbidden',
      'Pages of other origins may not do this. If the page is yours, name its origin in ALLOWED_ORIGINS.',
    );
  }

  /** What tells a browser that the page may read the answer; never with credentials. Nothing for pages of our own. */
  headersFor({ headers: { origin } }: Request): Readonly<Record<string, string>> {
    if (this.#allowed.size === 0) return {};
    const vary = { vary: 'Origin' };
    if (origin === undefined || !this.#allowed.has(origin)) return vary;
    return { ...vary, 'access-control-allow-origin': origin, 'access-control-expose-headers': 'Retry-After' };
  }

  /** The answer to a preflight; `undefined` where the request is none. `methods`: those of the path. */
  preflight({ method, headers }: Request, methods: readonly string[]): Readonly<Record<string, string>> | undefined {
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
    return {
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID',
      'access-control-max-age': String(PREFLIGHT_S),
    };
  }

  /** Browsers send `Origin` with everything but reads. Where one does not, `Sec-Fetch-Site` says whether the page is ours. */
  #isWelcome(request: Request): boolean {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none';
    return this.#allowed.has(origin) || this.#isOwn(origin, request);
  }

  #isOwn(text: string, request: Request): boolean {
    const origin = URL.parse(text);
    const authority = this.proxies.authorityOf(request);
    const scheme = this.proxies.schemeOf(request);
    if (!origin || authority === undefined) return false;
    if (scheme !== undefined && origin.protocol !== `${scheme}:`) return false;
    // Parsed alike: a port that the scheme implies may be left out on either side.
    return origin.host !== '' && origin.host === URL.parse(`${origin.protocol}//${authority}`)?.host;
  }
}

function isRead({ method, headers }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.upgrade === undefined;
}
