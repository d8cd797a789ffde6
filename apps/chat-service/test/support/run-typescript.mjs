// `node run-typescript.mjs <file.ts>`: runs a TypeScript file of this repository in a process without vitest around it.
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { transformSync } from '@swc/core';

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, sourceMaps: 'inline' });
  module._compile(code, filename);
};

createRequire(import.meta.url)(path.resolve(process.argv[2] ?? ''));
