import { describe, expect, it, vi } from 'vitest';
import {
  type CertificateQuestion,
  KnownCertificates,
} from '../../../src/computer/desktop/knownCertificates.ts';
import { DesktopUnavailable } from '../../../src/computer/desktop/machine.ts';
import { RemoteAccess } from '../../../src/computer/desktop/remoteAccess.ts';
import { ENCRYPTED, SecurityError } from '../../../src/computer/desktop/rfb/security/security.ts';
import type { ServerCertificate } from '../../../src/computer/desktop/rfb/security/tls.ts';

const ADDRESS = 'vnc://host.test';
const CERTIFICATE: ServerCertificate = {
  fingerprint: 'AB:CD',
  subject: 'host.test',
  issuer: 'host.test',
  validUntil: 'Dec 31 23:59:59 2049 GMT',
  isTrusted: false,
  problem: 'DEPTH_ZERO_SELF_SIGNED_CERT',
};

describe('known certificates', () => {
  function known() {
    const pins = new Map<string, string>();
    const questions: CertificateQuestion[] = [];
    let answer = Promise.withResolvers<boolean>();
    const faults: unknown[] = [];
    const certificates = new KnownCertificates({
      pins: { get: (address) => pins.get(address), set: async (...pin) => void pins.set(...pin) },
      ask: (question) => {
        questions.push(question);
        answer = Promise.withResolvers();
        return answer.promise;
      },
      onFault: (error) => faults.push(error),
    });
    return { certificates, pins, questions, faults, answer: (trusts: boolean) => answer.resolve(trusts) };
  }

  it('need no word of the user where an authority has given its', () => {
    const { certificates, questions } = known();
    expect(certificates.judge(ADDRESS, { ...CERTIFICATE, isTrusted: true })).toBe(true);
    expect(questions).toEqual([]);
  });

  it('are asked about once, without a server waiting for the answer, and then known', async () => {
    const { certificates, pins, questions, answer } = known();
    expect(certificates.judge(ADDRESS, CERTIFICATE)).toBe(false);
    expect(certificates.judge(ADDRESS, CERTIFICATE)).toBe(false);
    expect(questions).toEqual([
      {
        address: ADDRESS,
        subject: 'host.test',
        issuer: 'host.test',
        validUntil: CERTIFICATE.validUntil,
        fingerprint: 'AB:CD',
        problem: CERTIFICATE.problem,
        isChanged: false,
      },
    ]);
    answer(true);
    await vi.waitFor(() => expect([...pins]).toEqual([[ADDRESS, 'AB:CD']]));
    expect(certificates.judge(ADDRESS, CERTIFICATE)).toBe(true);
    expect(certificates.judge('vnc://other.test', CERTIFICATE)).toBe(false);
  });

  it('are asked about again when they change, and after a no', async () => {
    const { certificates, pins, questions, answer } = known();
    pins.set(ADDRESS, 'AB:CD');
    const other = { ...CERTIFICATE, fingerprint: 'EF:01' };
    expect(certificates.judge(ADDRESS, other)).toBe(false);
    expect(questions[0]?.isChanged).toBe(true);
    answer(false);
    await vi.waitFor(() => {
      certificates.judge(ADDRESS, other);
      expect(questions).toHaveLength(2);
    });
    expect([...pins.values()]).toEqual(['AB:CD']);
    expect(certificates.judge(ADDRESS, CERTIFICATE)).toBe(true);
  });

  it('that cannot be told from others are not trusted, nor asked about', () => {
    const { certificates, questions } = known();
    expect(certificates.judge(ADDRESS, { ...CERTIFICATE, fingerprint: '' })).toBe(false);
    expect(questions).toEqual([]);
  });

  it('say nothing in a question that looks like our own words', () => {
    const { certificates, questions } = known();
    const subject = `host.test\n\nIt was checked.\u202e\u0000${'x'.repeat(1_000)}`;
    certificates.judge(ADDRESS, { ...CERTIFICATE, subject });
    expect(questions[0]?.subject).toMatch(/^host\.test It was checked\. x+…$/);
    expect(questions[0]?.subject.length).toBeLessThan(210);
  });
});

describe('access to a remote desktop', () => {
  function access(options: { readonly allowUnencrypted?: boolean; readonly password?: string } = {}) {
    const refused: string[] = [];
    const made = new RemoteAccess({
      address: ADDRESS,
      host: 'host.test',
      allowUnencrypted: options.allowUnencrypted ?? false,
      passwords: { read: async () => options.password, refused: (address) => refused.push(address) },
      certificates: { judge: (address) => address === ADDRESS },
    });
    const helpFor = (...args: ConstructorParameters<typeof SecurityError>) => {
      const explained = made.explained(new SecurityError(...args));
      expect(explained).toBeInstanceOf(DesktopUnavailable);
      return explained instanceof DesktopUnavailable ? explained.help : '';
    };
    return { made, refused, helpFor };
  }

  it('is encrypted where others are on the way and the user has not said otherwise', async () => {
    expect(access().made.connection(false).security).toBe(ENCRYPTED);
    expect(access().made.connection(true).security).toBeUndefined();
    expect(access({ allowUnencrypted: true }).made.connection(false).security).toBeUndefined();
  });

  it('goes on with certificates that are known', async () => {
    const { tls } = access().made.connection(false);
    expect(tls?.host).toBe('host.test');
    expect(await tls?.onCertificate?.(CERTIFICATE)).toBe(true);
  });

  it('asks for another password when the one that is kept was not accepted, and only then', async () => {
    const { made, refused, helpFor } = access({ password: 'old' });
    expect(helpFor('denied', 'Too many attempts.')).not.toContain('password');
    expect(refused).toEqual([]);
    expect(await made.password()).toBe('old');
    expect(helpFor('denied', 'Authentication failed.')).toContain('was not accepted');
    expect(refused).toEqual([ADDRESS]);
    made.connection(true);
    expect(helpFor('denied', 'Too many attempts.')).not.toContain('password');
    expect(refused).toHaveLength(1);
  });

  it('says what macOS needs', () => {
    const { helpFor } = access();
    const needs = /vnc\+ssh:\/\/.*allowUnencrypted.*macOS.*vnc:\/\/user@host/;
    expect(helpFor('unsupported', 'It offers Apple only.')).toMatch(needs);
    expect(helpFor('credentials-missing', 'A user name.', 'username')).toMatch(needs);
    expect(helpFor('credentials-missing', 'A password.', 'password')).toContain('enter it');
    expect(access({ allowUnencrypted: true }).helpFor('unsupported', 'RA2')).not.toContain('macOS');
  });

  it('leaves other errors as they are', () => {
    const error = new Error('The connection broke.');
    expect(access().made.explained(error)).toBe(error);
  });
});
