import { refusalOf } from '@app/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RealtimeApp } from './support/realtime-app';
import { say } from './support/test-namespace';

const MOST = 5;

describe('the commands of one user', () => {
  let app: RealtimeApp;

  beforeAll(async () => {
    app = await RealtimeApp.start({ commandRateMax: MOST });
  });
  afterAll(() => app.close());

  it('are refused beyond so many in ten seconds, whatever the socket, and those of others are not', async () => {
    const [one, other, neighbour] = await Promise.all([app.connect(1), app.connect(1), app.connect(2)]);
    for (let n = 0; n < MOST; n++) await (n % 2 ? one : other).emit(say, { text: `${n}` });
    expect(await refusalOf(one.emit(say, { text: 'one more' }))).toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringContaining('commands: more than 5 in 10 s') as string,
    });
    expect(await refusalOf(other.emit(say, { text: 'elsewhere' }))).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await neighbour.emit(say, { text: 'me' })).toEqual({ text: 'me' });
  });
});
