import { parseProblem } from '@tailgate/protocol';
import { Fault, readJson, type Reader } from '@tailgate/protocol/readers';

/** The gateway will not, or can't be reached. The message is for people. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    /** One of PROTOCOL's where the gateway gave one, `unreachable` where there is none, else `http_` and the status. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** What the gateway that the page came from answers, read by `read`. `path`: from there on, without a slash at its front. Rejects with a `Refusal`, or the signal's reason. */
export async function ask<T>(path: string, read: Reader<T>, asking: Asking = {}): Promise<T> {
  const answer = readJson(await askText(path, asking), read);
  if (answer instanceof Fault)
    throw new Refusal('internal', 'The gateway said something that this page does not know.');
  return answer;
}

/** The same for an answer that is not looked at. */
export async function askText(path: string, { method = 'GET', body, signal }: Asking = {}): Promise<string> {
  const init = {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    ...(signal && { signal }),
  };
  const response = await fetch(path, init).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new Refusal('unreachable', 'The gateway can not be reached.', { cause });
  });
  const text = await response.text();
  if (response.ok) return text;
  const problem = parseProblem(text);
  throw new Refusal(
    problem?.code ?? `http_${response.status}`,
    problem?.detail ?? problem?.title ?? `The gateway answers ${response.status}.`,
  );
}
