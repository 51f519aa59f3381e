import { LEVELS, type Level } from '../line/level.js';
import { TIME_STYLES, type TimeStyle } from '../line/timestamp.js';

/** How lines are shown: the reader's choice. */
export interface ViewOptions {
  readonly time: TimeStyle;
  /** The numbers of lines in their channel. */
  readonly numbers: boolean;
  readonly wrap: boolean;
  /** Of a stack trace only the first line, until it is opened. */
  readonly fold: boolean;
  /** JSON as message and fields, not as it stands. */
  readonly fields: boolean;
  /** Lines of these levels are shown. Not kept: lines that are missing for a reason of last week are found to be missing for none. */
  readonly levels: ReadonlySet<Level>;
}

const KEY = 'tailgate.view';

const DEFAULTS: ViewOptions = {
  time: 'local',
  numbers: true,
  wrap: true,
  fold: true,
  fields: true,
  levels: new Set(LEVELS),
};

/** As kept by this browser, with defaults for what is missing or not understood. */
export function keptOptions(storage: Pick<Storage, 'getItem'>): ViewOptions {
  const kept = parse(storage.getItem(KEY));
  const flag = (name: 'numbers' | 'wrap' | 'fold' | 'fields'): boolean => {
    const value = kept[name];
    return typeof value === 'boolean' ? value : DEFAULTS[name];
  };
  return {
    time: TIME_STYLES.find((style) => style === kept['time']) ?? DEFAULTS.time,
    numbers: flag('numbers'),
    wrap: flag('wrap'),
    fold: flag('fold'),
    fields: flag('fields'),
    levels: DEFAULTS.levels,
  };
}

export function keepOptions(
  storage: Pick<Storage, 'setItem'>,
  { time, numbers, wrap, fold, fields }: ViewOptions,
): void {
  storage.setItem(KEY, JSON.stringify({ time, numbers, wrap, fold, fields }));
}

function parse(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
