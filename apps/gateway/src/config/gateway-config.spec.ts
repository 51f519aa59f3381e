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

  it('refuses AUTH that is not there yet', () => {
    expect(refusal({ AUTH: 'jwt' })).toContain('AUTH=jwt: is not supported yet');
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

  it('refuses what PROTOCOL.md knows and this version does not', () => {
    for (const name of gatewaySpec.notYet) expect(refusal({ [name]: 'x' })).toContain(`${name}: is not supported yet`);
  });
});
