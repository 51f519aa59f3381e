import { BrokerError } from './broker-error.js';
import type { LeaseRequest } from './source-leases.js';

const MAX_NAME_BYTES = 1_024;

/** Throws an `invalid` BrokerError for what no adapter takes. */
export function checkLease(holder: string, names: readonly string[], ttlMs: number): void {
  if (!/^[^\s]{1,200}$/.test(holder))
    throw new BrokerError('invalid', 'a holder is 1 to 200 characters without blanks');
  if (!(Number.isSafeInteger(ttlMs) && ttlMs >= 1)) {
    throw new BrokerError('invalid', `a lease lasts 1 ms or more, not ${ttlMs}`);
  }
  for (const name of names) {
    const bytes = Buffer.byteLength(name);
    if (bytes < 1 || bytes > MAX_NAME_BYTES) {
      throw new BrokerError('invalid', `the name of a lease has 1 to ${MAX_NAME_BYTES} bytes, not ${bytes}`);
    }
  }
}

export function namesOf(requests: readonly LeaseRequest[]): readonly string[] {
  return requests.map(({ name }) => name);
}
