import {
  clientEvent,
  EmptyDto,
  errorNotice,
  one,
  pageOf,
  renewSession,
  serverDraining,
  serverEvent,
  type ClientEvent,
  type Namespace,
  type Page,
} from '@app/contracts';
import { IsString, MaxLength } from 'class-validator';
import { HandlesEvent, SocketGateway, type Admitted, type ClientSocket } from '../../src/index';

export class SayDto {
  @IsString()
  @MaxLength(100)
  text!: string;
}

const example = { text: 'hello' };

/** Answers with what was said, unless the test has other plans. */
export const say = clientEvent('test:say', {
  summary: 'Says something.',
  payload: SayDto,
  ack: one(SayDto),
  example: { payload: example, ack: example },
});

export const list = clientEvent('test:list', {
  summary: 'Lists what was said.',
  payload: EmptyDto,
  ack: pageOf(SayDto),
  example: { payload: {}, ack: [example] },
});

/** In no namespace. */
export const foreign = clientEvent('test:foreign', {
  summary: 'Belongs to another service.',
  payload: EmptyDto,
  ack: one(EmptyDto),
  example: { payload: {}, ack: {} },
});

export const said = serverEvent('test:said', { summary: 'Something was said.', payload: SayDto, example });

export const hinted = serverEvent('test:hinted', {
  summary: 'Something of no lasting worth.',
  volatile: true,
  payload: SayDto,
  example,
});

export const testNamespace: Namespace = {
  name: '/test',
  path: '/socket.io',
  plainPath: '/ws',
  summary: 'For tests.',
  client: [say, list, renewSession] as unknown as ClientEvent<never>[],
  server: [said, hinted, errorNotice, serverDraining] as unknown as Namespace['server'],
};

type Say = (payload: SayDto, socket: ClientSocket) => Promise<SayDto | Admitted<SayDto>>;
type List = () => Promise<Page<SayDto> | Admitted<Page<SayDto>>>;

const echo: Say = ({ text }) => Promise.resolve({ text });
const nothing: List = () => Promise.resolve({ items: [], next: null });

/** Its methods do what the test says. */
@SocketGateway(testNamespace)
export class TestGateway {
  onSay = echo;
  onList = nothing;

  reset(): void {
    this.onSay = echo;
    this.onList = nothing;
  }

  @HandlesEvent(say)
  say(socket: ClientSocket, payload: SayDto): Promise<SayDto | Admitted<SayDto>> {
    return this.onSay(payload, socket);
  }

  @HandlesEvent(list)
  list(_socket: ClientSocket, _payload: EmptyDto): Promise<Page<SayDto> | Admitted<Page<SayDto>>> {
    return this.onList();
  }
}
