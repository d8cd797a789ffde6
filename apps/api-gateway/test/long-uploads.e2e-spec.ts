import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from './support/gateway';
import { Upstream } from './support/upstream';

const STEP = Buffer.alloc(4_096, 'x');
const STEP_MS = 100;

describe('an upload over a slow line', () => {
  let chat: Upstream;
  /** In one an upload may take longer than a service may think, in the other it may not take long. */
  let patient: Gateway;
  let strict: Gateway;

  beforeAll(async () => {
    chat = await Upstream.start({ name: 'chat-1' });
    const services = { CHAT_SERVICE_URL: [chat.url] };
    patient = await startGateway({ ...services, UPSTREAM_TIMEOUT: 1_500 });
    strict = await startGateway({ ...services, REQUEST_TIMEOUT: 1_500 });
  });
  afterAll(async () => {
    await patient.close();
    await strict.close();
    await chat.kill();
  });

  /** Sends steadily for so long, or until there is an answer; and gives that. */
  async function send({ port, authorization }: Gateway, forMs: number): Promise<string> {
    const steps = Math.ceil(forMs / STEP_MS);
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => (answer += chunk.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const head = ['POST /upload/single HTTP/1.1', 'Host: x', `Authorization: ${authorization}`];
    head.push(`Content-Length: ${steps * STEP.length}`, 'Connection: close', '', '');
    socket.write(head.join('\r\n'));
    for (let step = 0; step < steps && answer === '' && !socket.destroyed; step++) {
      socket.write(STEP);
      await pause(STEP_MS);
    }
    await closed;
    return answer;
  }

  it.concurrent('comes through, longer than UPSTREAM_TIMEOUT, as long as it goes on', async () => {
    const answer = await send(patient, 3_500);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(`"bytes":${35 * STEP.length}`);
  });

  it.concurrent('is told when it has taken REQUEST_TIMEOUT', async () => {
    const answer = await send(strict, 20_000);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"BAD_REQUEST"');
    expect(answer).toContain('did not arrive in time: all of it within 1500 ms');
  });
});
