/** WebRTC against the URL policy: 127.0.0.7 stands for a private network, and what reaches its servers got through. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { soon, useBrowser } from './browsing.ts';

const LOCALHOST = '127.0.0.1';
const PRIVATE = '127.0.0.7';

const { harness } = useBrowser('input.html', { members: ['javascript_exec'], confirm: async () => true });

let udp: Socket;
let tcp: Server;
/** `udp`, or the address that was connected to. */
const reached: string[] = [];

beforeAll(async () => {
  udp = createSocket('udp4', () => reached.push('udp'));
  udp.bind(0);
  tcp = createServer((socket) => {
    reached.push(String(socket.localAddress));
    socket.on('error', () => undefined).resume();
  });
  tcp.listen(0, '0.0.0.0');
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
});

afterAll(() => {
  udp.close();
  tcp.close();
});

/** Looks for ways out by servers at `hosts` (STUN, TURN over UDP and over TCP) and to peers there. */
function connect(hosts: readonly string[], udpPort: number, tcpPort: number): string {
  const servers = hosts.flatMap((host) => [
    { urls: `stun:${host}:${udpPort}` },
    ...[`turn:${host}:${udpPort}`, `turn:${host}:${tcpPort}?transport=tcp`].map((urls) => ({
      ...{ urls, username: 'user', credential: 'secret' },
    })),
  ]);
  const ways = hosts.flatMap((host) => [
    `udp 2113937151 ${host} ${udpPort} typ host`,
    `tcp 1518280447 ${host} ${tcpPort} typ host tcptype passive`,
  ]);
  return `
    globalThis.candidates = [];
    globalThis.one = new RTCPeerConnection({ iceServers: ${JSON.stringify(servers)} });
    globalThis.other = new RTCPeerConnection();
    one.onicecandidate = ({ candidate }) => { if (candidate) candidates.push(candidate.candidate); };
    one.createDataChannel('out');
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription);
    await other.setLocalDescription();
    await one.setRemoteDescription(other.localDescription);
    for (const way of ${JSON.stringify(ways)})
      await one.addIceCandidate({ candidate: 'candidate:1 1 ' + way, sdpMid: '0', sdpMLineIndex: 0 });
    'tried'`;
}

/** Linux answers on all of 127.0.0.0/8. */
test.runIf(process.platform === 'linux')(
  'WebRTC tells no address, sends nothing by UDP and connects to no private network',
  async () => {
    const [udpPort, tcpPort] = [udp.address().port, (tcp.address() as { port: number }).port];
    // The private ones first: once localhost has been reached by both ways there are, these have been tried.
    const script = connect([PRIVATE, LOCALHOST], udpPort, tcpPort);
    expect((await harness.call('javascript_exec', { text: script })).text).toBe('tried');
    await soon(() => expect(reached.length).toBeGreaterThanOrEqual(2));
    expect(new Set(reached)).toEqual(new Set([LOCALHOST]));
    expect((await harness.call('javascript_exec', { text: 'candidates' })).text).toBe('[]');
  },
);
