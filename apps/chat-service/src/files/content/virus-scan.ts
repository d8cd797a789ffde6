import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import { AppError, unavailable } from '@app/contracts';
import { Logger } from '@app/platform';
import { ChatConfig } from '../../config';
import { scans } from '../file-metrics';

/** What an answer of the scanner may have; a name of malware is short. */
const ANSWER_BYTES = 4_096;

/** Asks clamd (INSTREAM) what it thinks of a file; without one, everything is clean. */
@Injectable()
export class VirusScan {
  constructor(
    private readonly config: ChatConfig,
    private readonly logger: Logger,
  ) {}

  /** The name of what was found, or undefined. Throws UNAVAILABLE when it cannot be said: what was not looked at is not kept. */
  async findIn(path: string): Promise<string | undefined> {
    if (this.config.CLAMD_URL === '') return undefined;
    const answer = await this.ask(path).catch((error: unknown) => {
      this.logger.warn('the virus scanner did not answer', { err: error });
      throw unscanned();
    });
    const [, found] = /^stream: (.+) FOUND$/.exec(answer) ?? [];
    if (found === undefined && answer !== 'stream: OK') {
      this.logger.warn('the virus scanner could not look at a file', { answer });
      throw unscanned();
    }
    scans.inc({ outcome: found === undefined ? 'clean' : 'harmful' });
    return found;
  }

  private async ask(path: string): Promise<string> {
    const { hostname, port } = new URL(this.config.CLAMD_URL);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(this.config.CLAMD_TIMEOUT_MS, () => socket.destroy(new Error('it took too long')));
    // What cannot be sent breaks the line, and with it the answer.
    this.send(path, socket).catch((error: unknown) =>
      socket.destroy(error instanceof Error ? error : new Error('unknown')),
    );
    try {
      return await this.answerOn(socket);
    } finally {
      socket.destroy();
    }
  }

  private async send(path: string, socket: Socket): Promise<void> {
    const write = (bytes: Buffer | string) =>
      new Promise<void>((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      });
    await write('zINSTREAM\0');
    for await (const chunk of createReadStream(path)) {
      const bytes = chunk as Buffer;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      await write(Buffer.concat([length, bytes]));
    }
    await write(Buffer.alloc(4));
  }

  private async answerOn(socket: Socket): Promise<string> {
    let answer = '';
    for await (const chunk of socket) {
      answer += String(chunk);
      if (answer.includes('\0') || answer.length > ANSWER_BYTES) break;
    }
    if (!answer.includes('\0')) throw new Error('it hung up');
    return answer.slice(0, answer.indexOf('\0'));
  }
}

function unscanned(): AppError {
  scans.inc({ outcome: 'unavailable' });
  return unavailable('the virus scanner');
}

export const infected = () => new AppError('UNSUPPORTED_MEDIA_TYPE', 'the file was found to be harmful');
