/** What load balancers and orchestrators ask. Answered from memory: a check opens no connection and waits for nothing. */
export class Health {
  #state: 'starting' | 'ready' | 'draining' = 'starting';

  /**
   * `starting` until the first contact with the broker, `draining` once the process was told to stop. An outage of the broker in
   * between changes nothing: taking all gateways out of rotation would not bring it back.
   */
  get state(): 'starting' | 'ready' | 'draining' {
    return this.#state;
  }

  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** The broker has answered for the first time. */
  contacted(): void {
    if (this.#state === 'starting') this.#state = 'ready';
  }

  drain(): void {
    this.#state = 'draining';
  }
}
