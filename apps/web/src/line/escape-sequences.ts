/**
 * The control sequences of terminals (ECMA-48, 5th edition, clauses 5.3 to 5.6): CSI; the strings OSC, DCS, SOS, PM and APC, which end
 * with ST or, as xterm has it, with BEL; other escapes with their intermediates; also those that were cut short. What can't go on
 * ends there, so nothing is looked at twice.
 */
const SEQUENCE =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|[ -/]*[0-~]?)|\x9b[0-?]*[ -/]*[@-~]?/g;

/** Select Graphic Rendition: colours and weights. */
const SGR = /^(?:\x1b\[|\x9b)([\d;:]*)m$/;

/** Whether there may be any sequence in the text. */
export function hasEscapes(text: string): boolean {
  return text.includes('\x1b') || text.includes('\x9b');
}

/** The text without sequences: what a terminal would show, but for what they do to the cursor. */
export function withoutEscapes(text: string): string {
  return hasEscapes(text) ? text.replace(SEQUENCE, '') : text;
}

/**
 * The text with colours alone, each as `ESC [ … m` with semicolons only (ISO 8613-6 allows colons, and an empty colour space); every
 * other sequence is taken out.
 */
export function onlyColours(text: string): string {
  return text.replace(SEQUENCE, (sequence) => {
    const [, parameters] = SGR.exec(sequence) ?? [];
    return parameters === undefined ? '' : `\x1b[${plainParameters(parameters)}m`;
  });
}

function plainParameters(parameters: string): string {
  return parameters
    .split(';')
    .map((parameter) =>
      /^[34]8:2:\d*:\d+:\d+:\d+/.test(parameter) ? withoutColourSpace(parameter) : underline(parameter),
    )
    .map((parameter) => (parameter === '' ? '0' : parameter.replaceAll(':', ';')))
    .join(';');
}

/** `38:2:<space>:r:g:b` without the space. */
function withoutColourSpace(parameter: string): string {
  const [layer, two, , red, green, blue] = parameter.split(':');
  return [layer, two, red, green, blue].join(':');
}

/** `4:3`, a curly underline, is an underline; `4:0` is none. */
function underline(parameter: string): string {
  if (!parameter.startsWith('4:')) return parameter;
  return parameter === '4:0' ? '24' : '4';
}
