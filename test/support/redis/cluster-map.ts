import { randomBytes } from 'node:crypto';

const SLOTS = 16_384;

/** A node of a cluster, before it runs. */
export interface ClusterPlace {
  /** 40 hexadecimal digits. */
  readonly id: string;
  readonly port: number;
  readonly busPort: number;
  /** Where everybody else is to find it; default: at `port`. */
  readonly knownPort?: number;
  /** Of its primary, where it is a replica. */
  readonly primary?: string;
  /** What it serves, where it is a primary: `0-5460`. */
  readonly slots?: string;
}

/** Primaries that share all slots evenly, and a replica for each. */
export function clusterPlaces(primaries: number, ports: readonly number[]): ClusterPlace[] {
  const id = (): string => randomBytes(20).toString('hex');
  const ids = Array.from({ length: primaries }, id);
  const bound = (index: number): number => Math.floor((index * SLOTS) / primaries);
  return Array.from({ length: 2 * primaries }, (_, index) => {
    const [port = 0, busPort = 0] = ports.slice(2 * index);
    const primary = ids[index - primaries];
    if (primary !== undefined) return { id: id(), port, busPort, primary };
    return { id: ids[index] ?? '', port, busPort, slots: `${bound(index)}-${bound(index + 1) - 1}` };
  });
}

/** A nodes.conf in which everybody has met already: a cluster that is there as soon as its nodes are. */
export function nodesFile(me: ClusterPlace, all: readonly ClusterPlace[]): string {
  const lines = all.map(({ id, port, knownPort = port, busPort, primary, slots }, index) => {
    const flags = [...(id === me.id ? ['myself'] : []), primary === undefined ? 'master' : 'slave'].join(',');
    // Primaries of the same epoch would quarrel about their slots.
    const epoch = primary === undefined ? index + 1 : 0;
    const rest = slots === undefined ? '' : ` ${slots}`;
    return `${id} 127.0.0.1:${knownPort}@${busPort} ${flags} ${primary ?? '-'} 0 0 ${epoch} connected${rest}\n`;
  });
  return `${lines.join('')}vars currentEpoch ${all.length} lastVoteEpoch 0\n`;
}
