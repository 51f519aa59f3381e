import { BrokerError } from '@tailgate/broker';
import { ListenFailure, Shutdown, type Logger, type SignalSource } from '@tailgate/runtime';
import type { Gateway } from '../gateway.js';

/** Beyond the time that viewers get: for the last appends, and for closing. Milliseconds. */
export const CLOSING_MS = 5_000;

/** Ends the process when it is told to, within the time that viewers get; also by a mistake in the program, which is logged. */
export function processEnd(drainSeconds: number, logger: Logger, signals?: SignalSource): Shutdown {
  process.once('uncaughtException', (error) => {
    logger.fatal({ error }, 'a mistake in the program: it ends here');
    process.exit(1);
  });
  return new Shutdown(logger, drainSeconds * 1000 + CLOSING_MS, signals).listen();
}

/** The steps in which a gateway ends. */
export function endsWith(shutdown: Shutdown, gateway: Gateway): void {
  shutdown
    .step('refuse', () => gateway.refuse())
    .step('drain', () => gateway.drain())
    .step('close', () => gateway[Symbol.asyncDispose]());
}

/**
 * What to say of a gateway that can't start, in one sentence; `undefined` where it was told to stop before it had begun. Any other error
 * is a mistake in the program, and thrown.
 */
export function sentenceOf(error: unknown): string | undefined {
  if (error instanceof BrokerError && error.code === 'closed') return undefined;
  if (error instanceof ListenFailure || error instanceof BrokerError) return error.message;
  throw error;
}
