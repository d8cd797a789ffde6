const LEVELS = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };
const LEVEL_NUMBERS = { info: 30, warn: 40, error: 50 };
const HIDDEN = new Set([
  'level',
  'time',
  'pid',
  'hostname',
  'msg',
  'context',
  'service',
  'instance',
  'err',
  'v',
]);
const NAME_COLOURS = [36, 35, 33, 32, 34, 96, 95, 93, 92, 94, 37];
const NAME_WIDTH = 14;

/** Paints text for a terminal. @param {number} code an SGR code @param {string} text */
export function paint(code, text) {
  return `\u001b[${code}m${text}\u001b[0m`;
}

/** A line of a service as JSON with its origin. @param {string} service @param {string} line */
export function asJson(service, line) {
  const entry = parseEntry(line) ?? { level: 30, time: Date.now(), msg: line };
  return JSON.stringify({ ...entry, service });
}

/** A fact of ours as the services log theirs. @param {{ name: string, level: string, message: string }} entry */
export function toEntry({ name, level, message, ...facts }) {
  return { level: LEVEL_NUMBERS[level] ?? 30, time: Date.now(), service: name, msg: message, ...facts };
}

/** A line of a service for a person to read. @param {string} service @param {string} line */
export function asText(service, line) {
  const entry = parseEntry(line);
  const prefix = paint(colourOf(service), service.padEnd(NAME_WIDTH));
  if (!entry) return `${prefix} ${line}`;
  const time = paint(2, new Date(entry.time ?? Date.now()).toTimeString().slice(0, 8));
  const context = entry.context ? `${paint(2, `[${entry.context}]`)} ` : '';
  const facts = Object.entries(entry)
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const text = [
    prefix,
    time,
    levelText(entry.level),
    `${context}${entry.msg ?? ''}${paint(2, facts.join(''))}`,
  ].join(' ');
  return entry.err
    ? `${text}\n${indent(entry.err.stack ?? entry.err.message ?? JSON.stringify(entry.err))}`
    : text;
}

function levelText(level) {
  const name = (LEVELS[level] ?? String(level ?? '')).padEnd(5);
  if (level >= 50) return paint(31, name);
  if (level >= 40) return paint(33, name);
  return paint(level >= 30 ? 32 : 2, name);
}

function parseEntry(line) {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** The same name always gets the same colour. */
function colourOf(service) {
  let sum = 0;
  for (const character of service) sum = sum * 7 + character.charCodeAt(0);
  return NAME_COLOURS[sum % NAME_COLOURS.length] ?? 36;
}

function indent(text) {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
