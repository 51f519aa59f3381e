export type BrokerErrorCode =
  /** The request breaks the port's rules; the message says which. Trying again is of no use. */
  | 'invalid'
  /** The broker can't be reached, or refuses for now. The same request may be tried again. */
  | 'unavailable'
  /** This end of the broker was closed. */
  | 'closed';

export class BrokerError extends Error {
  override readonly name = 'BrokerError';

  constructor(
    readonly code: BrokerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
