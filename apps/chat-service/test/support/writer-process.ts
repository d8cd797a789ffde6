import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { BenchTask, WriterReport, WriterTask } from './writer-task';

/** A writer in a process of its own, with everything that it reported. */
export class WriterProcess {
  readonly reports: WriterReport[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private readonly watchers = new Set<() => void>();

  constructor(task: WriterTask | BenchTask) {
    this.child = fork(path.join(__dirname, 'run-typescript.mjs'), [
      path.join(__dirname, 'message-log.writer.ts'),
    ]);
    this.ended = once(this.child, 'exit');
    this.child.on('message', (report: WriterReport) => {
      this.reports.push(report);
      for (const watcher of this.watchers) watcher();
    });
    this.child.send(task);
  }

  /** Resolves when so many sends have been answered; rejects when the process ends before. */
  async answered(count: number): Promise<void> {
    const enough = new Promise<void>((resolve) => {
      const watcher = (): void => {
        if (this.of('sent').length >= count) resolve();
      };
      this.watchers.add(watcher);
      watcher();
    });
    const early = this.ended.then(() => {
      throw new Error(`The writer ended before it had ${count} answers`);
    });
    await Promise.race([enough, early]);
    this.watchers.clear();
  }

  of<K extends WriterReport['kind']>(kind: K): Extract<WriterReport, { kind: K }>[] {
    return this.reports.filter(
      (report): report is Extract<WriterReport, { kind: K }> => report.kind === kind,
    );
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async exited(): Promise<void> {
    await this.ended;
  }
}
