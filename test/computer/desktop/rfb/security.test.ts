import {
  createDecipheriv,
  createDiffieHellman,
  createHash,
  getDiffieHellman,
  randomBytes,
} from 'node:crypto';
import { type Duplex, duplexPair } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRfb } from '../../../../src/computer/desktop/rfb/open.ts';
import { answerOffer } from '../../../../src/computer/desktop/rfb/security/apple.ts';
import { md5 } from '../../../../src/computer/desktop/rfb/security/md5.ts';
import { ENCRYPTED, type SecurityName } from '../../../../src/computer/desktop/rfb/security/security.ts';
import {
  hasAnonymousTls,
  type ServerCertificate,
} from '../../../../src/computer/desktop/rfb/security/tls.ts';
import { respond } from '../../../../src/computer/desktop/rfb/security/vncAuth.ts';
import { selfSigned } from '../../../support/selfSigned.ts';
import { connectToFake, FakeServer, u16, u32 } from './fakeServer.ts';

const VERSION = 'RFB 003.008\n';
const ADA = { username: 'ada', password: async () => 'lovelace' };

it('computes MD5', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(Buffer.from(md5(bytes))).toEqual(createHash('md5').update(bytes).digest());
    }),
  );
});

describe('the VNC password', () => {
  it('is the key of a DES', () => {
    // A published pair of DES, key 0E329232EA6D0D73: here with the bits of each of the key's bytes reversed.
    const key = Buffer.from('704c494c57b6b0ce', 'hex').toString('latin1');
    const plain = Buffer.from('8787878787878787'.repeat(2), 'hex');
    expect(respond(plain, key)).toEqual(Buffer.alloc(16));
    const challenge = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
    const response = respond(challenge, 'secret');
    expect(respond(challenge, 'secret\0\0')).toEqual(response);
    expect(respond(challenge, 'longerThan8')).toEqual(respond(challenge, 'longerTh'));
    expect(respond(challenge, 'sécret')).not.toEqual(response);
  });

  it('is asked for when the server wants it', async () => {
    const { server, connecting } = connectToFake();
    server.say(VERSION, 1, 2);
    await server.hear(13);
    const challenge = randomBytes(16);
    server.say(challenge);
    expect(await server.hear(16)).toEqual(respond(challenge, 'lovelace'));
    server.say(u32(0));
    await server.begin(3, 3);
    (await connecting).dispose();
  });

  it('ends without one', async () => {
    const { server, connecting } = connectToFake({ credentials: { password: async () => undefined } });
    server.say(VERSION, 1, 2, Buffer.alloc(16));
    await expect(connecting).rejects.toMatchObject({ failure: 'credentials-missing' });
  });

  it('ends with the error of who asks the user', async () => {
    const password = () => Promise.reject(new Error('The keyring is locked.'));
    const { server, connecting } = connectToFake({ credentials: { password } });
    server.say(VERSION, 1, 2, Buffer.alloc(16));
    await expect(connecting).rejects.toThrow('The keyring is locked.');
  });
});

describe("Apple's", () => {
  /** 96 bytes. */
  const PRIME = getDiffieHellman('modp1').getPrime();

  /** What a Mac does with the answer. */
  function open(answer: Buffer, server: ReturnType<typeof createDiffieHellman>, length: number): string[] {
    const secret = server.computeSecret(answer.subarray(128));
    const padded = Buffer.concat([Buffer.alloc(length - secret.length), secret]);
    const decipher = createDecipheriv('aes-128-ecb', createHash('md5').update(padded).digest(), null);
    decipher.setAutoPadding(false);
    const fields = Buffer.concat([decipher.update(answer.subarray(0, 128)), decipher.final()]);
    return [fields.subarray(0, 64), fields.subarray(64)].map((field) =>
      field.subarray(0, field.indexOf(0)).toString(),
    );
  }

  function offerOf(server: ReturnType<typeof createDiffieHellman>, length: number) {
    const publicKey = server.getPublicKey();
    return {
      generator: 2,
      prime: server.getPrime(),
      publicKey: Buffer.concat([Buffer.alloc(length - publicKey.length), publicKey]),
    };
  }

  it('agrees on a key that both sides compute alike', { timeout: 60_000 }, () => {
    // As many rounds as make numbers come up that begin with a zero.
    for (let round = 0; round < 300; round++) {
      const server = createDiffieHellman(PRIME, 2);
      server.generateKeys();
      const answer = Buffer.from(answerOffer(offerOf(server, 96), 'ada', 'pässword', randomBytes(96)));
      expect(open(answer, server, 96)).toEqual(['ada', 'pässword']);
    }
  });

  it('lets us in', async () => {
    const mac = createDiffieHellman(PRIME, 2);
    mac.generateKeys();
    const offer = offerOf(mac, 96);
    const { server, connecting } = connectToFake();
    server.say('RFB 003.889\n', 4, 30, 33, 36, 2);
    await server.hear(12);
    expect([...(await server.hear(1))]).toEqual([30]);
    server.say(u16(2), u16(96), offer.prime, offer.publicKey);
    expect(open(await server.hear(128 + 96), mac, 96)).toEqual(['ada', 'lovelace']);
    server.say(u32(0));
    await server.begin(3, 3);
    (await connecting).dispose();
  });

  it('asks for a user name, or for the VNC password where there is none', async () => {
    const credentials = { password: async () => 'lovelace' };
    const first = connectToFake({ credentials });
    first.server.say('RFB 003.889\n', 2, 30, 33);
    await expect(first.connecting).rejects.toMatchObject({ failure: 'credentials-missing' });
    const second = connectToFake({ credentials });
    second.server.say('RFB 003.889\n', 2, 30, 2);
    await second.server.hear(12);
    expect([...(await second.server.hear(1))]).toEqual([2]);
    second.server.hangUp();
  });

  it.each([
    ['none', u16(0)],
    ['too long', u16(65_535)],
    ['zero', Buffer.concat([u16(8), Buffer.alloc(16)])],
  ])('refuses a key that is %s', async (_, key) => {
    const { server, connecting } = connectToFake();
    server.say('RFB 003.889\n', 1, 30, u16(2), key);
    await expect(connecting).rejects.toThrow('key');
  });

  it('refuses a name without room', () => {
    const offer = { generator: 2, prime: Buffer.of(23), publicKey: Buffer.of(8) };
    expect(() => answerOffer(offer, 'x'.repeat(64), '', Buffer.of(3))).toThrow('63 bytes');
  });
});

describe('VeNCrypt', () => {
  const SUBTYPE = { Plain: 256, TLSNone: 257, TLSVnc: 258, TLSPlain: 259, X509None: 260, X509Plain: 262 };

  async function choose(server: FakeServer, subtypes: readonly number[]): Promise<number> {
    server.say(VERSION, 1, 19, 0, 2);
    await server.hear(15);
    server.say(0, subtypes.length, ...subtypes.map(u32));
    return (await server.hear(4)).readUInt32BE();
  }

  async function hearPlain(server: FakeServer): Promise<string[]> {
    const lengths = await server.hear(8);
    const name = await server.hear(lengths.readUInt32BE(0));
    return [String(name), String(await server.hear(lengths.readUInt32BE(4)))];
  }

  function tlsServer(stream: Duplex, context: Parameters<typeof createSecureContext>[0]): Duplex {
    return new TLSSocket(stream, { isServer: true, secureContext: createSecureContext(context) });
  }

  it('sends name and password with Plain', async () => {
    const { server, connecting } = connectToFake();
    expect(await choose(server, [SUBTYPE.Plain])).toBe(256);
    expect(await hearPlain(server)).toEqual(['ada', 'lovelace']);
    server.say(u32(0));
    await server.begin(3, 3);
    (await connecting).dispose();
  });

  it('encrypts without certificates', async () => {
    const { server, connecting } = connectToFake();
    const { Plain, TLSNone, TLSVnc, TLSPlain } = SUBTYPE;
    expect(await choose(server, [Plain, TLSNone, TLSVnc, TLSPlain])).toBe(TLSPlain);
    server.say(1);
    server.wrap((stream) => tlsServer(stream, { ciphers: 'aNULL:@SECLEVEL=0', maxVersion: 'TLSv1.2' }));
    expect(await hearPlain(server)).toEqual(['ada', 'lovelace']);
    server.say(u32(0));
    await server.begin(3, 3);
    const connection = await connecting;
    server.hangUp();
    expect((await connection.ended).reason).toBe('server-closed');
  });

  it('encrypts by a certificate that the caller decides about', async () => {
    const seen: ServerCertificate[] = [];
    const onCertificate = async (certificate: ServerCertificate) => seen.push(certificate) > 0;
    const { server, connecting } = connectToFake({ tls: { onCertificate } });
    expect(await choose(server, [SUBTYPE.TLSPlain, SUBTYPE.X509Plain])).toBe(SUBTYPE.X509Plain);
    server.say(1);
    server.wrap((stream) => tlsServer(stream, selfSigned()));
    expect(await hearPlain(server)).toEqual(['ada', 'lovelace']);
    server.say(u32(0));
    await server.begin(3, 3);
    (await connecting).dispose();
    expect(seen).toEqual([
      {
        fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
        subject: 'localhost',
        issuer: 'localhost',
        validUntil: expect.stringContaining('2049'),
        isTrusted: false,
        problem: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      },
    ]);
  });

  it('trusts no certificate by itself that no authority signed', async () => {
    const { server, connecting } = connectToFake();
    await choose(server, [SUBTYPE.X509None]);
    server.say(1);
    server.wrap((stream) => tlsServer(stream, selfSigned()));
    await expect(connecting).rejects.toMatchObject({ failure: 'untrusted-certificate' });
  });

  it('trusts a certificate of an authority it was told, for the host it was told', async () => {
    const { key, cert } = selfSigned();
    async function connectTo(host: string) {
      const { server, connecting } = connectToFake({ tls: { ca: cert, host } });
      await choose(server, [SUBTYPE.X509None]);
      server.say(1);
      server.wrap((stream) => tlsServer(stream, { key, cert }));
      return { server, connecting };
    }
    const right = await connectTo('localhost');
    right.server.say(u32(0));
    await right.server.begin(3, 3);
    (await right.connecting).dispose();
    await expect((await connectTo('elsewhere')).connecting).rejects.toThrow('not trusted');
  });

  it('says what went wrong when the other end does not encrypt', async () => {
    const { server, connecting } = connectToFake();
    await choose(server, [SUBTYPE.X509None]);
    server.say(1, 'this is not TLS');
    await expect(connecting).rejects.toThrow();
    const other = connectToFake();
    await choose(other.server, [SUBTYPE.X509None]);
    other.server.say(0);
    await expect(other.connecting).rejects.toThrow('could not begin its encryption');
    const third = connectToFake();
    await choose(third.server, [SUBTYPE.X509None]);
    third.server.say(1);
    await third.server.hear(20);
    third.server.hangUp();
    await expect(third.connecting).rejects.toThrow('could not encrypt');
  });

  it('gives up an encryption that never comes', async () => {
    const { server, connecting } = connectToFake({ patienceMs: 100 });
    await choose(server, [SUBTYPE.X509None]);
    server.say(1);
    await expect(connecting).rejects.toThrow('did not answer');
  });

  it('is left for another way when it has none for us', async () => {
    const servers: Promise<number>[] = [];
    const stop = new AbortController();
    const opening = openRfb(
      async () => {
        const [ours, theirs] = duplexPair();
        const server = new FakeServer(theirs);
        server.say(VERSION, 2, 19, 2);
        servers.push(server.hear(13).then((heard) => heard[12] ?? 0));
        if (servers.length === 1) server.say(0, 2, 0, 1, u32(263));
        return ours;
      },
      { credentials: ADA },
      stop.signal,
    );
    await expect.poll(() => servers.length).toBe(2);
    expect(await Promise.all(servers)).toEqual([19, 2]);
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
  });

  it('tells what it offers when nothing else is there', async () => {
    const open = async () => {
      const [ours, theirs] = duplexPair();
      new FakeServer(theirs).say(VERSION, 1, 19, 0, 2, 0, 2, u32(263), u32(264));
      return ours;
    };
    const opening = openRfb(open, { credentials: ADA }, new AbortController().signal);
    await expect(opening).rejects.toThrow('only as 263, 264, which cannot be used here');
  });
});

describe('the choice', () => {
  async function chosen(offered: readonly number[], security?: readonly SecurityName[]): Promise<number> {
    const { server, connecting } = connectToFake(security ? { security } : {});
    server.say(VERSION, offered.length, ...offered);
    await server.hear(12);
    const first = await Promise.race([server.hear(1), connecting.then(() => Buffer.of(0))]);
    server.hangUp();
    return first[0] ?? 0;
  }

  it('takes the strongest, whatever the order', async () => {
    expect(await chosen([1, 2, 19])).toBe(19);
    expect(await chosen([2, 1])).toBe(2);
    expect(await chosen([1, 2, 18])).toBe(hasAnonymousTls() ? 18 : 2);
    expect(await chosen([2, 30])).toBe(30);
  });

  it('can be told', async () => {
    expect(await chosen([19, 2, 1], ['None', 'VncAuth'])).toBe(1);
    await expect(chosen([19, 2], ['None'])).rejects.toThrow('VeNCrypt, VNC password');
  });

  it('names what cannot be used', async () => {
    await expect(chosen([5, 16, 250])).rejects.toThrow('RA2, Tight, type 250');
  });

  it.each([
    ['by default', undefined],
    ['where only encryption will do', ENCRYPTED],
  ])('goes on within the older anonymous TLS %s', async (_, security) => {
    const { server, connecting } = connectToFake(security ? { security } : {});
    server.say(VERSION, 1, 18);
    await server.hear(13);
    const context = createSecureContext({ ciphers: 'aNULL:@SECLEVEL=0', maxVersion: 'TLSv1.2' });
    server.wrap((stream) => new TLSSocket(stream, { isServer: true, secureContext: context }));
    server.say(2, 18, 1);
    expect([...(await server.hear(1))]).toEqual([1]);
    server.say(u32(0));
    await server.begin(3, 3);
    (await connecting).dispose();
  });
});
