import type { Channel, ConsumeMessage } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { AckWindow } from './ack-window';

const delivery = (deliveryTag: number) => ({ fields: { deliveryTag } }) as ConsumeMessage;

/** What goes to the broker, as `tag` or `<=tag`. */
function recording() {
  const frames: string[] = [];
  const ack = ({ fields }: ConsumeMessage, allUpTo = false) =>
    frames.push(`${allUpTo ? '<=' : ''}${fields.deliveryTag}`);
  const window = new AckWindow({ ack } as unknown as Channel);
  const [one, two, three, four] = [1, 2, 3, 4].map(delivery) as [
    ConsumeMessage,
    ConsumeMessage,
    ConsumeMessage,
    ConsumeMessage,
  ];
  [one, two, three, four].forEach((message) => window.add(message));
  return { frames, window, one, two, three, four };
}

describe('AckWindow', () => {
  it('acknowledges all that end in one turn with one frame', () => {
    const { frames, window, one, two, three, four } = recording();
    [three, one, four, two].forEach((message) => window.ack(message));
    window.flush();
    expect(frames).toEqual(['<=4']);
    expect(window.size).toBe(0);
  });

  it('never acknowledges what is still being handled', () => {
    const { frames, window, one, three, four } = recording();
    [four, one, three].forEach((message) => window.ack(message));
    window.flush();
    expect(frames).toEqual(['4', '3', '<=1']);
    expect(window.size).toBe(1);
  });

  it('acknowledges nothing twice, and nothing on a channel that is gone', () => {
    const { frames, window, one, two } = recording();
    window.ack(one);
    window.ack(one);
    window.flush();
    window.close();
    window.ack(two);
    window.flush();
    expect(frames).toEqual(['<=1']);
  });
});
