import { AppError } from '@app/contracts';
import { Counter, Gauge, Histogram } from 'prom-client';

/** How a file has come: in a form, or by the bucket. */
type Way = 'form' | 'bucket';

const uploads = new Counter({
  name: 'chat_uploads_total',
  help: 'Uploads that ended, by way (form, bucket) and outcome: stored, or the code of the refusal.',
  labelNames: ['way', 'outcome'],
});

const inProgress = new Gauge({
  name: 'chat_uploads_in_progress',
  help: 'Uploads that are being received or looked at right now.',
});

const duration = new Histogram({
  name: 'chat_upload_duration_seconds',
  help: 'Time of an upload that was stored, from its beginning to its answer; by the bucket: from the call that completes it.',
  labelNames: ['way'],
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300],
});

export const storedBytes = new Counter({
  name: 'chat_files_stored_bytes_total',
  help: 'Bytes of the files that were stored, with their thumbnails.',
});

export const scans = new Counter({
  name: 'chat_file_scans_total',
  help: 'Files that the virus scanner was asked about, by outcome: clean, harmful or unavailable.',
  labelNames: ['outcome'],
});

export const quarantined = new Counter({
  name: 'chat_files_quarantined_total',
  help: 'Harmful files that were set aside.',
});

export const collected = new Counter({
  name: 'chat_files_collected_total',
  help: 'What the collector has removed: unused files, uploads that a dead process or a client has left unfinished, files whose removal was.',
  labelNames: ['kind'],
});

/** Counts an upload by its end. */
export async function measured<T>(way: Way, upload: () => Promise<T>): Promise<T> {
  const end = duration.startTimer({ way });
  inProgress.inc();
  try {
    const result = await upload();
    end();
    uploads.inc({ way, outcome: 'stored' });
    return result;
  } catch (error) {
    uploads.inc({ way, outcome: error instanceof AppError ? error.code : 'INTERNAL' });
    throw error;
  } finally {
    inProgress.dec();
  }
}
