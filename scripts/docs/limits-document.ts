import { ERRORS } from '@tailgate/protocol';
import type { LimitRow } from '../../apps/gateway/src/limits/limit-table.js';

const HEADINGS = ['limit', 'variable', 'default', 'beyond it', 'what it counts'];

/** `docs/limits.md`, all of it. */
export function limitsDocument(rows: readonly LimitRow[]): string {
  return `# Limits

<!-- Made by \`npm run docs\` from the table that the code is made from. Don't edit: a test compares them. -->

A gateway refuses what is beyond a limit, and goes on serving the rest. Each limit holds for one gateway, and of one with \`GATEWAY_WORKERS\` for each of its workers; several together have as many times as much. Whoever is refused, or parted from, counts in the metric \`tailgate_limit_refusals_total\`, by \`limit\`, which is the name in the first column.

${table([HEADINGS, ...rows.map(cellsOf)])}

- **turned away**: a viewer's browser gives up for good on anything but 200, so viewers are answered 200, with \`retry\` (1 to 5 s, another for each, so that they don't come back as one) and the event \`closing\` with \`too-many\`; over WebSocket with close code 4429.
- **parted from**: the stream ends with the event \`closing\` with \`too-slow\`; over WebSocket with close code 4408. Whoever still is there comes again, and goes on where it was.
- **closed**: the connection is closed without an answer, which an \`EventSource\` takes as a reason to come again.
- An error has the form and the code that [PROTOCOL.md](PROTOCOL.md) gives it. \`too_many_requests\` says in \`Retry-After\` when to come again: seconds.
- Health, readiness and metrics count for no limit but the connections'.

What is bounded by the protocol, and not by a variable: 16 channels an event stream, 100 channels or patterns a ticket, 1,000 patterns a claim of a token, 256 KiB a batch. How much of a channel is kept is in [configuration.md](configuration.md): \`RETAIN_LINES\`, \`RETAIN_BYTES\`, \`RETAIN_AGE\`, \`MEMORY_BYTES\`.
`;
}

function cellsOf(row: LimitRow): string[] {
  const fallback = row.unit === undefined ? row.default : `${row.default} ${row.unit}`;
  return [`\`${row.name}\``, `\`${row.env}\``, fallback, answerOf(row), row.help];
}

function answerOf({ answer }: LimitRow): string {
  if (answer === 'turned-away') return 'turned away';
  if (answer === 'too-slow') return 'parted from';
  if (answer === 'too-large') return 'close code 1009';
  if (answer === 'closed') return 'closed';
  return `${ERRORS[answer.code].status} \`${answer.code}\``;
}

/** In Markdown, as prettier would have it; the first row are the headings. */
function table(rows: readonly (readonly string[])[]): string {
  const [headings = []] = rows;
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [first = '', ...rest] = rows.map(line);
  return [first, line(widths.map((width) => '-'.repeat(width))), ...rest].join('\n');
}
