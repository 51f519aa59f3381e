import type { RedisServer } from './redis-server.ts';

/** A node of a running cluster, and what it takes itself and the others for. */
export interface ClusterNode {
  readonly id: string;
  /** Where clients find it. */
  readonly port: number;
  readonly server: RedisServer;
}

/** A node as another one sees it. */
export interface SeenNode {
  readonly id: string;
  readonly isPrimary: boolean;
  /** `undefined` for primaries. */
  readonly primary: string | undefined;
  readonly hasFailed: boolean;
  /** The slots that it serves, first and last. */
  readonly slots: readonly (readonly [number, number])[];
}

/** All nodes as this one sees them (`CLUSTER NODES`). */
export async function seenBy({ server }: ClusterNode): Promise<SeenNode[]> {
  const text = String(await server.admin.cluster('NODES'));
  return text.trim().split('\n').map(parseNode);
}

/** Whether this node sees the cluster as whole. */
export async function seesOk({ server }: ClusterNode): Promise<boolean> {
  const info = await server.admin.cluster('INFO');
  return info.includes('cluster_state:ok') && info.includes('cluster_slots_ok:16384');
}

export function serves({ slots }: SeenNode, slot: number): boolean {
  return slots.some(([first, last]) => first <= slot && slot <= last);
}

function parseNode(line: string): SeenNode {
  const [id = '', , flagWords = '', primary = '-', , , , , ...slots] = line.split(' ');
  const flags = flagWords.split(',');
  return {
    id,
    isPrimary: flags.includes('master'),
    primary: primary === '-' ? undefined : primary,
    hasFailed: flags.some((flag) => flag.startsWith('fail')),
    // In brackets are slots on the move.
    slots: slots.filter((range) => !range.startsWith('[')).map(parseRange),
  };
}

function parseRange(range: string): [number, number] {
  const [first = '', last = first] = range.split('-');
  return [Number(first), Number(last)];
}
