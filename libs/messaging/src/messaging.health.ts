import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthRegistry } from '@app/platform';
import { ReliableRmqServer } from './consuming/reliable-rmq.server';
import { MESSAGING_OPTIONS, type ResolvedMessagingOptions } from './messaging.options';
import { ConfirmedSender } from './publishing/confirmed-sender';

/** Tells the health report how it stands with the broker. */
@Injectable()
export class MessagingHealth implements OnModuleInit {
  constructor(
    @Inject(MESSAGING_OPTIONS) private readonly options: ResolvedMessagingOptions,
    private readonly health: HealthRegistry,
    private readonly sender: ConfirmedSender,
    private readonly consumers: ReliableRmqServer,
  ) {}

  onModuleInit(): void {
    this.register(this.options.requiredAtBoot);
  }

  private register(critical: boolean): void {
    const check = (): Promise<void> => {
      const states = [this.sender.state, ...(this.options.consumes.length > 0 ? [this.consumers.state] : [])];
      const wrong = states.find((state) => state !== 'up');
      if (wrong !== undefined) return Promise.reject(new Error(critical ? wrong : `degraded: ${wrong}`));
      if (critical) this.register(false);
      return Promise.resolve();
    };
    this.health.register('rabbitmq', check, { critical });
  }
}
