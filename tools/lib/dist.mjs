import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from './environment.mjs';

const require = createRequire(import.meta.url);

/** What a service does itself is not written a second time: it is taken from the build. @param {string} file below dist */
export function fromDist(file) {
  require('reflect-metadata');
  return require(path.join(ROOT, 'dist', file));
}
