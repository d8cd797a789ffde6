import { setTimeout as delay } from 'node:timers/promises';
import { createConversation } from '@app/contracts';
import { checkAll } from './checker/check';
import { expectedNotifications } from './checker/delivery-checks';
import { Evidence, type Violation } from './checker/evidence';
import { awaitAnswers, awaitConvergence, compareWithFresh } from './convergence';
import { Disturber } from './disturber';
import type { FaultKind } from './fault-kinds';
import { figuresOf, type Figures } from './figures';
import { FinalReads } from './final-reads';
import { HistoryWriter, readHistory, type EntryOf, type History, type StoredRecord } from './history';
import { Person, signUp } from './person';
import type { Place } from './place';
import { planOf, type Plan } from './plan';
import { VitalsWatch } from './vitals';

/** Notifications may be late (a broker that comes back, the pauses between retries), but not lost: so long none has come. */
const NOTIFIED_MS = 60_000;
const COUNT_MS = 1_000;
const READY_MS = 30_000;
const POLL_MS = 200;
/** One of so many people does not wait for answers. */
const HASTY_EVERY = 4;

export interface ChaosOptions {
  seed: number;
  ms: number;
  people: number;
  groups: number;
  rate: number;
  kinds: readonly FaultKind[];
  overlap: number;
  /** Where the history is written. */
  file: string;
}

export interface ChaosReport {
  seed: number;
  violations: Violation[];
  figures: Figures;
  /** What the services logged as warnings and errors. */
  complaints: number;
}

/** What the one who runs it hears of a place, and says. */
export interface Surroundings {
  /** Starts it; the listeners hear how processes end and what they log. */
  open(listeners: {
    onEnd: (process: string, how: string) => void;
    onLine: (process: string, line: string) => void;
  }): Promise<Place & { close(progress?: (text: string) => void): Promise<void> }>;
  /** Called several times a second. */
  progress(text: string): void;
}

/** One run: a system, people, faults, and in the end the question whether anything that was promised was broken. */
export async function runChaos(options: ChaosOptions, around: Surroundings): Promise<ChaosReport> {
  const history = new HistoryWriter(options.file);
  history.add({ kind: 'run', seed: options.seed, at: Date.now() });
  let disturber: Disturber | undefined;
  let isOver = false;
  around.progress('starting the stores and the services');
  const place = await around.open({
    onEnd: (process, how) => {
      if (isOver) return;
      const drains = disturber?.wanted.has(process) && (how.includes('SIGKILL') || how.includes('code 0'));
      history.add({ kind: 'exit', at: history.now, process, how, expected: Boolean(drains) });
    },
    onLine: (process, line) => complain(history, process, line),
  });
  try {
    disturber = new Disturber(place, history);
    await new Run(options, around, place, history, disturber).go();
  } finally {
    isOver = true;
    await place.close(around.progress);
    await history.close();
  }
  return judge(options.seed, readHistory(options.file), around.progress);
}

export function judge(
  seed: number,
  history: History,
  progress: (text: string) => void = () => undefined,
): ChaosReport {
  progress('reading the history');
  const evidence = new Evidence(history);
  return {
    seed,
    violations: checkAll(evidence, (id) => progress(`checking the history, ${id}`)),
    figures: figuresOf(evidence),
    complaints: evidence.count('complaint'),
  };
}

class Run {
  private readonly plan: Plan;
  private people: Person[] = [];
  private readonly made: EntryOf<'conversation'>[] = [];

  constructor(
    private readonly options: ChaosOptions,
    private readonly around: Surroundings,
    private readonly place: Place,
    private readonly history: HistoryWriter,
    private readonly disturber: Disturber,
  ) {
    this.plan = planOf(options);
  }

  async go(): Promise<void> {
    const { place, history, around } = this;
    const reads = await FinalReads.open(place.chatDbUrl, place.notificationDbUrl);
    const vitals = new VitalsWatch(place.processes, history, place.switches);
    try {
      await this.gather();
      await this.live();
      for (const person of this.people) person.arrive();
      around.progress('waiting for the last answers');
      history.add({ kind: 'answered', afterMs: await awaitAnswers(this.people) });
      around.progress('waiting until everybody is up to date');
      const arrived = await awaitConvergence(
        this.people,
        this.made.map(({ conversationId }) => conversationId),
        reads,
      );
      await compareWithFresh(this.people, arrived, place.gateways, history, around.progress);
      for (const person of this.people) person.leave();
      around.progress('reading the stores');
      await this.readStores(reads);
      around.progress('waiting until the services have closed what their clients have');
      await vitals.settle();
    } finally {
      await vitals.stop();
      for (const person of this.people) person.leave();
      await reads.close();
    }
  }

  /** Everybody signs up and is connected, and the groups are made. */
  private async gather(): Promise<void> {
    const { place, options, history } = this;
    this.around.progress('signing people up');
    const identities = [];
    for (let index = 0; index < options.people; index++)
      identities.push(await signUp(place.gateways, `person-${index + 1}`));
    const everybody = identities.map(({ id }) => id);
    this.people = identities.map(
      (identity, index) =>
        new Person(identity, place.gateways, history, everybody, index % HASTY_EVERY === HASTY_EVERY - 1),
    );
    for (const person of this.people) person.arrive();
    for (const [index, members] of this.plan.groups.entries()) {
      const [creator, ...others] = members.map((member) => this.people[member]!);
      await until(() => creator!.client.isInSync);
      const { _id, participants } = await creator!.client.do('', createConversation, {
        name: `group ${index + 1}`,
        participantIds: others.map(({ id }) => id),
      });
      const made: EntryOf<'conversation'> = {
        kind: 'conversation',
        conversationId: _id,
        creatorId: creator!.id,
        memberIds: participants,
      };
      history.add(made);
      this.made.push(made);
    }
    const inGroups = new Set(this.plan.groups.flat());
    await until(() =>
      this.people.every(
        ({ client }, index) => client.isInSync && (client.conversations.size > 0 || !inGroups.has(index)),
      ),
    );
  }

  /** The plan's acts and faults, each at its time. */
  private async live(): Promise<void> {
    const startedAt = performance.now();
    const { acts, faults } = this.plan;
    const at = (ms: number) => delay(Math.max(0, startedAt + ms - performance.now()));
    let healed = 0;
    let isQuiet = false;
    const disturb = async (lane: number) => {
      for (const fault of faults.filter((one) => one.lane === lane)) {
        await at(fault.at);
        // On a slow machine they may be late; a fault that nobody is there to notice proves nothing.
        if (isQuiet) return;
        await this.disturber.carryOut(fault, (ms) => delay(ms));
        healed++;
      }
    };
    const disturbing = Promise.all(Array.from({ length: this.options.overlap }, (_, lane) => disturb(lane)));
    for (const act of acts) {
      await at(act.at);
      this.people[act.who]!.perform(act);
      const left = Math.round((this.options.ms - act.at) / 1_000);
      this.around.progress(`${left} s left, ${healed} of ${faults.length} faults done`);
    }
    isQuiet = true;
    await disturbing;
  }

  private async readStores(reads: FinalReads): Promise<void> {
    const { history } = this;
    const stored = await reads.stored();
    for (const record of stored) history.add(record);
    await this.awaitNotifications(reads, stored);
    await reads.writeNotifications(history);
    for (const person of this.people)
      history.add({ kind: 'badge', who: person.id, count: await person.badge() });
  }

  private async awaitNotifications(reads: FinalReads, stored: readonly StoredRecord[]): Promise<void> {
    let wanted = 0;
    for (const [, ofOne] of expectedNotifications(new Evidence([...this.made, ...stored])))
      for (const count of ofOne.values()) wanted += count;
    let known = 0;
    let deadline = performance.now() + NOTIFIED_MS;
    while (performance.now() < deadline) {
      const [pending, count] = [await reads.pending(), await reads.countNotifications()];
      if (pending === 0 && count >= wanted) return;
      if (count > known) deadline = performance.now() + NOTIFIED_MS;
      known = count;
      this.around.progress(`${count} of ${wanted} notifications, ${pending} messages in the outbox`);
      await delay(COUNT_MS);
    }
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!holds()) {
    if (performance.now() > deadline)
      throw new Error('the people cannot get started; see the complaints in the history');
    await delay(POLL_MS);
  }
}

/** Warnings and errors of a service. */
function complain(history: HistoryWriter, process: string, line: string): void {
  const level = /"level":"?(\w+)/.exec(line)?.[1] ?? 'none';
  if (['10', '20', '30', 'trace', 'debug', 'info'].includes(level)) return;
  history.add({ kind: 'complaint', at: history.now, process, level, text: line.slice(0, 500) });
}
