import { isIP } from 'node:net';
import { compile } from '@fastify/proxy-addr';
import { parseSelector, SELECTOR_GRAMMAR } from '@tailgate/protocol';
import { host, isLoopback, kind, list, oneOf, onOff, option } from '@tailgate/runtime';

/** RFC 7518, section 3.2: the key of HS256 has at least as many bits as its hash. */
const MIN_SECRET_BYTES = 32;

/** Algorithms with a public key. One with a shared secret among them would let anybody sign with what is public (RFC 8725, section 2.1). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

const secret = kind(`a text of at least ${MIN_SECRET_BYTES} bytes`, (text) => {
  const bytes = Buffer.from(text);
  return bytes.length >= MIN_SECRET_BYTES ? new Uint8Array(bytes) : undefined;
});

const algorithm = kind(`one of ${ALGORITHMS.join(', ')}`, (text) => ALGORITHMS.find((name) => name === text));

const keysUrl = kind('an https:// URL (http:// only of this machine)', (text) => {
  const url = URL.parse(text);
  const isPrivate = url?.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, ''));
  return url && (url.protocol === 'https:' || isPrivate) ? url : undefined;
});

const origin = kind(
  'an origin as browsers write it, such as https://logs.example.com or http://localhost:3000',
  (text) => {
    const url = URL.parse(text);
    return url && /^https?:$/.test(url.protocol) && url.origin === text ? text : undefined;
  },
);

const range = kind(
  'an IP address, a range such as 10.0.0.0/8 or fd00::/8, or loopback, linklocal or uniquelocal',
  (text) => (isRange(text) ? text : undefined),
);

/** Addresses are to be whole: `10.0.0` would be read as 10.0.0.0. */
function isRange(text: string): boolean {
  if (isIP(text.replace(/\/.*$/, '')) === 0 && !/^[a-z]+$/.test(text)) return false;
  try {
    compile(text);
    return true;
  } catch {
    return false;
  }
}

const headerName = kind('the name of a header', (text) =>
  /^[A-Za-z0-9-]{1,64}$/.test(text) ? text.toLowerCase() : undefined,
);

const selectors = list(kind(SELECTOR_GRAMMAR, parseSelector), ',');

/** Who may call, and how they prove who they are. */
export const accessOptions = {
  auth: option(oneOf(['none', 'jwt', 'proxy']), {
    env: 'AUTH',
    default: 'none',
    help: 'How callers prove who they are. none: nobody has to; jwt: by a signed token; proxy: a proxy in front has signed them in.',
  }),
  allowUnauthenticated: option(onOff(), {
    env: 'ALLOW_UNAUTHENTICATED',
    default: 'off',
    help: 'Lets AUTH=none serve other machines too: whoever reaches the address reads every line.',
  }),
  authSecret: option(secret, {
    env: 'AUTH_SECRET',
    isSecret: true,
    otherwise: 'none',
    help: 'With AUTH=jwt: what tokens are signed with (HS256), the same for all gateways. Either this or AUTH_JWKS_URL.',
  }),
  authJwksUrl: option(keysUrl, {
    env: 'AUTH_JWKS_URL',
    otherwise: 'none',
    help: 'With AUTH=jwt: where the issuer publishes its keys (a JSON Web Key Set). Keys may change at any time. Needs AUTH_ISSUER and AUTH_AUDIENCE.',
  }),
  authAlgorithms: option(list(algorithm, ','), {
    env: 'AUTH_ALGORITHMS',
    default: 'RS256,ES256,EdDSA',
    help: 'With AUTH_JWKS_URL: the algorithms that tokens may be signed with, whatever they say themselves.',
  }),
  authIssuer: option(
    kind('a text', (text) => text),
    {
      env: 'AUTH_ISSUER',
      otherwise: 'not checked with AUTH_SECRET',
      help: 'With AUTH=jwt: the iss claim that tokens must have.',
    },
  ),
  authAudience: option(
    kind('a text', (text) => text),
    {
      env: 'AUTH_AUDIENCE',
      otherwise: 'not checked with AUTH_SECRET',
      help: 'With AUTH=jwt: the aud claim that tokens must have.',
    },
  ),
  authProxyHeader: option(headerName, {
    env: 'AUTH_PROXY_HEADER',
    default: 'X-Forwarded-User',
    help: 'With AUTH=proxy: the header in which one of TRUSTED_PROXIES says who is signed in. The proxy must replace what callers send under this name.',
  }),
  authProxyChannels: option(selectors, {
    env: 'AUTH_PROXY_CHANNELS',
    default: '*/*',
    help: 'With AUTH=proxy: the channels that every signed-in user may read.',
  }),
  authProxyWrite: option(selectors, {
    env: 'AUTH_PROXY_WRITE',
    default: '',
    otherwise: 'none',
    help: 'With AUTH=proxy: the channels that every signed-in user may append to.',
  }),
  authProxyAdmin: option(selectors, {
    env: 'AUTH_PROXY_ADMIN',
    default: '',
    otherwise: 'none',
    help: 'With AUTH=proxy: the channels that every signed-in user may purge.',
  }),
  trustedProxies: option(list(range, ','), {
    env: 'TRUSTED_PROXIES',
    default: '',
    otherwise: 'none',
    help: 'The proxies whose X-Forwarded-For, -Proto and -Host count, and whose users AUTH=proxy believes.',
  }),
  allowedHosts: option(list(host(), ','), {
    env: 'ALLOWED_HOSTS',
    default: '',
    otherwise: 'loopback names only',
    help: 'Further names under which browsers may call (localhost, the names below it and loopback addresses always may). With AUTH=jwt any name may, unless this is set.',
  }),
  allowedOrigins: option(list(origin, ','), {
    env: 'ALLOWED_ORIGINS',
    default: '',
    otherwise: 'none but our own',
    help: 'Origins whose pages may call from browsers: they read answers (CORS), open WebSockets, and send more than reads. Never with cookies: such pages need tokens.',
  }),
};
