/** Paths on a grid of 16, drawn as lines. */
const PATHS = {
  back: 'M9.5 3 4.5 8l5 5',
  bell: 'M8 2.5c-2.5 0-4 1.8-4 4.3 0 2.7-.8 3.6-1.5 4.4h11c-.7-.8-1.5-1.7-1.5-4.4 0-2.5-1.5-4.3-4-4.3ZM6.7 13.5a1.5 1.5 0 0 0 2.6 0',
  clear: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9',
  connect: 'M5.5 3v3M10.5 3v3M4 6h8v2.5a4 4 0 0 1-8 0ZM8 12.5V15',
  disconnect: 'M5.5 3v3M10.5 3v3M4 6h8v2.5a4 4 0 0 1-8 0ZM8 12.5V15M2 2l12 12',
  filter: 'M2.5 3.5h11L9.5 8.5v4l-3 1.5V8.5Z',
  moon: 'M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5Z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  ping: 'M2 8h3l1.5-4 3 8L11 8h3',
  reconnect: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5V5h-2.5',
  resume: 'M5 3.5v9l7-4.5Z',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  system: 'M2.5 3.5h11v7h-11ZM6 13.5h4M8 10.5v3',
} as const;

export type IconName = keyof typeof PATHS;

/** A sign beside or in place of a word; it says nothing by itself. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
