import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { addChild, removeChild } from '../lib/children.mjs';
import { ROOT } from '../lib/environment.mjs';

/**
 * Runs vitest to its end, in view.
 * @param {{ args: string[], env: NodeJS.ProcessEnv, dataDir: string }} options
 * @returns {Promise<{ exitCode: number, passed: number, failed: number }>}
 */
export async function runVitest({ args, env, dataDir }) {
  const program = path.join(
    path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
    'vitest.mjs',
  );
  const report = path.join(dataDir, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [program, 'run', ...reporters, ...args], {
    cwd: ROOT,
    env: { MAIL_DIR: path.join(dataDir, 'mail'), ...env },
    stdio: 'inherit',
  });
  if (child.pid !== undefined) addChild({ name: 'vitest', pid: child.pid, signal: 'SIGTERM' });
  const [code] = await once(child, 'exit');
  if (child.pid !== undefined) removeChild(child.pid);
  return { exitCode: code ?? 1, ...(await countTests(report, code)) };
}

async function countTests(file, code) {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return { passed: 0, failed: code === 0 ? 0 : 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text);
  // A file that cannot even be loaded has no tests, and yet has failed.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = numFailedTests + broken.length;
  // Nor may an error outside of any test go uncounted.
  return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}
