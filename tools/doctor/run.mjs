import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../lib/failure.mjs';
import { CHECKS } from './checks/index.mjs';

/** Of one kind; there may be more, which are only counted. */
const KEPT = 1_000;
/** What is wrong only for a moment, because somebody was just writing, is not wrong. */
const SECOND_LOOK_AFTER_MS = 1_500;
/** Some repairs are work for a service, which takes a few seconds to find it. */
const REPAIRS_TAKE_MS = 20_000;
const LOOK_EVERY_MS = 1_000;

/**
 * @typedef {{ check: string, subject: string, problem: string, detail?: string, repair?: () => Promise<string>,
 *   repaired?: string, isGone?: boolean }} Finding
 * @typedef {{ name: string, title: string, looked: number | null, violations: number, findings: Finding[] }} Result
 */

/**
 * Looks at everything, and again at what seems to be wrong; repairs what can be derived, if it shall.
 * @param {{ stores: import('./stores.mjs').Stores, environment: NodeJS.ProcessEnv, olderThanMs: number, repair: boolean,
 *   progress: (text: string) => void }} options
 * @returns {Promise<{ results: Result[], failed: { name: string, reason: string }[] }>} `failed`: what could not be looked at
 */
export async function examine(options) {
  const results = new Map();
  const failed = [];
  for (const check of CHECKS) {
    for (const [name, title] of Object.entries(check.titles))
      results.set(name, { name, title, looked: null, violations: 0, findings: [] });
    if (!options.stores[check.store]) continue;
    try {
      const first = await look(check, options);
      const confirmed = first.findings.length > 0 ? await lookAgain(check, options, first.findings) : [];
      for (const [name, looked] of Object.entries(first.looked)) {
        const result = results.get(name);
        result.looked = looked;
        result.findings = confirmed.filter((finding) => finding.check === name);
        result.violations = result.findings.length + (first.beyond.get(name) ?? 0);
      }
      if (options.repair) await repairAll(check, options, confirmed);
    } catch (error) {
      failed.push({ name: Object.values(check.titles).join('; '), reason: messageOf(error) });
    }
  }
  return { results: [...results.values()], failed };
}

async function look(check, { stores, environment, olderThanMs, progress }, only) {
  /** @type {Finding[]} */
  const findings = [];
  const counts = new Map();
  const beyond = new Map();
  const report = (finding) => {
    const count = (counts.get(finding.check) ?? 0) + 1;
    counts.set(finding.check, count);
    if (count <= KEPT) findings.push(finding);
    else beyond.set(finding.check, count - KEPT);
  };
  const [title] = Object.values(check.titles);
  const settled = new Date(Date.now() - olderThanMs);
  const looked = await check.look({
    stores,
    environment,
    settled,
    only,
    report,
    progress: (text) => progress(`${title}: ${text}`),
  });
  return { findings, looked, beyond };
}

/** Those that are still there, as they are now. */
async function lookAgain(check, options, findings) {
  await delay(SECOND_LOOK_AFTER_MS);
  const before = new Set(findings.map(keyOf));
  const subjects = [...new Set(findings.map(({ subject }) => subject))];
  const { findings: now } = await look(check, options, subjects);
  return now.filter((finding) => before.has(keyOf(finding)));
}

const keyOf = ({ check, subject, problem }) => `${check} ${subject} ${problem}`;

async function repairAll(check, options, findings) {
  const repairable = findings.filter(({ repair }) => repair);
  const failed = new Set();
  for (const [at, finding] of repairable.entries()) {
    options.progress(`${at} of ${repairable.length} repaired`);
    finding.repaired = await finding.repair().catch((error) => {
      failed.add(finding);
      return `not repaired: ${error.message}`;
    });
  }
  const giveUpAt = Date.now() + REPAIRS_TAKE_MS;
  for (let left = repairable.filter((finding) => !failed.has(finding)); left.length > 0;) {
    const subjects = [...new Set(left.map(({ subject }) => subject))];
    const there = new Set((await look(check, options, subjects)).findings.map(keyOf));
    for (const finding of left) finding.isGone = !there.has(keyOf(finding));
    left = left.filter(({ isGone }) => !isGone);
    if (left.length === 0 || Date.now() > giveUpAt) return;
    options.progress(`waiting for ${left.length} repairs to be seen`);
    await delay(LOOK_EVERY_MS);
  }
}

/** How many violations there are now. @param {readonly Result[]} results */
export const remaining = (results) =>
  results.reduce(
    (sum, { violations, findings }) => sum + violations - findings.filter(({ isGone }) => isGone).length,
    0,
  );
