import { BrokerError } from '@tailgate/broker';

/** Throws a `BrokerError` (`invalid`) for what is no id of a job. */
export function checkJobId(id: string): void {
  if (!/^[^:]{1,256}$/.test(id)) throw new BrokerError('invalid', `${JSON.stringify(id)} is no id of a job`);
}
