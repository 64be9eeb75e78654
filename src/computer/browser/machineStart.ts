/** What a browser of the user's settings is started with. */
import { lookup } from 'node:dns/promises';
import { boundedLookUp } from '../../base/net/boundedLookUp.ts';
import type { ComputerEvent } from '../computer.ts';
import { BrowserUnavailableError } from './errors.ts';
import {
  browserAt,
  findBrowser,
  howToInstall,
  type InstalledBrowser,
  type MachineFacts,
} from './findBrowser.ts';
import type { Limits } from './limits.ts';
import type { MachineStart } from './machine.ts';
import type { NamedProfile } from './profile.ts';
import { RequestGuard, type RequestGuardOptions } from './requestGuard.ts';
import { resolverRules, type UrlPolicy } from './urlPolicy.ts';

export interface StartSettings {
  /** What to look at in the search for a browser. */
  readonly facts: MachineFacts;
  /** The user's setting; undefined where a browser shall be found. */
  readonly executablePath: string | undefined;
  readonly tempRoot: string;
  readonly profile: NamedProfile | undefined;
  readonly isVisible: boolean;
  /** The debugging address of a browser that the user has started, to be driven instead of one of our own. */
  readonly attachTo: string | undefined;
  readonly urls: UrlPolicy;
  readonly limits: Limits;
  readonly fire: (event: ComputerEvent) => void;
}

/** A proxy looks names up itself, and knows others than this machine does. */
const PROXY_VARIABLE = /^(?:https?|all)_proxy$/i;

/** Of one browser. */
const LOOK_UPS_AT_A_TIME = 2;

/**
 * Looks for the browser anew: the user may have installed one meanwhile.
 * @throws BrowserUnavailableError where there is none
 */
export function machineStart(settings: StartSettings, signal: AbortSignal): MachineStart {
  const { attachTo, limits, fire, facts, executablePath, tempRoot, profile, isVisible, urls } = settings;
  if (urls.invalid.length > 0)
    fire({ type: 'fallback', cause: 'url-entries', detail: urls.invalid.join('\n') });
  if (attachTo !== undefined) return { kind: 'attach', address: attachTo, limitMs: limits.launchMs, signal };
  const { env, platform } = facts;
  const installed = installedBrowser(facts, executablePath);
  return {
    kind: 'launch',
    ...{ installed, env, platform, tempRoot, profile, isVisible, signal },
    limitMs: limits.launchMs,
    resolverRules: resolverRules(urls),
    onFallback: (cause, detail) => fire({ type: 'fallback', cause, detail }),
  };
}

/** What keeps such a browser to the user's addresses. */
export function requestGuard(
  settings: StartSettings,
  { onRefused, onAuthCancelled }: Pick<RequestGuardOptions, 'onRefused' | 'onAuthCancelled'>,
): RequestGuard {
  const { env } = settings.facts;
  const hasProxy = Object.keys(env).some((name) => PROXY_VARIABLE.test(name) && env[name] !== '');
  return new RequestGuard({
    policy: settings.urls,
    isShared: settings.attachTo !== undefined,
    onRefused,
    onAuthCancelled,
    lookUp: hasProxy ? undefined : boundedLookUp(addressesOf, LOOK_UPS_AT_A_TIME),
  });
}

async function addressesOf(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function installedBrowser(facts: MachineFacts, executablePath: string | undefined): InstalledBrowser {
  const installed = executablePath === undefined ? findBrowser(facts) : browserAt(executablePath, facts);
  if (installed !== undefined) return installed;
  const reason =
    executablePath === undefined
      ? 'No Chrome, Edge or Chromium was found.'
      : `There is no browser at ${executablePath}, which is set in "computerUseChat.browser.executablePath".`;
  throw new BrowserUnavailableError(reason, howToInstall(facts));
}
