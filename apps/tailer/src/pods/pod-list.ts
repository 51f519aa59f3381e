import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import * as z from 'zod';

/** Where the API server is, and where the kubelet puts who we are: `token` and `ca.crt`, which it replaces before they expire. */
export interface Cluster {
  readonly host: string;
  readonly port: number;
  readonly accountFolder: string;
}

/** A node's pods, by `podKey`: what their labels call what they belong to, `undefined` where they say nothing. */
export type LabelledPods = ReadonlyMap<string, string | undefined>;

/** No list of pods was to be had; the message says why. */
export class PodListFailure extends Error {
  override readonly name = 'PodListFailure';
}

/** kubernetes.io, "Recommended Labels", and the one that was usual before. */
const LABELS = ['app.kubernetes.io/name', 'app'];

/** The pods' metadata alone, without what they are made of (kubernetes.io, "API concepts": metadata-only fetches). */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

const ANSWER_MS = 5_000;
/** A pod's annotations are 256 KiB at most; of a node's hundreds few come near. */
const ANSWER_BYTES = 32 * 1024 ** 2;

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        namespace: z.string(),
        name: z.string(),
        labels: z.record(z.string(), z.string()).optional(),
      }),
    }),
  ),
});

/** Neither a namespace nor a pod has a slash in its name. */
export function podKey(namespace: string, pod: string): string {
  return `${namespace}/${pod}`;
}

/**
 * Asks the API server for the node's pods: one request, one connection, 5 s and 32 MiB at most. Token and authority are read each
 * time. Throws a `PodListFailure`.
 */
export async function listPods(cluster: Cluster, node: string, signal: AbortSignal): Promise<LabelledPods> {
  const [token, ca] = await Promise.all([accountFile(cluster, 'token'), accountFile(cluster, 'ca.crt')]);
  const host = isIPv6(cluster.host) ? `[${cluster.host}]` : cluster.host;
  const origin = `https://${host}:${cluster.port}`;
  const query = new URLSearchParams({ fieldSelector: `spec.nodeName=${node}` });
  const agent = new Agent({ connect: { ca }, maxResponseSize: ANSWER_BYTES });
  try {
    const answer = await request(`${origin}/api/v1/pods?${query.toString()}`, {
      headers: { accept: METADATA_ONLY, authorization: `Bearer ${token.trim()}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      dispatcher: agent,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new PodListFailure(refusal(answer.statusCode));
    return labelledPods(text);
  } catch (cause) {
    if (cause instanceof PodListFailure) throw cause;
    throw new PodListFailure(`the API server at ${origin} gives no list of pods: ${messageOf(cause)}`, { cause });
  } finally {
    await agent.destroy();
  }
}

async function accountFile({ accountFolder }: Cluster, name: string): Promise<string> {
  const path = join(accountFolder, name);
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new PodListFailure(`the service account's ${path} can't be read: ${messageOf(cause)}`, { cause });
  });
}

function refusal(status: number): string {
  const why = status === 403 ? '; the service account must be allowed to list pods of all namespaces' : '';
  return `the API server answers the question for pods with ${status}${why}`;
}

function labelledPods(text: string): LabelledPods {
  const { items } = podList.parse(JSON.parse(text));
  return new Map(
    items.map(({ metadata: { namespace, name, labels } }) => [podKey(namespace, name), ownerIn(labels ?? {})]),
  );
}

/** A label may be empty, which says nothing. */
function ownerIn(labels: Readonly<Record<string, string>>): string | undefined {
  return LABELS.map((label) => labels[label]).find((value) => value !== undefined && value !== '');
}

function messageOf(cause: unknown): string {
  if (cause instanceof z.ZodError) return `what it answers is none: ${z.prettifyError(cause)}`;
  return cause instanceof Error ? cause.message : String(cause);
}
