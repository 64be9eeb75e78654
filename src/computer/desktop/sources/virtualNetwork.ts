/** The network of a virtual desktop that has the web: a proxy of the host's, which decides what is reached. */
import { createHostPolicy, type HostPolicy, ownLoopback } from '../../../base/net/hostPolicy.ts';
import { type HostProxy, type HostProxyOptions, listenHostProxy } from '../../../base/net/hostProxy.ts';
import { proxySocketIn, proxyVariables, writeBridge } from '../../../base/sandbox/bridge.ts';
import type { DesktopFolder } from './virtualFolder.ts';

/** All hosts that are public, at the ports of the web. */
const PUBLIC = '*';

export interface WebOptions {
  /** More than the public web, as `createHostPolicy` takes them. */
  readonly allowedHosts?: readonly string[];
  readonly lookUp?: HostProxyOptions['lookUp'] | undefined;
}

export function webPolicy({ allowedHosts = [] }: WebOptions): HostPolicy {
  return createHostPolicy([PUBLIC, ...allowedHosts]);
}

/** What programs of the desktop are told of the proxy. */
export function webVariables(options: WebOptions): Readonly<Record<string, string>> {
  return proxyVariables(ownLoopback(webPolicy(options)));
}

/** Listens in the desktop's folder. @throws what keeps it from that */
export async function listenForWeb(
  { network }: Pick<DesktopFolder, 'network'>,
  options: WebOptions,
): Promise<HostProxy> {
  await writeBridge(network);
  const policy = webPolicy(options);
  return listenHostProxy({
    socket: proxySocketIn(network),
    policy: () => policy,
    setting: 'computerUseChat.virtual.allowedHosts',
    ...(options.lookUp && { lookUp: options.lookUp }),
  });
}
