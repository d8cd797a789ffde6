import type { EmptyDto, ServerEvent } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { HandlesEvent, SocketGateway, type ClientSocket } from '../src/index';
import { RealtimeApp } from './support/realtime-app';
import { foreign, said, say, SayDto, TestGateway, testNamespace } from './support/test-namespace';

@SocketGateway(testNamespace)
class OnlySays {
  @HandlesEvent(say)
  say(_socket: ClientSocket, payload: SayDto) {
    return Promise.resolve(payload);
  }
}

@SocketGateway(testNamespace)
class HandlesForeign {
  @HandlesEvent(foreign)
  handle(_socket: ClientSocket, _payload: EmptyDto) {
    return Promise.resolve({});
  }
}

describe('an app does not start', () => {
  it('when an event of its namespace has no handler', async () => {
    await expect(RealtimeApp.start({ gateways: [OnlySays] })).rejects.toThrow(
      'namespace /test: test:list has no handler',
    );
  });

  it('when an event has two', async () => {
    await expect(RealtimeApp.start({ gateways: [TestGateway, OnlySays] })).rejects.toThrow(
      'test:say has 2 handlers',
    );
  });

  it('when it handles an event of another namespace', async () => {
    await expect(RealtimeApp.start({ gateways: [TestGateway, HandlesForeign] })).rejects.toThrow(
      'test:foreign has a handler here but belongs elsewhere',
    );
  });
});

describe('a slip does not compile', () => {
  it('in a payload, an answer, or what is emitted', () => {
    class Slips {
      // @ts-expect-error test:say carries a SayDto, not a date
      @HandlesEvent(say)
      payload(_socket: ClientSocket, _payload: Date) {
        return Promise.resolve({ text: '' });
      }

      // @ts-expect-error test:say is answered with a text
      @HandlesEvent(say)
      answer(_socket: ClientSocket, _payload: SayDto) {
        return Promise.resolve({ text: 7 });
      }
    }
    const emit = (app: RealtimeApp, event: ServerEvent<SayDto>) => {
      // @ts-expect-error test:said carries a text
      app.broadcaster.to('room').emit(event, { text: 7 });
    };
    expect([Slips, emit, said]).toHaveLength(3);
  });
});
