import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Latencies } from './latencies.mjs';

/** One request after the other on each of `connections` kept-alive connections. */
export async function http({ target, accounts, path, connections, warmupSeconds, seconds, phase }) {
  const state = {
    running: true,
    measuring: false,
    answered: 0,
    failed: 0,
    firstFailure: null,
    latencies: new Latencies(),
  };
  const clients = Array.from({ length: connections }, (_, index) =>
    keepAsking(target, path, accounts[index % accounts.length].token, state),
  );
  await delay(warmupSeconds * 1000);
  phase('measure');
  const before = { at: performance.now(), answered: state.answered };
  state.measuring = true;
  await delay(seconds * 1000);
  state.measuring = false;
  const elapsed = (performance.now() - before.at) / 1000;
  const requestsPerSecond = (state.answered - before.answered) / elapsed;
  phase('measured');
  state.running = false;
  for (const client of clients) client.destroy();
  return {
    requestsPerSecond,
    failed: state.failed,
    firstFailure: state.firstFailure,
    latencyMs: state.latencies.summary(),
  };
}

function keepAsking(target, path, token, state) {
  const request = `GET ${path} HTTP/1.1\r\nHost: ${target.host}:${target.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const tcp = connect({ ...target, noDelay: true });
  let [received, startedAt] = ['', 0];
  const ask = () => {
    startedAt = performance.now();
    tcp.write(request);
  };
  tcp.on('connect', ask);
  tcp.on('data', (chunk) => {
    received += chunk.toString('latin1');
    const end = endOfAnswer(received);
    if (end < 0) return;
    if (!received.startsWith('HTTP/1.1 200')) {
      state.failed++;
      state.firstFailure ??= received.slice(0, 500);
    } else {
      state.answered++;
    }
    if (state.measuring) state.latencies.add(performance.now() - startedAt);
    received = received.slice(end);
    if (state.running) ask();
  });
  tcp.on('error', (error) => {
    state.failed++;
    state.firstFailure ??= error.message;
  });
  return tcp;
}

/** Where the first answer ends, -1 while it is not whole. Answers carry a length or end with the last chunk. */
function endOfAnswer(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return -1;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd + 2))?.[1];
  if (length !== undefined) {
    const end = headEnd + 4 + Number(length);
    return text.length >= end ? end : -1;
  }
  const lastChunk = text.indexOf('\r\n0\r\n\r\n', headEnd);
  return lastChunk < 0 ? -1 : lastChunk + 7;
}
