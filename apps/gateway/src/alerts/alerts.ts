import { randomUUID } from 'node:crypto';
import { checkAlert, MAX_ALERTS, type AlertRule, type NewAlert, type Queues } from '@tailgate/jobs';
import { parseChannel } from '@tailgate/protocol';
import type { Caller } from '../access/caller.js';
import { ProblemError } from '../http/problem-error.js';
import type { DeliveryJob } from './alert-view.js';

/** Rules for alerts, and what has become of the alerts, for those who have made the rules, or have the `admin` claim for everything. */
export class Alerts {
  /** One is made after the other, so that the limit holds; never rejects. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly queues: Pick<Queues, 'alerts' | 'deliveries'>) {}

  /** Rejects with `bad_request`, `forbidden`, `too_many_requests`. */
  async create(wish: NewAlert, caller: Caller): Promise<AlertRule> {
    const { read, admin } = caller.facts.rights;
    const channel = parseChannel(wish.channel);
    const mayMake = channel ? caller.mayRead(channel) && caller.mayAdmin(channel) : admin.length > 0;
    if (!mayMake) throw new ProblemError('forbidden', 'This is not permitted to you.');
    check(wish);
    const rule = {
      ...wish,
      id: randomUUID(),
      owner: caller.who,
      read: [...read],
      admin: [...admin],
      created: Date.now(),
    };
    const added = this.#turn.then(() => this.#add(rule));
    this.#turn = added.catch(() => undefined);
    await added;
    return rule;
  }

  /** The newest first. */
  async list(caller: Caller): Promise<readonly AlertRule[]> {
    return (await this.queues.alerts.rules()).filter(({ owner }) => sees(caller, owner));
  }

  /** Rejects with `alert_not_found`. */
  async get(id: string, caller: Caller): Promise<AlertRule> {
    const rule = (await this.list(caller)).find((one) => one.id === id);
    if (!rule) throw new ProblemError('alert_not_found');
    return rule;
  }

  /** Rejects with `alert_not_found`. */
  async delete(id: string, caller: Caller): Promise<void> {
    await this.get(id, caller);
    await this.queues.alerts.remove(id);
  }

  /** The newest first. */
  async deliveries(caller: Caller): Promise<readonly DeliveryJob[]> {
    return (await this.queues.deliveries.list()).filter(({ data }) => sees(caller, data.owner));
  }

  /** Rejects with `delivery_not_found`, also where it has not failed. */
  async retry(id: string, caller: Caller): Promise<void> {
    await this.#delivery(id, caller);
    if (!(await this.queues.deliveries.retry(id)))
      throw new ProblemError('delivery_not_found', 'This delivery has not failed.');
  }

  /** Rejects with `delivery_not_found`, also while it is tried. */
  async forget(id: string, caller: Caller): Promise<void> {
    await this.#delivery(id, caller);
    if (!(await this.queues.deliveries.remove(id)))
      throw new ProblemError('delivery_not_found', 'This delivery is being tried just now.');
  }

  async #add(rule: AlertRule): Promise<void> {
    const { alerts } = this.queues;
    if ((await alerts.rules()).length >= MAX_ALERTS)
      throw new ProblemError('too_many_requests', `There are ${MAX_ALERTS} rules: delete one.`);
    await alerts.add(rule);
  }

  async #delivery(id: string, caller: Caller): Promise<void> {
    const job = /^[^:]{1,256}$/.test(id) ? await this.queues.deliveries.get(id) : undefined;
    if (!job || !sees(caller, job.data.owner)) throw new ProblemError('delivery_not_found');
  }
}

function check(wish: NewAlert): void {
  try {
    checkAlert(wish);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProblemError(
      'bad_request',
      `The body is not an alert: ${why.startsWith('webhook') ? why : `grep ${why}`}.`,
    );
  }
}

function sees(caller: Caller, owner: string): boolean {
  const { admin, read } = caller.facts.rights;
  const isEverything = (selector: string): boolean => selector === '*/*';
  return caller.who === owner || (admin.some(isEverything) && read.some(isEverything));
}
