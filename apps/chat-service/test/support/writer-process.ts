import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { WriterReport, WriterTask } from './writer-task';

/** A writer in a process of its own, with everything that it reported. */
export class WriterProcess {
  readonly reports: WriterReport[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private readonly watchers = new Set<() => void>();

  constructor(task: WriterTask) {
    this.child = fork(path.join(__dirname, 'message-log.writer.ts'), {
      execArgv: ['--require', path.join(__dirname, 'typescript.cjs')],
    });
    this.ended = new Promise((resolve) => this.child.once('exit', () => resolve()));
    this.child.on('message', (report: WriterReport) => {
      this.reports.push(report);
      for (const watcher of this.watchers) watcher();
    });
    this.child.send(task);
  }

  /** Resolves when so many sends have been answered. */
  answered(count: number): Promise<void> {
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (this.of('sent').length < count) return;
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
      watcher();
    });
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
