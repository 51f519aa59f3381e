export interface Listening {
  /** Of the pages and the API, without a slash at the end. */
  readonly url: string;
  readonly metricsUrl: string;
}

export interface Followed {
  /** The templates as they were written. */
  readonly templates: readonly string[];
  /** How many files they name now. */
  readonly files: number;
  /** One of the channels, where there is one. */
  readonly example?: string | undefined;
}

/** Where to look: what the process says on stdout when it is ready. */
export function banner({ url, metricsUrl }: Listening, { templates, files, example }: Followed): string {
  const count =
    files === 0 ? 'no files yet; they are found when they appear' : files === 1 ? '1 file' : `${files} files`;
  const channel = example ?? 'deployment/hello';
  return [
    '',
    `  Tailgate is at   ${url}`,
    ...templates.map((template, i) => `  ${i === 0 ? 'It follows      ' : '                '} ${arrow(template)}`),
    `                   ${count}`,
    `  Metrics          ${metricsUrl}`,
    '',
    `  Try              curl -N '${url}/api/stream?channel=${channel}'`,
    ...(example === undefined ? ['  Then             append a line to a file that it follows'] : []),
    '  Stop             Ctrl-C',
    '',
    '',
  ].join('\n');
}

function arrow(template: string): string {
  const divider = template.lastIndexOf('=');
  return divider < 0
    ? `${template} → deployment/{name}`
    : `${template.slice(0, divider)} → ${template.slice(divider + 1)}`;
}
