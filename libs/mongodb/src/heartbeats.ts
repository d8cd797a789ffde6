import type { mongo } from 'mongoose';

type Client = Pick<mongo.MongoClient, 'on'>;

/** When the driver last looked after its server by itself, and what came of it. */
export class Heartbeats {
  private readonly at: Record<string, number> = {};
  private failure = '';

  constructor(client: Client) {
    client.on('serverHeartbeatStarted', () => this.note('started'));
    client.on('serverHeartbeatSucceeded', () => this.note('succeeded'));
    client.on('serverHeartbeatFailed', (event) => {
      this.note('failed');
      this.failure = event.failure.message;
    });
    client.on('connectionPoolCleared', () => this.note('pool cleared'));
    client.on('connectionPoolReady', () => this.note('pool ready'));
    client.on('connectionCreated', () => this.note('connection created'));
    client.on('connectionReady', () => this.note('connection ready'));
  }

  /** Milliseconds since each happened for the last time. */
  last(): object {
    const now = performance.now();
    const ago = Object.entries(this.at).map(([what, at]) => ({ [what]: Math.round(now - at) }));
    return Object.assign({ failure: this.failure }, ...ago) as object;
  }

  private note(what: string): void {
    this.at[what] = performance.now();
  }
}
