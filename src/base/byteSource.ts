/** Bytes as they come, read into one buffer where that can be: what much output costs is then not memory. */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

export interface ByteSource {
  /** Begins to read; to be called once. The bytes are there during the call of `onBytes` only. */
  read(onBytes: (bytes: Buffer) => void, onEnd: () => void): void;
  pause(): void;
  resume(): void;
  /** To be called once. */
  destroy(): void;
}

const BUFFER_BYTES = 65_536;

/**
 * A pipe that is open without waiting (`O_NONBLOCK`), which is closed with the source. One that is open for both ways has
 * no end.
 */
export function pipeSource(fd: number): ByteSource {
  let socket: Socket | undefined;
  return {
    read(onBytes, onEnd) {
      const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
      const callback = (length: number) => {
        onBytes(buffer.subarray(0, length));
        return true;
      };
      socket = new Socket({ fd, readable: true, writable: false, onread: { buffer, callback } });
      socket.once('end', onEnd).once('error', onEnd);
      socket.resume();
    },
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
    destroy() {
      if (socket) socket.destroy();
      else closeSync(fd);
    },
  };
}

/** A stream, with buffers of its own. */
export function streamSource(stream: Readable): ByteSource {
  return {
    read(onBytes, onEnd) {
      stream.on('data', onBytes).once('end', onEnd).once('error', onEnd);
    },
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    destroy: () => stream.destroy(),
  };
}
