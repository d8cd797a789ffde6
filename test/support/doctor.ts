import { execFile } from 'node:child_process';
import path from 'node:path';
import type { Stores } from '@app/testing';

const SCRIPT = path.join(__dirname, '../../tools/doctor.mjs');

export interface Diagnosis {
  code: number;
  healthy: boolean;
  remaining: number;
  unseen: { name: string; reason: string }[];
  /** `<check> <subject> <problem>`, in alphabetical order. */
  wrong: string[];
  /** The same; those that were repaired. */
  repaired: string[];
  looked: Record<string, number | null>;
  details: Record<string, string | undefined>;
}

interface Report extends Pick<Diagnosis, 'healthy' | 'remaining' | 'unseen'> {
  checks: {
    name: string;
    looked: number | null;
    findings: { subject: string; problem: string; detail?: string; isGone?: boolean }[];
  }[];
}

/** `npm run doctor` on the stores of a system. */
export async function doctor(stores: Stores, env: NodeJS.ProcessEnv, ...args: string[]): Promise<Diagnosis> {
  const { code, stdout } = await run(['--json', '--older-than', '3', ...args], { ...stores, ...env });
  const { checks, ...report } = JSON.parse(stdout) as Report;
  const findings = checks.flatMap(({ name, findings }) =>
    findings.map((finding) => ({ ...finding, text: `${name} ${finding.subject} ${finding.problem}` })),
  );
  return {
    code,
    ...report,
    wrong: findings.map(({ text }) => text).toSorted(),
    repaired: findings
      .filter(({ isGone }) => isGone)
      .map(({ text }) => text)
      .toSorted(),
    looked: Object.fromEntries(checks.map(({ name, looked }) => [name, looked])),
    details: Object.fromEntries(findings.map(({ text, detail }) => [text, detail])),
  };
}

function run(args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [SCRIPT, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        if (stdout === '') reject(new Error(`doctor says nothing: ${stderr}`));
        else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout });
      },
    );
  });
}
