import { dirname } from 'node:path';

export interface Listening {
  /** Of the pages and the API, without a slash at the end. */
  readonly url: string;
  readonly metricsUrl: string;
  /** How many processes serve there, where they are several. */
  readonly workers?: number;
}

export interface Followed {
  /** The templates as they were written; absent where others follow the files. */
  readonly templates?: readonly string[] | undefined;
  /** How many files they name now. */
  readonly files: number;
  /** One of the channels, where there is one. */
  readonly example?: string | undefined;
  /** Redis is not there yet, so nothing is followed or served. */
  readonly isWaiting?: boolean | undefined;
}

/** Where to look: what the process says on stdout when it is ready. */
export function banner(
  { url, metricsUrl, workers }: Listening,
  { templates, files, example, isWaiting }: Followed,
): string {
  const count = isWaiting
    ? 'as soon as Redis is there'
    : files === 0
      ? 'no files yet; they are found when they appear'
      : files === 1
        ? '1 file'
        : `${files} files`;
  const first = example === undefined ? firstFile(templates ?? []) : undefined;
  return [
    '',
    `  Tailgate is at   ${url}`,
    ...(templates ?? []).map(
      (template, i) => `  ${i === 0 ? 'It follows      ' : '                '} ${arrow(template)}`,
    ),
    templates
      ? `                   ${count}`
      : `  It serves        what tailers append to Redis${isWaiting ? ', as soon as that is there' : ''}`,
    `  Metrics          ${metricsUrl}`,
    ...(workers === undefined ? [] : [`  Workers          ${workers} processes`]),
    '',
    `  Try              curl -N '${url}/api/stream?channel=${example ?? first?.channel ?? 'deployment/hello'}'`,
    ...(first === undefined
      ? []
      : [`  and then         mkdir -p '${dirname(first.path)}' && echo hello >> '${first.path}'`]),
    '  Stop             Ctrl-C',
    '',
    '',
  ].join('\n');
}

function arrow(template: string): string {
  const { path, channel } = split(template);
  return `${path} → ${channel}`;
}

/** A file that a template would find, and its channel; `undefined` where no template is as simple as that. */
function firstFile(templates: readonly string[]): { path: string; channel: string } | undefined {
  return templates
    .map(split)
    .map(({ path, channel }) => ({
      path: path.replace('{name}', 'hello'),
      channel: channel.replace('{name}', 'hello'),
    }))
    .find(({ path, channel }) => !/[*?{}']/.test(path + channel));
}

/** As `parseLogTemplate` does. */
function split(template: string): { path: string; channel: string } {
  const divider = template.lastIndexOf('=');
  if (divider < 0) return { path: template, channel: 'deployment/{name}' };
  return { path: template.slice(0, divider), channel: template.slice(divider + 1) };
}
