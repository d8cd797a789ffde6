import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort, isFree } from './ports.mjs';

const MODULE = path.join(__dirname, 'ports.mjs');

/** A process that has chosen a port, and does not listen on it yet. */
async function chooser() {
  const script = `import { freePort } from ${JSON.stringify(MODULE)};
    process.stdin.resume();
    console.log(await freePort());`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await once(child, 'exit');
  };
  return { port: Number(line), end };
}

describe('a port that another process has chosen', () => {
  it('is not given a second time, though nobody listens there, until that process has ended', async () => {
    const other = await chooser();
    expect(await isFree(other.port)).toBe(true);
    expect(await freePort(other.port)).not.toBe(other.port);
    // Killed, it could not give it back itself.
    await other.end('SIGKILL');
    expect(await freePort(other.port)).toBe(other.port);
    expect(await freePort(other.port)).not.toBe(other.port);
  });
});
