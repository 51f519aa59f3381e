import * as z from 'zod';
import type { Manifest } from './manifests.ts';

const words = z.record(z.string(), z.string());
const port = z.union([z.string(), z.number()]);

const probe = z.looseObject({
  httpGet: z.object({ path: z.string(), port }).optional(),
  tcpSocket: z.object({ port }).optional(),
});

const securityContext = z.looseObject({
  runAsNonRoot: z.boolean().optional(),
  runAsUser: z.number().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  privileged: z.boolean().optional(),
  capabilities: z.object({ drop: z.array(z.string()).optional(), add: z.array(z.string()).optional() }).optional(),
  seccompProfile: z.object({ type: z.string() }).optional(),
});

const reference = z.object({ name: z.string(), key: z.string() });

const variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.looseObject({ secretKeyRef: reference.optional(), fieldRef: z.unknown().optional() }).optional(),
});

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  env: z.array(variable).default([]),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })).default([]),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  lifecycle: z.object({ preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }) }).optional(),
  resources: z.object({ requests: words.optional(), limits: words.optional() }).optional(),
  securityContext: securityContext.optional(),
  volumeMounts: z
    .array(z.looseObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }))
    .default([]),
});

const podSpec = z.looseObject({
  serviceAccountName: z.string().optional(),
  automountServiceAccountToken: z.boolean().optional(),
  terminationGracePeriodSeconds: z.number().default(30),
  securityContext: securityContext.optional(),
  containers: z.array(container),
  volumes: z
    .array(
      z.looseObject({
        name: z.string(),
        hostPath: z.object({ path: z.string() }).optional(),
        secret: z.object({ secretName: z.string() }).optional(),
      }),
    )
    .default([]),
});

const workload = z.looseObject({
  kind: z.enum(['Deployment', 'DaemonSet', 'StatefulSet']),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    selector: z.object({ matchLabels: words }),
    template: z.object({ metadata: z.looseObject({ labels: words }), spec: podSpec }),
  }),
});

export type Workload = z.output<typeof workload>;
export type Container = z.output<typeof container>;

export function workloadsIn(manifests: readonly Manifest[]): readonly Workload[] {
  return manifests
    .filter(({ kind }) => ['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind))
    .map((manifest) => workload.parse(manifest));
}

/** Whether pods with these labels are meant. An empty selector means all. */
export function selects(selector: Readonly<Record<string, string>>, { spec }: Workload): boolean {
  return Object.entries(selector).every(([key, value]) => spec.template.metadata.labels[key] === value);
}

/** The names and numbers of the ports that its containers have. */
export function portsOf({ spec }: Workload): ReadonlySet<string | number> {
  const ports = spec.template.spec.containers.flatMap((each) => each.ports);
  return new Set(ports.flatMap(({ name, containerPort }) => [name, containerPort]));
}
