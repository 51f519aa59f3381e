import { loadConfig } from '@tailgate/runtime';
import { describe, expect, it } from 'vitest';
import { gatewaySpec } from './gateway-config.js';

function load(env: Readonly<Record<string, string>>, argv: string[] = []) {
  return loadConfig(gatewaySpec, argv, env);
}

function refusal(env: Readonly<Record<string, string>>): string {
  const loaded = load(env);
  return loaded.outcome === 'refused' ? loaded.text : loaded.outcome;
}

describe("the gateway's configuration", () => {
  it('needs nothing', () => {
    expect(load({})).toMatchObject({
      outcome: 'config',
      config: {
        host: '127.0.0.1',
        port: 8080,
        logs: [{ text: './data/{name}.log=deployment/{name}' }],
        maxLineBytes: 262_144,
        lineFormat: 'auto',
        joinStackTraces: false,
        auth: 'none',
        allowUnauthenticated: false,
        allowedHosts: [],
        logLevel: 'info',
      },
    });
  });

  it('refuses to serve other machines unless told so', () => {
    expect(refusal({ HOST: '0.0.0.0' })).toContain('HOST=0.0.0.0: with AUTH=none only this machine is served');
    expect(load({ HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: '1' }).outcome).toBe('config');
    for (const HOST of ['localhost', '127.0.0.2', '::1', '[::1]']) expect(load({ HOST }).outcome).toBe('config');
  });

  it('wants a key for tokens, just one, and one that is worth something', () => {
    const AUTH_SECRET = 'x'.repeat(32);
    const keys = { AUTH_JWKS_URL: 'https://id.example/keys', AUTH_ISSUER: 'https://id.example', AUTH_AUDIENCE: 'logs' };
    expect(load({ AUTH: 'jwt', AUTH_SECRET }).outcome).toBe('config');
    expect(load({ AUTH: 'jwt', ...keys }).outcome).toBe('config');
    expect(load({ AUTH: 'jwt', HOST: '0.0.0.0', AUTH_SECRET }).outcome).toBe('config');
    expect(refusal({ AUTH: 'jwt' })).toContain('AUTH=jwt: needs either AUTH_SECRET or AUTH_JWKS_URL');
    expect(refusal({ AUTH: 'jwt', AUTH_SECRET, ...keys })).toContain('needs either AUTH_SECRET or AUTH_JWKS_URL');
    expect(refusal({ AUTH: 'jwt', ...keys, AUTH_ISSUER: '' })).toContain('AUTH_ISSUER: must be set beside');
    expect(refusal({ AUTH: 'jwt', ...keys, AUTH_AUDIENCE: '' })).toContain('AUTH_AUDIENCE: must be set beside');
    expect(refusal({ AUTH_SECRET })).toContain('AUTH_SECRET: counts only with AUTH=jwt');
    expect(refusal({ AUTH_JWKS_URL: keys.AUTH_JWKS_URL })).toContain('counts only with AUTH=jwt');
    const short = refusal({ AUTH: 'jwt', AUTH_SECRET: 'hunter2' });
    expect(short).toContain('AUTH_SECRET: must be a text of at least 32 bytes');
    expect(short).not.toContain('hunter2');
    for (const AUTH_JWKS_URL of ['http://id.example/keys', 'file:///keys', 'keys'])
      expect(refusal({ AUTH: 'jwt', ...keys, AUTH_JWKS_URL })).toContain('must be an https:// URL');
    for (const AUTH_ALGORITHMS of ['HS256', 'none', 'RS256,HS256'])
      expect(refusal({ AUTH: 'jwt', ...keys, AUTH_ALGORITHMS })).toContain('must be one of RS256');
  });

  it('has as many workers as it is told, where they can share what they serve', () => {
    const REDIS_URL = 'redis://127.0.0.1';
    expect(load({})).toMatchObject({ config: { gatewayWorkers: 1 } });
    expect(load({ GATEWAY_WORKERS: 'auto' })).toMatchObject({ config: { gatewayWorkers: 'auto' } });
    expect(load({ GATEWAY_WORKERS: '4', REDIS_URL })).toMatchObject({ config: { gatewayWorkers: 4 } });
    expect(load({ GATEWAY_WORKERS: '4', REDIS_URL, FOLLOW: 'off', LEASES: 'off' }).outcome).toBe('config');
    expect(refusal({ GATEWAY_WORKERS: '2' })).toContain('GATEWAY_WORKERS=2: more than one needs REDIS_URL');
    expect(refusal({ GATEWAY_WORKERS: '2', REDIS_URL, LEASES: 'off' })).toContain('more than one needs LEASES on');
    for (const GATEWAY_WORKERS of ['0', '-1', '65', '1.5', 'all'])
      expect(refusal({ GATEWAY_WORKERS })).toContain('must be auto or a whole number from 1 to 64');
  });

  it('wants to know the proxy that it is to believe', () => {
    expect(refusal({ AUTH: 'proxy' })).toContain('TRUSTED_PROXIES=: must name the proxy');
    for (const TRUSTED_PROXIES of ['10.0.0.0/8', '10.1.2.3,fd00::/8', 'loopback'])
      expect(load({ AUTH: 'proxy', TRUSTED_PROXIES }).outcome).toBe('config');
    for (const TRUSTED_PROXIES of ['10.0.0.0/33', 'proxy.example', '10.0.0', '*'])
      expect(refusal({ AUTH: 'proxy', TRUSTED_PROXIES })).toContain('must be an IP address, a range such as');
  });

  it('takes origins as browsers write them', () => {
    expect(load({ ALLOWED_ORIGINS: 'https://logs.example.com,http://localhost:3000' }).outcome).toBe('config');
    for (const ALLOWED_ORIGINS of [
      '*',
      'null',
      'logs.example.com',
      'https://a.example/',
      'https://a.example:443',
      'file://',
    ])
      expect(refusal({ ALLOWED_ORIGINS })).toContain('must be an origin as browsers write it');
  });

  it('leaves connections for those who are told that there is no place', () => {
    expect(refusal({ MAX_CONNECTIONS: '10', MAX_STREAMS: '10' })).toContain('MAX_CONNECTIONS=10: must be more than');
  });

  it('tells mistakes between options beside mistakes in others', () => {
    const text = refusal({ HOST: '::', PORT: 'x', LOGS: './app.log', RETAIN_AGE: '7' });
    expect(text).toContain("Tailgate can't start: 4 settings are wrong.");
    expect(text).toContain('HOST=::: with AUTH=none');
    expect(text).toContain('LOGS=./app.log: ');
  });

  it('wants a port of its own for metrics', () => {
    expect(refusal({ PORT: '9000', METRICS_PORT: '9000' })).toContain(
      'METRICS_PORT=9000: must be another port than PORT',
    );
    expect(load({ PORT: '0', METRICS_PORT: '0' }).outcome).toBe('config');
  });

  it.each([
    ['', ''],
    ['/', ''],
    ['/tailgate', '/tailgate'],
    ['tailgate/', '/tailgate'],
    ['/tools/logs-1.2_~/', '/tools/logs-1.2_~'],
  ])('has BASE_PATH=%s as %s', (BASE_PATH, basePath) => {
    const loaded = load({ BASE_PATH });
    expect(loaded).toMatchObject({ config: { basePath } });
  });

  it.each([
    '//',
    '//evil.example',
    '/a//b',
    '/a//',
    '/..',
    '/a/../b',
    '/.',
    'http://host/a',
    '/a b',
    '/%61',
    '/a?b',
    '/ä',
    '/"',
  ])('refuses BASE_PATH=%s', (BASE_PATH) => {
    expect(refusal({ BASE_PATH })).toContain(': must be a path such as /tailgate or /tools/logs, of letters');
  });
});
