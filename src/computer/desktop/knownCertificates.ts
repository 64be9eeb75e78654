/** Which certificates of VNC servers the user trusts, where no authority says whose they are. */
import type { ServerCertificate } from './rfb/security/tls.ts';

/** What the user is asked. All texts are short, in one line and without characters that cannot be seen. */
export interface CertificateQuestion {
  readonly address: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validUntil: string;
  /** SHA-256, hexadecimal, with colons. */
  readonly fingerprint: string;
  /** Why no authority's word is enough; may be empty. */
  readonly problem: string;
  /** Whether the server had another one when the user trusted it. */
  readonly isChanged: boolean;
}

export interface KnownCertificatesOptions {
  /** The fingerprints that were trusted, by address. */
  readonly pins: {
    get(address: string): string | undefined;
    set(address: string, fingerprint: string): PromiseLike<void>;
  };
  /** @returns whether the user trusts it */
  readonly ask: (question: CertificateQuestion) => PromiseLike<boolean>;
  readonly onFault: (error: unknown) => void;
}

export class KnownCertificates {
  readonly #options: KnownCertificatesOptions;
  /** Addresses about which the user is asked now. */
  readonly #asking = new Set<string>();

  constructor(options: KnownCertificatesOptions) {
    this.#options = options;
  }

  /**
   * Whether to go on with the server at `address`. Where the user has to say so they are asked, and not waited for: a
   * server does not wait long, and the user tries again with the answer.
   */
  judge(address: string, certificate: ServerCertificate): boolean {
    if (certificate.isTrusted) return true;
    const { fingerprint } = certificate;
    // Nothing to know it by.
    if (fingerprint === '') return false;
    const pinned = this.#options.pins.get(address);
    if (pinned === fingerprint) return true;
    this.#ask(address, certificate, pinned !== undefined).catch(this.#options.onFault);
    return false;
  }

  async #ask(address: string, certificate: ServerCertificate, isChanged: boolean): Promise<void> {
    if (this.#asking.has(address)) return;
    const { subject, issuer, validUntil, fingerprint, problem } = certificate;
    this.#asking.add(address);
    try {
      const isAccepted = await this.#options.ask({
        address: shown(address),
        subject: shown(subject),
        issuer: shown(issuer),
        validUntil: shown(validUntil),
        problem: shown(problem),
        fingerprint,
        isChanged,
      });
      if (isAccepted) await this.#options.pins.set(address, fingerprint);
    } finally {
      this.#asking.delete(address);
    }
  }
}

const MAX_SHOWN = 200;

/** What a server says of itself must not look like words of ours: no lines, nothing unseen, nothing that turns text round. */
function shown(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
}
