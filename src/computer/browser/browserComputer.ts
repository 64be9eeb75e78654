/** A browser as Claude's computer. */
import { Emitter } from '../../base/emitter.ts';
import type { Computer, ComputerEvent, Screen } from '../computer.ts';
import type { AskedMember, Confirm } from './askedMembers.ts';
import { Changes } from './changes.ts';
import { originOfElement } from './elementOrigin.ts';
import { StaleReferenceError } from './errors.ts';
import { isProgram } from './findBrowser.ts';
import { defaultTempRoot } from './launch.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { Machines } from './machines.ts';
import type { NamedProfile } from './profile.ts';
import { Refusals } from './refusals.ts';
import { BrowserToolset, type BrowserToolsetOptions } from './toolset.ts';
import { toolsetOptions } from './toolsetPolicies.ts';
import { createUrlPolicy, type UrlLists, type UrlPolicy } from './urlPolicy.ts';

export interface BrowserComputerOptions {
  /** The browser to use, absolute. Without one it is looked for. */
  readonly executablePath?: string;
  /** Of the host; decides where to look, and what of it the browser inherits. */
  readonly env?: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
  /** Where the throwaway profile goes. */
  readonly tempRoot?: string;
  readonly limits?: Partial<Limits>;
  /** Which addresses are loaded. Without it: all but those of private networks; this machine's own are. */
  readonly urls?: UrlLists;
  /** Folders whose files may be uploaded, absolute. None without it. */
  readonly uploadFolders?: readonly string[];
  /** Members that are off by default and on here. Each of their calls is asked about. */
  readonly members?: readonly AskedMember[];
  /** Asks the user. Without it, such calls are refused. */
  readonly confirm?: Confirm;
  /** What is kept from one session to the next. Without it, nothing is. */
  readonly profile?: NamedProfile;
  /** Whether the browser has a window, where there is a display for one. */
  readonly isVisible?: boolean;
  /** The debugging address of a browser that the user has started, to be driven instead of one of our own. */
  readonly attachTo?: string;
  /** Takes the place of the hooks made of the options above. */
  readonly toolset?: BrowserToolsetOptions;
}

/** Nothing runs until the first call. */
export function createBrowserComputer(options: BrowserComputerOptions = {}): Computer {
  const { executablePath, env = process.env, platform = process.platform } = options;
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const emitter = new Emitter<ComputerEvent>();
  const screens = new Emitter<Screen | undefined>();
  const changes = new Changes();
  const fire = tellingSettingsOnce((event) => emitter.fire(event));
  const urls = createUrlPolicy(options.urls ?? { allowed: [], blocked: [] });
  const refusals = new Refusals(fire);
  const hooks: BrowserToolsetOptions = {
    ...toolsetOptions({
      urls,
      onRefused: (refusal) => refusals.add(refusal),
      members: options.members ?? [],
      confirm: options.confirm,
      documentOf: (tabId) => {
        const tab = machines.current?.tabs.find(tabId);
        return tab && `${tab.targetId} ${tab.activity.navigations}`;
      },
      originOf: async (tabId, ref, signal) => {
        const tab = machines.current?.tabs.find(tabId);
        if (tab === undefined) throw new StaleReferenceError();
        return originOfElement(tab.refs.resolve(ref), signal);
      },
      uploadFolders: options.uploadFolders ?? [],
      isDownload: (file) => machines.current?.downloads.has(file) === true,
    }),
    ...options.toolset,
  };
  const machines: Machines = new Machines({
    facts: { platform, env, exists: isProgram },
    executablePath: executablePath === '' ? undefined : executablePath,
    tempRoot: options.tempRoot ?? defaultTempRoot(),
    profile: options.profile,
    isVisible: options.isVisible === true,
    attachTo: options.attachTo === '' ? undefined : options.attachTo,
    urls,
    onRefused: (refusal) => refusals.add(refusal),
    limits,
    changes,
    recording: {
      console: hooks.configs?.read_console?.enabled === true,
      network: hooks.configs?.read_network?.enabled === true,
    },
    fire,
    onCurrent: () => screens.fire(machines.current?.screen),
  });
  const toolset = new BrowserToolset(machines, changes, limits, hooks);
  let closing: Promise<void> | undefined;
  return {
    toolset,
    isIsolated: isIsolated(options, urls),
    describeTarget: (call, signal) => toolset.describeTarget(call, signal),
    onEvent: emitter.event,
    onScreen: screens.event,
    get screen() {
      return machines.current?.screen;
    },
    get isRunning() {
      return machines.current !== undefined;
    },
    close() {
      closing ??= toolset.close().finally(() => {
        emitter.dispose();
        screens.dispose();
      });
      return closing;
    },
  };
}

/**
 * A browser with a profile that it throws away has no logins, and holds nothing of the user's. Yet it reaches all that
 * anybody's does, this machine's own servers too, and can do there what a stranger can. So it counts as isolated only
 * where the user has also said which hosts it may load at all.
 */
function isIsolated({ profile, attachTo = '' }: BrowserComputerOptions, urls: UrlPolicy): boolean {
  const isListed = urls.isExclusive && !urls.allowed.some(({ host }) => host === '*');
  return profile === undefined && attachTo === '' && isListed;
}

/** What the settings come to is told once, however often a browser is started. */
function tellingSettingsOnce(fire: (event: ComputerEvent) => void): (event: ComputerEvent) => void {
  const told = new Set<string>();
  return (event) => {
    const key = event.type === 'fallback' ? event.cause : event.type === 'attached' ? event.type : undefined;
    if (key !== undefined && told.has(key)) return;
    if (key !== undefined) told.add(key);
    fire(event);
  };
}
