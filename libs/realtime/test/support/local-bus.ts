import type { ClusterChannel } from '../../src/index';

/** Carries bytes between the instances of this process, and remembers them; for what a broker does not show. */
export class LocalBus {
  readonly sent: string[] = [];
  subscriptions = 0;
  private readonly members = new Set<Member>();

  /** The channel of one more instance. */
  join(): ClusterChannel & { cut: () => void } {
    const member = new Member(this);
    this.members.add(member);
    return Object.assign(member, { cut: () => this.members.delete(member) });
  }

  deliver(from: Member, message: Buffer): void {
    this.sent.push(message.toString());
    if (!this.members.has(from)) return;
    for (const member of this.members) if (member !== from) member.hear(message);
  }
}

class Member implements ClusterChannel {
  readonly connected = true;
  private listener: ((message: Buffer) => void) | undefined;

  constructor(private readonly bus: LocalBus) {}

  publish(message: Buffer): void {
    this.bus.deliver(this, message);
  }

  subscribe(listener: (message: Buffer) => void): void {
    this.bus.subscriptions++;
    this.listener = listener;
  }

  onConnect(callback: () => void): void {
    setImmediate(callback);
  }

  hear(message: Buffer): void {
    setImmediate(() => this.listener?.(message));
  }
}
