import { describe, expect, it } from 'vitest';
import { loadConfig } from '@tailgate/runtime';
import * as z from 'zod';
import { canarySpec } from '../../apps/canary/src/config/canary-config.js';
import { gatewaySpec } from '../../apps/gateway/src/config/gateway-config.js';
import { tailerSpec } from '../../apps/tailer/src/config/tailer-config.js';
import { sayOnce } from '../support/say-once.ts';
import { build, kustomizeProblem, type Combination, type Manifest } from './support/manifests.ts';
import { schemaProblem, unknownFields } from './support/schemas.ts';
import { portsOf, selects, workloadsIn, type Container, type Workload } from './support/workloads.ts';

const COMBINATIONS: readonly Combination[] = [
  { title: 'base', resource: 'base', components: [] },
  { title: 'dev', resource: 'overlays/dev', components: [] },
  { title: 'dev with everything', resource: 'overlays/dev', components: ['monitoring', 'canary', 'pod-labels'] },
  { title: 'production', resource: 'overlays/production', components: [] },
  { title: 'production with canaries', resource: 'overlays/production', components: ['canary'] },
  { title: 'production with labels', resource: 'overlays/production', components: ['pod-labels'] },
];

/** Secrets that the operator makes: each overlay says how. */
const MADE_BY_HAND = ['tailgate-auth', 'tailgate-redis', 'tailgate-tls', 'tailgate-canary'];

/** They are of the cluster. */
const WITHOUT_NAMESPACE = ['Namespace', 'ClusterRole', 'ClusterRoleBinding'];

/** For closing, after what DRAIN_SECONDS gives: seconds. */
const CLOSING = 5;

const words = z.record(z.string(), z.string());
const selector = z.object({ matchLabels: words.default({}) });

const problem = await kustomizeProblem();
if (problem !== undefined) sayOnce(`${problem}: k8s/ is not tried`);

describe.skipIf(problem !== undefined).each(COMBINATIONS)('kubectl apply -k: $title', (combination) => {
  const built = problem === undefined ? build(combination) : Promise.resolve([]);

  it('each object is what its schema says, and has no field that there is none of', async () => {
    const manifests = await built;
    expect(manifests.length).toBeGreaterThan(8);
    for (const manifest of manifests) {
      expect(await schemaProblem(manifest), `${manifest.kind} ${manifest.metadata.name}`).toBeUndefined();
      const namespace = WITHOUT_NAMESPACE.includes(manifest.kind) ? undefined : 'tailgate';
      expect(manifest.metadata.namespace).toBe(namespace);
    }
    expect(unknownFields(manifests)).toEqual([]);
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('nothing runs with more rights than it needs', async () => {
    for (const workload of workloadsIn(await built)) {
      const { spec } = workload.spec.template;
      expect(spec.automountServiceAccountToken).toBe(false);
      for (const it of ['hostNetwork', 'hostPID', 'hostIPC']) expect(spec[it]).toBeUndefined();
      for (const container of spec.containers) expectFewRights(workload, container);
      const paths = spec.volumes.flatMap(({ name, hostPath }) => (hostPath ? [[name, hostPath.path]] : []));
      expect(paths).toEqual(workload.metadata.name === 'tailgate-tailer' ? [['logs', '/var/log']] : []);
      for (const { volumeMounts } of spec.containers)
        for (const { name, readOnly } of volumeMounts) if (name === 'logs') expect(readOnly).toBe(true);
    }
  });

  it('each container has probes, requests and a limit on memory, and an image of a version', async () => {
    for (const workload of workloadsIn(await built)) {
      for (const { name, image, resources, livenessProbe, readinessProbe, ...probes } of workload.spec.template.spec
        .containers) {
        expect(Object.keys(resources?.requests ?? {}).sort(), name).toEqual(['cpu', 'memory']);
        expect(resources?.limits?.['memory'], name).toMatch(/^\d+(Mi|Gi)$/);
        expect(livenessProbe, name).toBeDefined();
        if (name !== 'canary') expect(readinessProbe, name).toBeDefined();
        for (const probe of [livenessProbe, readinessProbe, probes.startupProbe]) {
          const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
          if (port !== undefined) expect([...portsOf(workload)], `${name}'s probe`).toContain(port);
        }
        expect(image).not.toMatch(/:latest$/);
        if (combination.resource !== 'base' && name !== 'canary') expect(image).toMatch(/:[\w.-]+$/);
      }
    }
  });

  it('a process has the time to drain before it is killed', async () => {
    for (const { spec } of workloadsIn(await built)) {
      const { terminationGracePeriodSeconds, containers } = spec.template.spec;
      for (const { env, lifecycle } of containers) {
        const drain = Number(env.find(({ name }) => name === 'DRAIN_SECONDS')?.value ?? 0);
        const preStop = Number(lifecycle?.preStop.exec.command[1] ?? 0);
        expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(drain + preStop + CLOSING);
      }
    }
  });

  it('the processes take what they are told: their own configuration says so', async () => {
    const manifests = await built;
    const containers = workloadsIn(manifests).flatMap(({ spec }) => spec.template.spec.containers);
    for (const container of containers.filter(({ name }) => name !== 'redis')) {
      const env = environmentOf(container, manifests);
      // What the image says, and Kubernetes in each pod.
      const image = {
        KUBERNETES_SERVICE_HOST: '10.96.0.1',
        HOST: '0.0.0.0',
        ...(container.name === 'gateway' && { FOLLOW: 'off' }),
      };
      const spec = { gateway: gatewaySpec, tailer: tailerSpec, canary: canarySpec }[container.name];
      if (spec === undefined) throw new Error(`nobody knows ${container.name}`);
      const loaded = loadConfig<z.ZodObject>(spec, [], { ...image, ...env });
      expect(loaded.outcome === 'refused' ? loaded.text : loaded.outcome, container.name).toBe('config');
      const options = new Set(Object.keys(spec.schema.shape).map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase()));
      const others = ['POD_NAMESPACE', 'NODE_NAME', ...sharedSettings(manifests)];
      for (const name of Object.keys(env)) if (!others.includes(name)) expect([...options]).toContain(name);
      if (container.name === 'gateway') expect(env['AUTH']).toBe('jwt');
    }
  });

  it('whatever names another thing names one that is there', async () => {
    const manifests = await built;
    const workloads = workloadsIn(manifests);
    const has = (kind: string, name: string): boolean =>
      manifests.some((manifest) => manifest.kind === kind && manifest.metadata.name === name);
    for (const { spec } of workloads) {
      for (const { env, envFrom } of spec.template.spec.containers) {
        for (const { configMapRef } of envFrom) expect(has('ConfigMap', configMapRef.name)).toBe(true);
        for (const { valueFrom } of env) {
          const secret = valueFrom?.secretKeyRef?.name;
          if (secret !== undefined) expect(has('Secret', secret) || MADE_BY_HAND.includes(secret), secret).toBe(true);
        }
      }
      for (const { secret } of spec.template.spec.volumes)
        if (secret) expect(MADE_BY_HAND).toContain(secret.secretName);
      const account = spec.template.spec.serviceAccountName;
      if (account !== undefined) expect(has('ServiceAccount', account)).toBe(true);
    }
    for (const manifest of manifests) expectReferences(manifest, manifests, workloads);
  });
});

function expectFewRights({ metadata, spec }: Workload, container: Container): void {
  const context = { ...spec.template.spec.securityContext, ...container.securityContext };
  const who = `${metadata.name}: ${container.name}`;
  expect(context, who).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(context.privileged, who).toBeUndefined();
  expect(context.capabilities?.drop, who).toEqual(['ALL']);
  // The one exception: the kubelet's files are root's.
  const isTailer = metadata.name === 'tailgate-tailer' && container.name === 'tailer';
  expect(context.capabilities?.add, who).toEqual(isTailer ? ['DAC_READ_SEARCH'] : undefined);
  expect([context.runAsNonRoot, (context.runAsUser ?? 0) > 0], who).toEqual(isTailer ? [false, false] : [true, true]);
}

function sharedSettings(manifests: readonly Manifest[]): string[] {
  return Object.keys(dataOf(manifests, 'ConfigMap', /^tailgate-\w{10}$/));
}

function dataOf(manifests: readonly Manifest[], kind: string, name: RegExp): Record<string, string> {
  const found = manifests.find((manifest) => manifest.kind === kind && name.test(manifest.metadata.name));
  return words.parse(found?.['data'] ?? {});
}

/** As the kubelet makes it; of what only the cluster knows there are examples. */
function environmentOf({ env, envFrom }: Container, manifests: readonly Manifest[]): Record<string, string> {
  const made: Record<string, string> = {};
  for (const { configMapRef } of envFrom)
    Object.assign(made, dataOf(manifests, 'ConfigMap', new RegExp(`^${configMapRef.name}$`)));
  for (const { name, value, valueFrom } of env) {
    const secret = valueFrom?.secretKeyRef;
    const example = secret === undefined ? 'node-1' : secret.key === 'url' ? 'redis://redis' : 'x'.repeat(32);
    // Only what stands before it in the list is known to it.
    made[name] = (value ?? example).replace(/\$\((\w+)\)/g, (whole, other: string) => made[other] ?? whole);
    expect(made[name]).not.toContain('$(');
  }
  return made;
}

const service = z.object({
  selector: words,
  ports: z.array(z.looseObject({ name: z.string(), targetPort: z.string() })),
});
const ingress = z.object({
  rules: z.array(
    z.object({
      http: z.object({
        paths: z.array(
          z.looseObject({
            backend: z.object({ service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }) }),
          }),
        ),
      }),
    }),
  ),
});
const policy = z.object({
  podSelector: selector.partial(),
  ingress: z
    .array(z.looseObject({ ports: z.array(z.looseObject({ port: z.union([z.string(), z.number()]) })) }))
    .default([]),
});
const podMonitor = z.object({ selector, podMetricsEndpoints: z.array(z.looseObject({ port: z.string() })) });
const subject = z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() });
const binding = z.object({ roleRef: subject, subjects: z.array(subject) });
const scaler = z.object({ scaleTargetRef: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }) });

function expectReferences(manifest: Manifest, all: readonly Manifest[], workloads: readonly Workload[]): void {
  const { kind, metadata } = manifest;
  const spec = manifest['spec'];
  const meant = (labels: Readonly<Record<string, string>>): readonly Workload[] => {
    const found = workloads.filter((workload) => selects(labels, workload));
    expect(found.length, `what ${kind} ${metadata.name} selects`).toBeGreaterThan(0);
    return found;
  };
  switch (kind) {
    case 'Deployment':
    case 'DaemonSet':
    case 'StatefulSet':
      for (const workload of workloads)
        if (workload.metadata.name === metadata.name)
          expect(selects(workload.spec.selector.matchLabels, workload)).toBe(true);
      break;
    case 'Service': {
      const { selector: labels, ports } = service.parse(spec);
      for (const workload of meant(labels))
        for (const { targetPort } of ports) expect([...portsOf(workload)]).toContain(targetPort);
      break;
    }
    case 'Ingress':
      for (const { http } of ingress.parse(spec).rules) {
        for (const { backend } of http.paths) {
          const found = all.find((other) => other.kind === 'Service' && other.metadata.name === backend.service.name);
          expect(service.parse(found?.['spec']).ports.map(({ name }) => name)).toContain(backend.service.port.name);
        }
      }
      break;
    case 'NetworkPolicy': {
      const { podSelector, ingress: rules } = policy.parse(spec);
      const ports = new Set(meant(podSelector.matchLabels ?? {}).flatMap((workload) => [...portsOf(workload)]));
      const hasCanary = ports.has('canary-metrics');
      for (const { port } of rules.flatMap((rule) => rule.ports))
        if (port !== 8082 || hasCanary) expect([...ports], metadata.name).toContain(port);
      break;
    }
    case 'PodDisruptionBudget':
      meant(z.looseObject({ selector }).parse(spec).selector.matchLabels);
      break;
    case 'PodMonitor': {
      const { selector: labels, podMetricsEndpoints } = podMonitor.parse(spec);
      for (const workload of meant(labels.matchLabels))
        for (const { port } of podMetricsEndpoints) expect([...portsOf(workload)]).toContain(port);
      break;
    }
    case 'ClusterRole':
      // To list pods, and nothing else.
      expect(manifest['rules']).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]);
      break;
    case 'ClusterRoleBinding': {
      const { roleRef, subjects } = binding.parse(manifest);
      for (const { kind: named, name } of [roleRef, ...subjects])
        expect(all.some((other) => other.kind === named && other.metadata.name === name)).toBe(true);
      expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'tailgate-tailer', namespace: 'tailgate' }]);
      break;
    }
    case 'HorizontalPodAutoscaler': {
      const { scaleTargetRef: target } = scaler.parse(z.looseObject({}).parse(spec));
      const found = all.find((other) => other.kind === target.kind && other.metadata.name === target.name);
      expect(found?.apiVersion).toBe(target.apiVersion);
      break;
    }
    default:
  }
}
