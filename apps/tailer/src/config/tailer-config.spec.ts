import { loadConfig } from '@tailgate/runtime';
import { describe, expect, it } from 'vitest';
import { tailerSpec } from './tailer-config.js';

describe("the tailer's configuration", () => {
  it('needs a Redis, and nothing else', () => {
    expect(loadConfig(tailerSpec, [], { REDIS_URL: 'redis://localhost' })).toMatchObject({
      outcome: 'config',
      config: {
        redisUrl: 'redis://localhost',
        redisPrefix: 'tailgate:',
        redisReplicas: 0,
        metricsPort: 8081,
        host: '127.0.0.1',
        leases: true,
        leaseSeconds: 4,
      },
    });
    expect(refusal(loadConfig(tailerSpec, [], {}))).toContain('REDIS_URL: must be set');
  });

  it('takes the name of the host whose files it follows', () => {
    const load = (...flags: string[]) => loadConfig(tailerSpec, ['--redis-url', 'redis://localhost', ...flags], {});
    expect(load('--source-host', 'Node-A.example')).toMatchObject({ config: { sourceHost: 'node-a.example' } });
    expect(refusal(load('--source-host', 'a/b'))).toContain('--source-host a/b: must be');
    expect(refusal(load('--lease-seconds', '1'))).toContain('--lease-seconds 1: must be');
  });

  it('asks the Kubernetes API only where it knows which node it is on, and where the API is', () => {
    const load = (env: Record<string, string>) =>
      loadConfig(tailerSpec, ['--redis-url', 'redis://localhost', '--pod-owners', 'api'], env);
    const [SOURCE_HOST, KUBERNETES_SERVICE_HOST] = ['node-1', '10.96.0.1'];
    expect(load({ SOURCE_HOST, KUBERNETES_SERVICE_HOST })).toMatchObject({
      config: { podOwners: 'api', kubernetesServiceHost: '10.96.0.1', kubernetesServicePort: 443 },
    });
    for (const env of [{}, { SOURCE_HOST }, { KUBERNETES_SERVICE_HOST }])
      expect(refusal(load(env))).toContain("--pod-owners api: needs SOURCE_HOST, the node's name");
    expect(refusal(loadConfig(tailerSpec, ['--pod-owners', 'label'], {}))).toContain('one of name, api');
  });

  it('says what is wrong with the URL, and not the password', () => {
    const loaded = loadConfig(tailerSpec, ['--redis-url', 'redis://me:hunter2@a,b'], {});
    expect(refusal(loaded)).toMatch(/--redis-url: .*several hosts/);
    expect(JSON.stringify(loaded)).not.toContain('hunter2');
  });
});

function refusal(loaded: ReturnType<typeof loadConfig>): string {
  return loaded.outcome === 'refused' ? loaded.text : loaded.outcome;
}
