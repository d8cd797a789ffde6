import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const LOGGER = path.resolve(process.env.DIST ?? 'dist', 'libs/platform/src/logging/logger.js');

/** What a process prints that has a logger called `logger`. */
async function printed(script: string): Promise<Record<string, unknown>[]> {
  const program = `
    const { Logger } = require(${JSON.stringify(LOGGER)});
    const logger = Logger.create({ service: 'test', instance: 'test-1', level: 'info' });
    ${script}`;
  const { stdout } = await run(process.execPath, ['-e', program]);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('is one line of JSON each, with who says it', async () => {
    const lines = await printed(`
      logger.info('hello', { requestId: 'r-1' });
      logger.child({ context: 'Relay' }).warn('careful');
      logger.debug('not at this level');
      logger.log('what Nest says of itself', 'InstanceLoader');`);
    expect(lines).toMatchObject([
      { service: 'test', instance: 'test-1', level: 30, msg: 'hello', requestId: 'r-1' },
      { service: 'test', instance: 'test-1', level: 40, msg: 'careful', context: 'Relay' },
    ]);
  });

  it('has an error with its stack, however it was passed', async () => {
    const lines = await printed(`
      const error = new Error('broken');
      logger.error('failed', error, { requestId: 'r-1' });
      logger.error(error);
      logger.error('of Nest', error.stack, 'Context');`);
    expect(lines).toMatchObject([
      {
        msg: 'failed',
        requestId: 'r-1',
        err: { message: 'broken', stack: expect.stringContaining('Error: broken') },
      },
      { msg: 'broken', err: { message: 'broken' } },
      { msg: 'of Nest', context: 'Context', stack: expect.stringContaining('Error: broken') },
    ]);
  });

  it('holds no secret, at the top or two levels down', async () => {
    const secrets = [
      'token',
      'accessToken',
      'refreshToken',
      'password',
      'authorization',
      'cookie',
      'content',
    ];
    const lines = await printed(`
      for (const key of ${JSON.stringify(secrets)}) {
        const fields = { [key]: 'hush', kept: 'seen' };
        logger.info('top', { ...fields });
        logger.info('one', { a: { ...fields } });
        logger.info('two', { a: { b: { ...fields } } });
        logger.error('thrown', Object.assign(new Error('x'), fields));
        logger.child({ ...fields }).warn('bound');
      }`);
    expect(lines).toHaveLength(secrets.length * 5);
    expect(JSON.stringify(lines)).not.toContain('hush');
    expect(lines.filter((line) => JSON.stringify(line).includes('seen'))).toHaveLength(lines.length);
  });
});
