import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../lib/environment.mjs';

/** A missing token is refused everywhere, and by the same code; it says nothing of what the contract itself refuses. */
const NO_REFUSAL = new Set(['ok', 'AUTH_INVALID', 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL']);

/**
 * Which client events and routes the tests have not used with success, and which never with input that they refuse. A
 * route that takes no input is refused without a token, and that is all there is; a public one refuses nobody.
 * @param {string} file what the tests have noted: a contract, a tab and `ok` or an error code in each line
 * @returns {Promise<string[]>} one line for each gap
 */
export async function contractGaps(file) {
  const uses = await readUses(file);
  return [...contracts()].flatMap(({ name, takesInput, isPublic }) => {
    const outcomes = [...(uses.get(name) ?? [])];
    const isRefused = takesInput
      ? outcomes.some((outcome) => !NO_REFUSAL.has(outcome))
      : isPublic || outcomes.some((outcome) => outcome !== 'ok');
    return [
      ...(outcomes.includes('ok') ? [] : [`${name}: no test in which it is accepted`]),
      ...(isRefused ? [] : [`${name}: no test in which it is refused for what was asked`]),
    ];
  });
}

function* contracts() {
  const require = createRequire(import.meta.url);
  require('reflect-metadata');
  const { namespaces, routes } = require(path.join(ROOT, 'dist/libs/contracts/src/index.js'));
  const names = new Set(namespaces.flatMap(({ client }) => client.map(({ name }) => name)));
  for (const name of names) yield { name, takesInput: true, isPublic: false };
  for (const { method, path: template, body, query, params, access } of routes)
    yield {
      name: `${method} ${template}`,
      takesInput: Boolean(body ?? query ?? params),
      isPublic: access === 'public',
    };
}

async function readUses(file) {
  const uses = new Map();
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const line of text.split('\n').filter(Boolean)) {
    const [contract, outcome] = line.split('\t');
    if (!uses.has(contract)) uses.set(contract, new Set());
    uses.get(contract).add(outcome);
  }
  return uses;
}
