/** What a line of a file holds, once its format is undone. */
export interface ParsedLine {
  /** Undecoded: a part may end in the middle of a character. */
  readonly text: Buffer;
  /** The line's own time: milliseconds since the Unix epoch. */
  readonly time?: number;
  readonly stream?: 'stdout' | 'stderr';
  /** Whether the record ends here; otherwise the next line of the same stream goes on with it. */
  readonly ends: boolean;
}

/** How the lines of a file are to be read. `raw`: the line is the record. */
export type LineFormat = 'raw' | 'cri' | 'docker';

/** The longest prefix of a CRI line that is looked for: far more than time, stream and the one tag that there is today. */
const CRI_PREFIX_BYTES = 128;

const OPENING_BRACE = 0x7b;

const CRI_LINE = /^(\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})) (stdout|stderr) ([FP])(?::[^ ]*)?(?: |$)/;

/**
 * The format of a file by its beginning. Kubernetes CRI (`<RFC 3339 time> <stream> <P|F> <text>`) and Docker's json-file
 * (`{"log":…,"stream":…,"time":…}`) can be told by their first bytes.
 */
export function detectFormat(head: string): LineFormat {
  if (CRI_LINE.test(head)) return 'cri';
  return head.startsWith(DOCKER_BEGINNING) ? 'docker' : 'raw';
}

const CRI_TIME_BEGINNING = /^(?:\d{0,4}|\d{4}-\d{0,2}|\d{4}-\d{2}-\d{0,2}|\d{4}-\d{2}-\d{2}T[^ ]*)$/;
const CRI_STREAM_BEGINNING =
  /^\d{4}-\d{2}-\d{2}T[^ ]* (?:s?|st|std|stdou?|stder?|std(?:out|err)(?: (?:[FP](?::[^ ]*)?)?)?)$/;
const DOCKER_BEGINNING = '{"log":"';

/** Whether `head`, the first bytes of a line that is still being written, may be those of a container's line. */
export function mayBecomeContainers(head: string): boolean {
  return (
    CRI_TIME_BEGINNING.test(head) ||
    CRI_STREAM_BEGINNING.test(head) ||
    DOCKER_BEGINNING.startsWith(head) ||
    detectFormat(head) !== 'raw'
  );
}

/** Undoes the format. A line that isn't of it is taken as it is: nothing is lost to a foreign line. */
export function parseLine(format: LineFormat, line: Buffer): ParsedLine {
  switch (format) {
    case 'raw':
      return { text: line, ends: true };
    case 'cri':
      return parseCri(line) ?? { text: line, ends: true };
    case 'docker':
      return parseDocker(line) ?? { text: line, ends: true };
  }
}

/** Kubernetes: "CRI container log format", k8s.io/kubernetes `pkg/kubelet/kuberuntime/logs`. */
function parseCri(line: Buffer): ParsedLine | undefined {
  const match = CRI_LINE.exec(line.toString('latin1', 0, CRI_PREFIX_BYTES));
  if (match === null) return undefined;
  const [prefix, time, stream, tag] = match;
  return { text: line.subarray(prefix.length), ...timeAndStream(time, stream), ends: tag === 'F' };
}

/** Docker: "JSON File logging driver". A text without a newline at its end is a part of a longer line. */
function parseDocker(line: Buffer): ParsedLine | undefined {
  if (line[0] !== OPENING_BRACE) return undefined;
  let entry: unknown;
  try {
    entry = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof entry !== 'object' || entry === null || !('log' in entry) || typeof entry.log !== 'string')
    return undefined;
  const ends = entry.log.endsWith('\n');
  const text = ends ? entry.log.slice(0, entry.log.endsWith('\r\n') ? -2 : -1) : entry.log;
  const time = 'time' in entry ? entry.time : undefined;
  const stream = 'stream' in entry ? entry.stream : undefined;
  return { text: Buffer.from(text, 'utf8'), ...timeAndStream(time, stream), ends };
}

function timeAndStream(time: unknown, stream: unknown): Pick<ParsedLine, 'time' | 'stream'> {
  const millis = typeof time === 'string' ? Date.parse(time) : NaN;
  return {
    ...(Number.isFinite(millis) && millis >= 0 && { time: Math.trunc(millis) }),
    ...((stream === 'stdout' || stream === 'stderr') && { stream }),
  };
}
