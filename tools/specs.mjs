#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Parser } from '@asyncapi/parser';
import { stringify } from 'yaml';

const HELP = `Usage: npm run specs            builds, then writes openapi.yml, asyncapi.yml, docs/authorization.md and docs/policy.md from the code
       npm run specs:check      fails when the committed files differ from the code
Both validate the documents: OpenAPI with swagger-parser, AsyncAPI with @asyncapi/parser.
`;

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const HEADER = '# Generated from libs/contracts by `npm run specs`. Do not edit.\n';

/** A reason to fail that needs no stack trace. */
class Refusal extends Error {}

function build() {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Refusal(`npm run build failed:\n${stdout}${stderr}`);
}

/** The documents as the contracts say them, as YAML. */
function generate() {
  const require = createRequire(import.meta.url);
  require('reflect-metadata');
  const contracts = require(join(ROOT, 'dist/libs/contracts/src/index.js'));
  const { buildPolicy } = require(
    join(ROOT, 'dist/apps/chat-service/src/conversations/policy/policy-document.js'),
  );
  // Many readers still follow YAML 1.1, where a bare 2026-01-01 is a date and `no` is false: both are quoted.
  const style = { schema: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true };
  const toYaml = (document) => HEADER + stringify(document, style);
  return {
    'openapi.yml': toYaml(contracts.buildOpenApi(contracts.routes)),
    'asyncapi.yml': toYaml(contracts.buildAsyncApi(contracts.namespaces, contracts.integrationEvents)),
    'docs/authorization.md': `<!-- ${HEADER.slice(2, -1)} -->\n\n${contracts.buildAuthorization(contracts.routes)}`,
    'docs/policy.md': `<!-- Generated from apps/chat-service by \`npm run specs\`. Do not edit. -->\n\n${buildPolicy()}`,
  };
}

/** Throws when a document is not what its standard says. Resolves to one line for each, with what was found in it. */
async function validate() {
  const openApi = await SwaggerParser.validate(join(ROOT, 'openapi.yml'));
  const { document, diagnostics } = await new Parser().parse(
    await readFile(join(ROOT, 'asyncapi.yml'), 'utf8'),
  );
  // Severities above 1 are hints, such as that 3.1.0 exists.
  const findings = diagnostics
    .filter(({ severity }) => severity <= 1)
    .map(({ code, message, path }) => `  ${code} at ${path.join('.')}: ${message}`);
  if (!document || findings.length > 0) throw new Refusal(`asyncapi.yml:\n${findings.join('\n')}`);
  const channels = document.channels().all().length;
  return [
    `openapi.yml   OpenAPI ${openApi.openapi}, ${Object.keys(openApi.paths).length} paths, valid`,
    `asyncapi.yml  AsyncAPI ${document.version()}, ${channels} channels, ${document.operations().all().length} operations, valid, no warnings`,
  ];
}

async function compare(documents) {
  for (const [name, expected] of Object.entries(documents)) {
    const committed = await readFile(join(ROOT, name), 'utf8').catch(() => '');
    if (committed === expected) continue;
    const [have, want] = [committed.split('\n'), expected.split('\n')];
    const line = want.findIndex((text, index) => text !== have[index]);
    const at = line === -1 ? want.length : line;
    throw new Refusal(
      `${name} is not what the contracts say, from line ${at + 1} on:\n` +
        `  committed: ${have[at] ?? '(end of file)'}\n  contracts: ${want[at] ?? '(end of file)'}\n` +
        'Run `npm run specs` and commit the result.',
    );
  }
}

async function main() {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, check: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  build();
  const documents = generate();
  if (values.check) await compare(documents);
  else await Promise.all(Object.entries(documents).map(([name, text]) => writeFile(join(ROOT, name), text)));
  for (const line of await validate()) console.log(line);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
}
