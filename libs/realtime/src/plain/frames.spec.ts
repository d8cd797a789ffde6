import { describe, expect, it } from 'vitest';
import { readFrame, readPacket, withId } from './frames';

describe('readFrame', () => {
  it.each([
    ['{"event":"a:b","data":{"x":1},"id":"q"}', 'q', '["a:b",{"x":1}]'],
    ['{"event":"a:b","id":7}', 7, '["a:b"]'],
    ['{"event":"a:b","data":null}', undefined, '["a:b",null]'],
    ['{"id":"","event":"","data":[1]}', '', '["",[1]]'],
  ])('%s', (text, id, args) => expect(readFrame(text)).toEqual({ id, args }));

  it.each([
    ['', undefined, 'frame'],
    ['{', undefined, 'frame'],
    ['[]', undefined, 'frame'],
    ['null', undefined, 'frame'],
    ['"a:b"', undefined, 'frame'],
    ['{"id":1}', 1, 'event'],
    ['{"id":1,"event":null}', 1, 'event'],
    ['{"id":1,"event":"disconnect"}', 1, 'event'],
    ['{"id":1,"event":"newListener","data":{}}', 1, 'event'],
    ['{"id":"a","event":"a:b","more":1}', 'a', 'more'],
    ['{"id":"a","event":"a:b","__proto__":{}}', 'a', '__proto__'],
    ['{"id":{},"event":"a:b"}', undefined, 'id'],
    ['{"id":null,"event":"a:b"}', undefined, 'id'],
    [`{"id":"${'x'.repeat(129)}","event":"a:b"}`, undefined, 'id'],
    [`{"id":1,"event":"a:b","data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 1, 'data'],
  ])('%.60s is refused by the name of what is wrong', (text, id, field) => {
    expect(readFrame(text)).toMatchObject({ id, args: { code: 'BAD_REQUEST', details: [{ field }] } });
  });
});

describe('readPacket', () => {
  const read = (type: number, data?: unknown, id = '') =>
    readPacket(`${type}/chat,${id}${data === undefined ? '' : JSON.stringify(data)}`, '/chat');

  it.each([{ text: 'a "quoted" ,] word \\" é 😀' }, {}, { list: [1, [2]], nested: { a: null } }])(
    'an event with %j',
    (data) => {
      const said = read(2, ['message:created', data]);
      expect(said?.kind).toBe('event');
      expect(JSON.parse((said as { text: string }).text)).toEqual({ event: 'message:created', data });
    },
  );

  it('an event without anything', () => {
    expect(read(2, ['a:b'])).toEqual({
      kind: 'event',
      text: '{"event":"a:b"}',
    });
  });

  it('an answer, under the id of the client', () => {
    const answer = { ok: true, data: { text: '"],[' }, page: { next: null } };
    const said = read(3, [answer], '12');
    expect(said).toEqual({ kind: 'ack', id: 12, answer: JSON.stringify(answer) });
    expect(JSON.parse(withId('a"b', JSON.stringify(answer)))).toEqual({ id: 'a"b', ...answer });
    expect(JSON.parse(withId(3, JSON.stringify(answer)))).toEqual({ id: 3, ...answer });
  });

  it('that it is let in, sent away, or refused', () => {
    expect(read(0, { sid: 'a' })).toEqual({ kind: 'connected' });
    expect(read(1)).toEqual({ kind: 'disconnected' });
    const data = { code: 'AUTH_INVALID', message: 'no' };
    expect(read(4, { message: 'AUTH_INVALID', data })).toEqual({
      kind: 'refused',
      reason: data,
    });
  });
});
