/** One of some sentinels, as the others know it. */
export interface SentinelIdentity {
  readonly port: number;
  /** 40 hexadecimal digits. */
  readonly id: string;
}

export interface Watched {
  /** What sentinels call the set. */
  readonly name: string;
  readonly primary: number;
  readonly replicas: readonly number[];
  readonly password: string | undefined;
  /** How long a primary must be silent to be taken for dead. */
  readonly downAfterMs: number;
}

/** Lines for a sentinel that has already met everybody: else it would take them seconds to find each other. */
export function sentinelConfig(watched: Watched, me: SentinelIdentity, all: readonly SentinelIdentity[]): string[] {
  const { name, primary, replicas, password, downAfterMs } = watched;
  return [
    `sentinel myid ${me.id}`,
    `sentinel monitor ${name} 127.0.0.1 ${primary} ${Math.floor(all.length / 2) + 1}`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    // After twice as long, a failover that came to nothing is begun again.
    `sentinel failover-timeout ${name} 5000`,
    `sentinel parallel-syncs ${name} ${replicas.length}`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${name} ${JSON.stringify(password)}`]),
    ...replicas.map((port) => `sentinel known-replica ${name} 127.0.0.1 ${port}`),
    ...all
      .filter(({ id }) => id !== me.id)
      .map(({ id, port }) => `sentinel known-sentinel ${name} 127.0.0.1 ${port} ${id}`),
  ];
}
