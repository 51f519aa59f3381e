import type { RedisConnection } from '@tailgate/broker';

/** The connections that the queues of a process share. */
export interface QueueConnections {
  /** For what is asked and answered at once. Throws a `BrokerError` (`unavailable`) where there was no first contact yet. */
  readonly commands: () => RedisConnection;
  /** For workers, whose commands wait for a Redis that is away. */
  readonly workers: () => RedisConnection;
  /** Is told what went wrong in the background, and is tried again. */
  readonly onTrouble: (queue: string, error: Error) => void;
}
