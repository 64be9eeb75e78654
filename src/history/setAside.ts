import { existsSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Database } from './database.ts';
import { HistoryError, toFileError } from './errors.ts';

/** How long what belongs to a damaged database is kept for somebody who repairs it, in ms. */
const REPAIR_MS = 7 * 24 * 60 * 60_000;

/** The name of a database set aside, and when that was: an ISO time with dashes for its colons. */
const ASIDE_NAME = /\.damaged-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d+)Z$/;

/**
 * Opens the database at `path`, or makes one. A damaged one is set aside: `recovered` is where it is then.
 *
 * @throws HistoryError as {@link Database.open}, or when the damaged one cannot be moved
 */
export function openOrReplace(path: string): { db: Database; recovered: string | undefined } {
  try {
    return { db: Database.open(path), recovered: undefined };
  } catch (error) {
    if (!(error instanceof HistoryError) || error.code !== 'corrupt') throw error;
    const recovered = setAside(path);
    return { db: Database.open(path), recovered };
  }
}

/** Renames a damaged database and its write-ahead log, which together may still be of use to a repair tool. */
function setAside(path: string): string {
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  try {
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    }
  } catch (error) {
    throw toFileError(error, path);
  }
  return aside;
}

/**
 * Whether a database beside `path` was set aside lately, so that it may yet be repaired and want its screenshots.
 *
 * @param now - ms since the epoch
 * @throws HistoryError when the folder cannot be read
 */
export function mayBeRepaired(path: string, now: number): boolean {
  return namesIn(dirname(path)).some((name) => {
    const [aside, day, hours, minutes, seconds, ms] = ASIDE_NAME.exec(name) ?? [];
    if (aside === undefined || !name.startsWith(basename(path))) return false;
    return now - Date.parse(`${day}T${hours}:${minutes}:${seconds}.${ms}Z`) < REPAIR_MS;
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw toFileError(error, folder);
  }
}
