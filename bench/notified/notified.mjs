import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { Latencies } from '../load/latencies.mjs';
import { createAccounts } from '../run/accounts.mjs';
import { machine } from '../run/report.mjs';
import { startFreshSystem } from '../run/system.mjs';

/** Connections that are opened at once. */
const STEP = 50;
/** Nothing more has come for so long: it will not come. */
const PATIENCE_MS = 15_000;
const WARM_UP = 5;

/**
 * One person says something, and so many others have a device in `/notifications`: how long until each of them is told.
 * @param {{ recipients: number[], messages: number, pause: number, notification: number }} options
 * @param {(text: string) => void} show what it is at
 */
export async function runNotified(options, show) {
  const load = { before: os.loadavg() };
  const most = Math.max(...options.recipients);
  const system = await startFreshSystem({
    instances: { notification: options.notification },
    settings: { MAX_GROUP_SIZE: String(most + 1) },
    say: show,
  });
  try {
    const count = options.recipients.reduce((sum, size) => sum + size + 1, 0);
    const accounts = await createAccounts({
      postgresUrl: system.env.POSTGRES_URL,
      secret: system.secret,
      count,
    });
    const sizes = [];
    for (const size of options.recipients)
      sizes.push(await measure(system.urls.gateway[0], accounts.splice(0, size + 1), options, show));
    load.after = os.loadavg();
    return { machine: machine(), load, options, sizes, complaints: system.complaints };
  } finally {
    show('stopping everything');
    await system.stop();
  }
}

async function measure(origin, [author, ...others], { messages, pause }, show) {
  const size = others.length;
  show(`${size} recipients: connecting`);
  const chat = await connected(`${origin}/chat`, '/socket.io', author.token);
  const sentAt = new Map();
  const told = { latencies: new Latencies(), count: 0, doubled: 0 };
  const listeners = [];
  for (let from = 0; from < size; from += STEP)
    listeners.push(
      ...(await Promise.all(others.slice(from, from + STEP).map((one) => listen(origin, one, sentAt, told)))),
    );
  const { _id: conversationId } = await asked(chat, 'conversation:create', {
    name: `${size} others`,
    participantIds: others.map(({ userId }) => userId),
  });
  for (let n = 0; n < WARM_UP + messages; n++) {
    show(`${size} recipients: message ${n + 1} of ${WARM_UP + messages}`);
    const content = `${size}:${n}`;
    if (n >= WARM_UP) sentAt.set(content, performance.now());
    await asked(chat, 'message:send', { conversationId, content });
    await delay(pause);
  }
  const wanted = size * messages;
  show(`${size} recipients: waiting for the last`);
  for (let known = -1, deadline = 0; told.count < wanted; await delay(50)) {
    if (told.count > known) deadline = performance.now() + PATIENCE_MS;
    else if (performance.now() > deadline) break;
    known = told.count;
  }
  for (const socket of [chat, ...listeners]) socket.disconnect();
  return {
    recipients: size,
    messages,
    wanted,
    pushed: told.count,
    doubled: told.doubled,
    ms: told.latencies.summary(),
  };
}

async function listen(origin, { token }, sentAt, told) {
  const seen = new Set();
  const socket = await connected(`${origin}/notifications`, '/notifications/socket.io', token);
  socket.on('notification:created', ({ type, content }) => {
    const at = sentAt.get(content);
    if (type !== 'message' || at === undefined) return;
    if (seen.has(content)) told.doubled++;
    else {
      told.latencies.add(performance.now() - at);
      told.count++;
    }
    seen.add(content);
  });
  return socket;
}

async function connected(url, path, token) {
  const socket = io(url, {
    path,
    transports: ['websocket'],
    auth: { token },
    forceNew: true,
    reconnection: false,
  });
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

async function asked(socket, event, payload) {
  const answer = await socket.timeout(10_000).emitWithAck(event, payload);
  if (!answer.ok) throw new Error(`${event} was refused: ${answer.error.code} ${answer.error.message}`);
  return answer.data;
}
