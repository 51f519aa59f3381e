import type { AlertRule } from './alert-rule.js';

/**
 * The rules that were made by REST, and how far each rule is with each channel, for all processes.
 *
 * Every method rejects with a `BrokerError` (`unavailable`) where the store can't be reached. The contract suite
 * (`describeAlertStore`) is these comments as tests.
 */
export interface AlertStore {
  /** The newest first. */
  rules(): Promise<readonly AlertRule[]>;

  add(rule: AlertRule): Promise<void>;

  /** Lets go of the rule and of how far it is. False where there is none. */
  remove(id: string): Promise<boolean>;

  /** What was noted for a rule, by key. What nobody has noted anything for in a month is gone. */
  notes(id: string): Promise<ReadonlyMap<string, string>>;

  /** Notes `next` in the place of `expected` (`undefined`: of nothing). False where something else is noted, which stays. */
  note(id: string, key: string, expected: string | undefined, next: string): Promise<boolean>;
}
