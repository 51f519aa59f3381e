/** When a reader wants to be told, in this browser. */
export interface AlertSettings {
  /** An RE2 expression; letters match in either case. Empty: never. */
  readonly pattern: string;
  /** Also by a notification of the browser's. */
  readonly notifies: boolean;
}

const KEY = 'tailgate.alerts';

export function storedAlerts(): AlertSettings {
  const query = new URLSearchParams(localStorage.getItem(KEY) ?? '');
  return { pattern: query.get('pattern') ?? '', notifies: query.has('notifies') };
}

export function storeAlerts({ pattern, notifies }: AlertSettings): void {
  const query = new URLSearchParams({ pattern, ...(notifies && { notifies: '1' }) });
  localStorage.setItem(KEY, query.toString());
}
