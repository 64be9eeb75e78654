// @ts-check
/** Debian and Ubuntu packages: installed through apt-get when we are root, asked for in one line when we are not. */
import { existsSync, readFileSync } from 'node:fs';
import { run, tryRun, UserError } from './run.mjs';

/**
 * @param {readonly string[]} packages
 * @param {string} purpose - completes the sentence "… needs"
 * @param {(line: string) => void} log
 * @throws {UserError} saying what to install, when it cannot be done here
 */
export async function ensureSystemPackages(packages, purpose, log) {
  if (!isDebian()) return;
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  const list = missing.join(' ');
  if (process.getuid?.() !== 0) {
    throw new UserError(`${purpose} needs system packages. Run: sudo apt-get install -y ${list}`);
  }
  log(`Installing system packages: ${list}…`);
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const apt = { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update', ...options], apt);
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...options, ...missing], apt);
}

/** Whether apt-get is the way to install things on this machine. */
export function isDebian() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

/** @param {readonly string[]} packages */
async function missingPackages(packages) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's
  const format = ['-W', '-f', '${Package} ${db:Status-Status}\\n'];
  // It fails when it knows nothing of one of them, and still prints the others.
  const { output } = await tryRun('dpkg-query', [...format, ...packages], { quiet: true });
  const lines = new Set(output.split('\n'));
  return packages.filter((name) => !lines.has(`${name} installed`));
}
