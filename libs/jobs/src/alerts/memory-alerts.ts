import type { AlertRule } from './alert-rule.js';
import type { AlertStore } from './alert-store.js';

/** In the memory of one process. */
export class MemoryAlerts implements AlertStore {
  readonly #rules = new Map<string, AlertRule>();
  readonly #notes = new Map<string, Map<string, string>>();

  rules(): Promise<readonly AlertRule[]> {
    return Promise.resolve([...this.#rules.values()].sort((a, b) => b.created - a.created));
  }

  add(rule: AlertRule): Promise<void> {
    this.#rules.set(rule.id, rule);
    return Promise.resolve();
  }

  remove(id: string): Promise<boolean> {
    this.#notes.delete(id);
    return Promise.resolve(this.#rules.delete(id));
  }

  notes(id: string): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map(this.#notes.get(id)));
  }

  note(id: string, key: string, expected: string | undefined, next: string): Promise<boolean> {
    const notes = this.#notes.get(id) ?? new Map<string, string>();
    if (notes.get(key) !== expected) return Promise.resolve(false);
    this.#notes.set(id, notes.set(key, next));
    return Promise.resolve(true);
  }
}
