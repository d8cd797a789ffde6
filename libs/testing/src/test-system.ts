import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { healthReady, login, register } from '@app/contracts';
import type { CrashPoint } from '@app/platform';
import type { ProcessHandle } from '../../../tools/infra/index.mjs';
import { startSystem, type RunningSystem, type ServiceName } from '../../../tools/system/index.mjs';
import { Actor, type Account } from './actor';
import { eventually } from './eventually';
import { HttpClient } from './http-client';
import { ownStoresOn, storesOfRun, type OwnStores, type Stores } from './stores';
import { throwSwitches } from './switches';

const DIST = path.resolve(process.env.DIST ?? 'dist');
/** A log line up to level info. */
const ROUTINE = /"level":(?:[123]0|"(?:trace|debug|info)")/;
const PASSWORD = 'correct horse battery staple';

export interface TestSystemOptions {
  /** How many processes of each service; one by default. */
  instances?: Partial<Record<ServiceName, number>>;
  /** Settings of the services, over the defaults of the tests. */
  env?: NodeJS.ProcessEnv | (() => Promise<NodeJS.ProcessEnv>);
  /** Other stores than those of the run, for a test that breaks them. */
  stores?: () => Promise<Stores>;
}

/**
 * The whole system as four (or more) processes with databases and a virtual host of its own, and people who use it. With
 * GATEWAY_URL in the environment, people of a system that runs already.
 */
export class TestSystem {
  readonly secret = process.env.JWT_ACCESS_SECRET ?? randomBytes(32).toString('hex');
  private readonly actors: Actor[] = [];
  private readonly outputs = new Map<string, string[]>();
  private complaints: string[] = [];
  private readonly endings = new Map<string, string>();
  private running: RunningSystem | undefined;
  private origin = '';
  private ownStores: OwnStores | undefined;
  private people = 0;
  private readonly switches = mkdtempSync(path.join(tmpdir(), 'chaos-'));

  constructor(private readonly options: TestSystemOptions = {}) {}

  async start(): Promise<void> {
    const given = process.env.GATEWAY_URL;
    if (given) {
      this.origin = given.replace(/\/$/, '');
      return;
    }
    const { env: settings } = this.options;
    this.ownStores = await ownStoresOn(await (this.options.stores?.() ?? storesOfRun()));
    const env = {
      NODE_ENV: 'test',
      RATE_LIMIT_MAX: '1000000',
      SEND_RATE_MAX: '0',
      JWT_ACCESS_SECRET: this.secret,
      CHAOS_SWITCHES: this.switches,
      ...this.ownStores.stores,
      ...(typeof settings === 'function' ? await settings() : settings),
    };
    this.running = await startSystem({
      env,
      dist: DIST,
      instances: this.options.instances,
      onOutput: (name, line) => this.onOutput(name, line),
      log: ({ name, message }) => this.endings.set(name, message),
    });
    this.origin = this.running.gatewayUrl;
    await this.gatewaySeesAll();
  }

  async stop(): Promise<void> {
    for (const actor of this.actors) actor.leave();
    await this.running?.stop();
    await this.ownStores?.leave();
    rmSync(this.switches, { recursive: true, force: true });
  }

  get gatewayUrl(): string {
    return this.origin;
  }

  /** The databases of this system and the broker: for a test that must see what is stored. */
  get stores(): Stores {
    if (!this.ownStores) throw new Error('this test needs a system of its own; run it without GATEWAY_URL');
    return this.ownStores.stores;
  }

  /** Base URLs of the instances of one service, behind the gateway. */
  urls(service: ServiceName): string[] {
    return this.own().urls[service];
  }

  /** Nobody in particular: calls without a token. */
  get anonymous(): HttpClient {
    return new HttpClient(this.origin);
  }

  /** A new account with a name of its own that starts with `name`, signed in. */
  async user(name: string): Promise<Actor> {
    const username = `${name}-${++this.people}-${randomBytes(3).toString('hex')}`;
    const email = `${username}@example.com`;
    await this.anonymous.call(register, { body: { username, email, password: PASSWORD } });
    return this.signIn({ username, email, password: PASSWORD });
  }

  /** The person of an account with one more session, as on another device. */
  async signIn({
    username,
    email,
    password,
  }: Pick<Account, 'username' | 'email' | 'password'>): Promise<Actor> {
    const session = await this.anonymous.call(login, { body: { email, password } });
    const { accessToken, refreshToken, user } = session;
    const actor = new Actor(this.origin, {
      id: user.user_id,
      username,
      email,
      password,
      accessToken,
      refreshToken,
    });
    this.actors.push(actor);
    return actor;
  }

  /** New accounts, signed in. */
  users<const N extends string[]>(...names: N): Promise<{ [K in keyof N]: Actor }> {
    return Promise.all(names.map((name) => this.user(name))) as Promise<{ [K in keyof N]: Actor }>;
  }

  /** New accounts, signed in and in `/chat`. */
  async connected<const N extends string[]>(...names: N): Promise<{ [K in keyof N]: Actor }> {
    const actors = await this.users(...names);
    await Promise.all(actors.map((actor) => actor.connect()));
    return actors;
  }

  /** Starts processes that were killed or stopped, and waits until the gateway has seen that they serve. */
  async restart(...names: string[]): Promise<void> {
    await Promise.all(names.map((name) => this.process(name).restart()));
    await this.gatewaySeesAll();
  }

  /** One of the processes, such as `chat-1`: to kill it or to stop it. */
  process(name: string): ProcessHandle {
    const found = this.own().processes.find((process) => process.name === name);
    if (!found) throw new Error(`there is no process ${name}`);
    return found;
  }

  /** Lets a process end as soon as it comes by that place. */
  async armCrash(name: string, point: CrashPoint): Promise<void> {
    if (!(await throwSwitches(this.switches, this.process(name), { crash: point })))
      throw new Error(`${name} does not take orders`);
  }

  /** What a process wrote, line by line. */
  output(name: string): string[] {
    const lines = this.outputs.get(name) ?? [];
    this.outputs.set(name, lines);
    return lines;
  }

  /** The warnings and errors that the processes logged since this was last asked. */
  newComplaints(): string[] {
    const complaints = this.complaints;
    this.complaints = [];
    return complaints;
  }

  /** How a process ended that nobody here told to stop, in words. */
  endingOf(name: string): string | undefined {
    return this.endings.get(name);
  }

  /** The gateway asks its upstreams every second; before that it may not know an instance that serves already. */
  private async gatewaySeesAll(): Promise<void> {
    const { gateway: _, ...upstreams } = this.own().urls;
    const wanted = Object.entries(upstreams).map(
      ([name, urls]) => `{service="${name}-service"} ${urls.length}\n`,
    );
    await eventually(
      async () => {
        // Asks the upstreams anew when one of them seems to be away; the metrics only tell of the last regular round.
        const ready = await fetch(this.origin + healthReady.path);
        if (!ready.ok) throw new Error(`the gateway answers ${ready.status} to ${healthReady.path}`);
        return (await fetch(`${this.origin}/metrics`)).text();
      },
      (metrics) => {
        const missing = wanted.filter((line) => !metrics.includes(`gateway_upstream_instances_ready${line}`));
        if (missing.length > 0) throw new Error(`the gateway does not see all instances: ${missing.join()}`);
      },
    );
  }

  private onOutput(name: string, line: string): void {
    this.output(name).push(line);
    if (!ROUTINE.test(line)) this.complaints.push(`${name}: ${line}`);
  }

  private own(): RunningSystem {
    if (!this.running) throw new Error('this test needs a system of its own; run it without GATEWAY_URL');
    return this.running;
  }
}
