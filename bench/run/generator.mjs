import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from './usage.mjs';

const GENERATOR = fileURLToPath(new URL('../generator.mjs', import.meta.url));

/**
 * Runs one workload in a generator of its own. `processes` (pid by name) are watched: the result tells the share of
 * one core that each used while it was measured.
 * @param {{ workload: string, target: { host: string, port: number }, accounts: object[] }} job
 * @param {Record<string, number>} processes
 * @param {(phase: string) => Promise<void>} [onPhase] the generator waits for it where it wants to
 */
export function generate(job, processes, onPhase = async () => {}) {
  const child = fork(GENERATOR, { stdio: 'inherit' });
  const watched = { ...processes, generator: child.pid };
  const usage = () => ({ at: performance.now(), cpu: mapValues(watched, cpuSeconds) });
  let before = usage();
  let cores = {};
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the load generator ended with exit code ${code}`)));
    child.on('message', async ({ phase, result, error }) => {
      if (result) return resolve({ ...result, cores });
      if (error) return reject(new Error(`${job.workload} on port ${job.target.port}: ${error}`));
      if (phase === 'measure') before = usage();
      if (phase === 'measured') {
        const after = usage();
        const elapsed = (after.at - before.at) / 1000;
        cores = mapValues(watched, (_, name) => (after.cpu[name] - before.cpu[name]) / elapsed);
      }
      await onPhase(phase);
      child.send({ go: true });
    });
    child.send(job);
  });
}

/** @template V, R @param {Record<string, V>} record @param {(value: V, key: string) => R} change */
export function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
