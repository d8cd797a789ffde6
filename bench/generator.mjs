/*
 * The load generator: a process of its own that runs one workload and ends. It is told the workload over IPC, reports
 * its phases, and answers with the result. See README.md for what it is made of.
 */
import { closedLoop } from './load/closed-loop.mjs';
import { hot } from './load/hot.mjs';
import { http } from './load/http.mjs';
import { idle } from './load/idle.mjs';
import { openLoop } from './load/open-loop.mjs';
import { search } from './load/search.mjs';

const workloads = { closedLoop, openLoop, hot, idle, http, search };

/** Tells the parent where we are; resolves when it has done its measuring. */
const phase = (name) =>
  new Promise((resolve) => {
    process.once('message', resolve);
    process.send({ phase: name });
  });

process.once('message', async ({ workload, ...job }) => {
  try {
    process.send({ result: await workloads[workload]({ ...job, phase }) });
  } catch (error) {
    process.send({ error: error instanceof Error ? error.message : String(error) });
  }
  process.disconnect();
  process.exit();
});
process.once('disconnect', () => process.exit());
