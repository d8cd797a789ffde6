import { unsignedAccounts } from './accounts.mjs';
import { loadSystem, openSystem } from './place.mjs';
import { describe, machine } from './report.mjs';
import { accountsNeeded, WORKLOADS } from './workloads.mjs';
import { startYardstick } from './yardstick.mjs';

/**
 * Runs the chosen workloads one after the other, each on the yardstick first and then on the system, and gives the
 * report that is also written as JSON.
 * @param {{ names: string[], direct: boolean, yardstick: boolean, seconds: number, idle: number, chat: number }} options
 * @param {{ say: (text: string) => void, print: (text: string) => void }} output
 */
export async function runBench(options, { say, print }) {
  const { seconds, idle, chat } = options;
  const report = { machine: machine(), options: { seconds, idle, chat }, workloads: {}, complaints: [] };
  const yardstick = options.yardstick ? await startYardstick() : null;
  let system = null;
  const closeSystem = async () => {
    report.complaints.push(...(system?.complaints ?? []));
    await system?.close();
    system = null;
  };
  try {
    for (const name of options.names) {
      const workload = WORKLOADS[name];
      const entry = { title: workload.title(options), results: {} };
      if (yardstick && !workload.isHttp && !workload.isOurs) {
        say(`${name} on the yardstick …`);
        entry.results.yardstick = await workload.run(
          yardstick,
          unsignedAccounts(accountsNeeded(options)),
          options,
        );
      }
      for (const where of options.direct || workload.isHttp ? ['gateway', 'direct'] : ['gateway']) {
        system ??= await openSystem(options, say);
        say(`${name} ${where === 'gateway' ? 'through the gateway' : 'direct'} …`);
        const place = where === 'gateway' ? system.gateway : workload.isHttp ? system.user : system.chat;
        entry.results[where] = await loadSystem(system, workload, place, options);
        if (workload.leavesBacklog) await closeSystem();
      }
      report.workloads[name] = entry;
      print(describe(entry));
    }
  } finally {
    await closeSystem();
    await yardstick?.stop();
  }
  return report;
}
