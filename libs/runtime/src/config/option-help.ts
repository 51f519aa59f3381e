import type { Option } from './option.js';

/** What `--help` prints. */
export function describeOptions(about: string, options: ReadonlyMap<string, Option>): string {
  const entries = [...options.values()].map((option) => {
    const value = option.isSwitch ? '' : ' VALUE';
    const repeat = option.separator === undefined ? '' : '  (may be repeated)';
    const details = `${option.env}; default: ${defaultOf(option)}; ${option.allowed}`;
    return `  --${option.flag}${value}${repeat}\n${wrap(option.help, '      ', 100)}\n${wrap(details, '      ', 100)}\n`;
  });
  return `${about}\n\nOptions, each with the environment variable that does the same (the flag wins):\n\n${entries.join('')}  --help\n      Prints this.\n`;
}

/** The options in Markdown, for the documentation: a heading of the third level each. */
export function documentOptions(options: ReadonlyMap<string, Option>): string {
  const chapters = [...options.values()].map((option) => {
    const fallback = option.otherwise ?? `\`${defaultOf(option)}\``;
    const unit = option.unit === undefined ? '' : ` ${option.unit}`;
    const repeat = option.separator === undefined ? '' : ', may be repeated';
    return `### \`${option.env}\`

${option.help}

- flag: \`--${option.flag}\`${repeat}
- default: ${fallback}${unit}
- allowed: ${option.allowed}
`;
  });
  return chapters.join('\n');
}

function defaultOf(option: Option): string {
  return option.otherwise ?? option.default ?? 'not set';
}

function wrap(text: string, indent: string, width: number): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + word.length > width && line !== indent) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
}
