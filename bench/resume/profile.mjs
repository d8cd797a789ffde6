/*
 * Loaded into a service by `--import`: the first SIGUSR2 begins a CPU profile, the next one writes it to PROFILE_DIR, and so on.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import path from 'node:path';

const directory = process.env.PROFILE_DIR;
let session;
let written = 0;

process.on('SIGUSR2', async () => {
  if (session) {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    session = undefined;
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, `resume-${++written}.cpuprofile`), JSON.stringify(profile));
    return;
  }
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
});
