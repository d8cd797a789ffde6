import { describe, expect, it } from 'vitest';
import { MessageCreatedDto } from '../messages/message-events.dto';
import { SendMessageDto } from '../messages/message.dto';
import { chatNamespace, integrationEvents, notificationsNamespace, routes } from '../registry';
import type { Class } from './contract';
import { quickCheck } from './quick-check';
import { thoroughCheck } from './validation';

interface Input {
  name: string;
  type: Class;
  example: Record<string, unknown>;
}

const inputs: Input[] = [
  ...[...chatNamespace.client, ...notificationsNamespace.client].map(({ name, payload, example }) => ({
    name,
    type: payload,
    example: example.payload,
  })),
  ...integrationEvents.map(({ name, payload, example }) => ({
    name,
    type: payload,
    example,
  })),
  ...routes.flatMap(({ path, body, example }) =>
    body ? [{ name: path, type: body, example: example.body as unknown as Record<string, unknown> }] : [],
  ),
];

const values: unknown[] = [
  undefined,
  null,
  '',
  'text',
  'x'.repeat(9_000),
  0,
  -1,
  1,
  1.5,
  1e308,
  Number.NaN,
  true,
  [],
  [1],
  ['x'],
  [null],
  Array.from({ length: 1_001 }, () => 1),
  {},
  { $gt: '' },
  '6650f0b1a4b1c2d3e4f50601',
  '2026-01-01T00:00:00.000Z',
];

const verdict = (check: () => object | undefined) => {
  try {
    return check();
  } catch {
    return undefined;
  }
};

describe('quickCheck', () => {
  it.each(inputs)('never accepts what class-validator refuses: $name', ({ type, example }) => {
    let accepted = 0;
    for (const field of [...Object.keys(example), 'content', 'unknownField']) {
      for (const value of values) {
        const raw = { ...example, [field]: value };
        const quick = quickCheck(type, raw);
        if (quick === undefined) continue;
        accepted++;
        expect(quick).toEqual(verdict(() => thoroughCheck(type, raw)));
        expect(quick).toBeInstanceOf(type);
      }
    }
    expect(accepted).toBeLessThan(values.length * (Object.keys(example).length + 2));
  });

  it.each([SendMessageDto, MessageCreatedDto])(
    'is there for the payloads that come by the thousand',
    (type) => {
      const example = inputs.find((input) => input.type === type)?.example ?? {};
      expect(quickCheck(type, example)).toEqual(thoroughCheck(type, example));
    },
  );
});
