import { once } from 'node:events';
import http from 'node:http';
import { createAccounts } from '../run/accounts.mjs';
import { machine } from '../run/report.mjs';
import { startFreshSystem } from '../run/system.mjs';
import { forgetPeaks, peaks } from './memory.mjs';

const GIB = 1_073_741_824;
const STEP = Buffer.alloc(256 * 1_024, 'x');
const SAY_EVERY_MS = 500;
/** Memory is flat when it grows by less than this share of what is sent. */
const FLAT = 1 / 8;
const BOUNDARY = 'attempt-boundary';
/** Enough of a film to be known for one. */
const FILM = Buffer.concat([
  Buffer.from('00000018', 'hex'),
  Buffer.from('ftypisom'),
  Buffer.alloc(4),
  Buffer.from('isomiso2'),
]);
const HEAD = Buffer.concat([
  Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n`),
  FILM,
]);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

/**
 * Uploads of so many GiB through the gateway, made while they are sent: refused by their length, refused when the limit is
 * crossed, and, in a second system that lets them in, stored and read back.
 * @param {{ attempt: number }} options
 * @param {(text: string) => void} say
 */
export async function runAttempts({ attempt: gib }, say) {
  const bytes = gib * GIB;
  const raised = {
    MAX_VIDEO_SIZE: String(bytes + STEP.length),
    FILE_QUOTA_BYTES: String(2 * bytes),
    // To bring so much to the disk takes longer than an answer usually does.
    UPSTREAM_TIMEOUT: '300000',
  };
  const attempts = [
    ...(await within({}, say, async (system) => [
      await watched(system, 'announced', 413, () => send(system, { bytes, announced: true }, say)),
      await watched(system, 'unannounced', 413, () => send(system, { bytes, announced: false }, say)),
    ])),
    ...(await within(raised, say, async (system) => {
      const stored = await watched(system, 'stored', 201, () =>
        send(system, { bytes, announced: true }, say),
      );
      if (stored.status !== 201) return [stored];
      return [stored, await watched(system, 'read', 200, () => readBack(system, stored.url, say))];
    })),
  ];
  return { machine: machine(), options: { attemptGib: gib }, attempts };
}

async function within(settings, say, attempts) {
  const system = await startFreshSystem({ instances: { chat: 1 }, settings, say });
  try {
    const [{ token }] = await createAccounts({
      postgresUrl: system.env.POSTGRES_URL,
      secret: system.secret,
      count: 1,
    });
    return await attempts({ ...system, headers: { authorization: `Bearer ${token}` } });
  } finally {
    await system.stop();
  }
}

/** What came of it, and how much more memory the processes held meanwhile than before, at most. */
async function watched({ processes }, name, expected, act) {
  const before = forgetPeaks(processes);
  const begun = performance.now();
  const outcome = await act();
  const seconds = (performance.now() - begun) / 1_000;
  return { name, expected, ...outcome, seconds, memoryMb: { before, peak: peaks(processes) } };
}

async function send({ urls, headers }, { bytes, announced }, say) {
  const length = HEAD.length + bytes + TAIL.length;
  const outgoing = http.request(`${urls.gateway[0]}/upload/single`, {
    method: 'POST',
    agent: false,
    headers: {
      ...headers,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      ...(announced && { 'content-length': length }),
    },
  });
  let answer;
  const answered = answerOf(outgoing).then((found) => (answer = found));
  const write = async (chunk) => {
    if (!outgoing.write(chunk) && !answer) await Promise.race([once(outgoing, 'drain'), answered]);
  };
  let sent = 0;
  let said = 0;
  try {
    await write(HEAD);
    while (sent < bytes && !answer) {
      const chunk = STEP.subarray(0, Math.min(STEP.length, bytes - sent));
      await write(chunk);
      sent += chunk.length;
      if (performance.now() - said < SAY_EVERY_MS) continue;
      said = performance.now();
      say(`sent ${mb(sent)} of ${mb(bytes)} MB`);
    }
    if (!answer) outgoing.end(TAIL);
    say('waiting for the answer');
    return { sentMb: mb(sent), ...(await answered) };
  } finally {
    outgoing.destroy();
  }
}

/** Status and, of a file that was stored, its address. The answer may come, and the line be cut, while the body is sent. */
function answerOf(outgoing) {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    outgoing.on(
      'error',
      (error) => isAnswered || reject(new Error(`the upload broke off: ${error.message}`)),
    );
    outgoing.once('response', (incoming) => {
      isAnswered = true;
      let text = '';
      incoming.on('data', (chunk) => (text += chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const { data, error } = JSON.parse(text);
        resolve({ status: incoming.statusCode, code: error?.code, url: data?.url });
      });
    });
  });
}

async function readBack({ urls, headers }, url, say) {
  const answer = await fetch(urls.gateway[0] + url, { headers });
  let received = 0;
  for await (const chunk of answer.body) {
    received += chunk.length;
    say(`read ${mb(received)} MB`);
  }
  return { sentMb: mb(received), status: answer.status };
}

const mb = (bytes) => Math.round(bytes / 1e6);

const growthOf = ({ memoryMb: { before, peak } }) =>
  Object.entries(peak).map(([name, value]) => ({ name, mb: Math.max(0, value - before[name]) }));

/** What was not answered as it should be, or took memory with it. */
export const brokenIn = ({ attempts, options: { attemptGib } }) =>
  attempts.filter(
    (attempt) =>
      attempt.status !== attempt.expected ||
      growthOf(attempt).some(({ mb: more }) => more > (attemptGib * GIB * FLAT) / 1e6),
  );

export function describeAttempts(report) {
  const broken = brokenIn(report);
  const rows = report.attempts.map((attempt) => {
    const { name, status, code = '', sentMb, seconds, memoryMb } = attempt;
    const memory = growthOf(attempt).map(
      (more) => `${more.name} ${memoryMb.peak[more.name]} MB (+${more.mb})`,
    );
    const outcome = `${status} ${code}`.trim().padEnd(22);
    return `${name.padEnd(12)} ${outcome} ${String(sentMb).padStart(5)} MB in ${seconds.toFixed(1).padStart(5)} s   ${memory.join(', ')}`;
  });
  return [
    `Attempts of ${report.options.attemptGib} GiB through the gateway; the most memory meanwhile, and how much more than before`,
    ...rows,
    ...broken.map(({ name, expected }) => `${name}: expected ${expected} and memory that stays flat`),
  ].join('\n');
}
