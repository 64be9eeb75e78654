/** Documents with a session of their own: a tab's page, and each of its frames that runs in another process. */
import type { CDPSession, Protocol } from 'puppeteer-core';
import { ignoreFailure } from '../bounded.ts';
import { Channel, type SendOptions } from './channel.ts';
import { StaleReferenceError } from './errors.ts';

/** Of the world that host scripts run in, apart from the page's own. */
const WORLD_NAME = 'computer-use-chat';

/** Frames of other processes that a tab has at a time. What is beyond runs, guarded as all are, but is not seen. */
export const MAX_ATTACHED_FRAMES = 100;

/** Those that share a frame's process and not its origin. */
const MAX_FOREIGN_FRAMES = 30;

const FRAMES_OF_OTHER_PROCESSES: Protocol.Target.SetAutoAttachRequest = {
  autoAttach: true,
  waitForDebuggerOnStart: true,
  flatten: true,
  // Workers too, though most are let go at once. Were they not asked for, they would wait for good.
  filter: [{ type: 'browser', exclude: true }, { type: 'tab', exclude: true }, {}],
};

/** Lets the frames of other processes below `session` be attached, each waiting until it is observed. */
export function attachFrames(session: CDPSession): Promise<void> {
  return session.send('Target.setAutoAttach', FRAMES_OF_OTHER_PROCESSES);
}

export class Frame {
  /** Tells its elements from other frames' of the tab; never used again. */
  readonly key: number;
  readonly frameId: string;
  readonly channel: Channel;
  /** What it is shown in; undefined for the page. */
  readonly parent: Frame | undefined;
  /** Of the document it shows; empty before it shows one. Followed for frames in a page, not for the page's own. */
  url = '';
  #world: number | undefined;

  constructor(key: number, frameId: string, channel: Channel, parent?: Frame) {
    this.key = key;
    this.frameId = frameId;
    this.channel = channel;
    this.parent = parent;
  }

  /** Its document has been replaced. */
  forgetDocument(): void {
    this.#world = undefined;
  }

  /** Runs a script in the host's own world of the current document and awaits its value, a JSON one. */
  async evaluate(expression: string, signal: AbortSignal, options: SendOptions = {}): Promise<unknown> {
    this.#world ??= await this.#worldOf(this.frameId, signal);
    const answer = await this.channel.send(
      'Runtime.evaluate',
      { expression, contextId: this.#world, awaitPromise: true, returnByValue: true },
      signal,
      options,
    );
    return resultValue(answer);
  }

  /**
   * Calls a function in the host's own world of a document of this process and awaits its value, a JSON one.
   * @param declaration - of the function
   * @param frameId - of the document: this frame's own, or a frame's in it that shares its process
   * @param nodes - the parameters, by their backend node ids. Those that the world cannot have are left out.
   */
  async callWith(
    declaration: string,
    frameId: string,
    nodes: readonly number[],
    signal: AbortSignal,
    options: SendOptions = {},
  ): Promise<unknown> {
    // The browser makes it once for each document.
    const executionContextId = await this.#worldOf(frameId, signal, options);
    const objectGroup = `${WORLD_NAME}-${++lastGroup}`;
    const resolve = (backendNodeId: number) =>
      this.channel.send(
        'DOM.resolveNode',
        { backendNodeId, executionContextId, objectGroup },
        signal,
        options,
      );
    const resolved = await Promise.allSettled(nodes.map(resolve));
    try {
      const answer = await this.channel.send(
        'Runtime.callFunctionOn',
        {
          functionDeclaration: declaration,
          executionContextId,
          arguments: resolved.flatMap((each) =>
            each.status === 'fulfilled' && each.value.object.objectId !== undefined
              ? [{ objectId: each.value.object.objectId }]
              : [],
          ),
          awaitPromise: true,
          returnByValue: true,
        },
        signal,
        options,
      );
      return resultValue(answer);
    } finally {
      if (nodes.length > 0)
        ignoreFailure(this.channel.session.send('Runtime.releaseObjectGroup', { objectGroup }));
    }
  }

  /**
   * The node that an expression comes to in the host's own world of a document of this process.
   * @returns with the frame that it holds, if it holds one
   */
  async nodeOf(
    expression: string,
    frameId: string,
    signal: AbortSignal,
  ): Promise<{ readonly backendNodeId: number; readonly frameId?: string }> {
    const contextId = await this.#worldOf(frameId, signal);
    const objectGroup = `${WORLD_NAME}-${++lastGroup}`;
    try {
      const { result } = await this.channel.send(
        'Runtime.evaluate',
        { expression, contextId, objectGroup },
        signal,
      );
      if (result.objectId === undefined) throw new Error('The document has no such node.');
      const { node } = await this.channel.send('DOM.describeNode', { objectId: result.objectId }, signal);
      const { backendNodeId, frameId: held } = node;
      return held === undefined || node.nodeName === 'HTML'
        ? { backendNodeId }
        : { backendNodeId, frameId: held };
    } finally {
      ignoreFailure(this.channel.session.send('Runtime.releaseObjectGroup', { objectGroup }));
    }
  }

  /**
   * What an expression comes to in the host's own world of a document of this process, as an object that the browser keeps
   * until it is released.
   * @returns its id; undefined where it is no object
   */
  async objectOf(expression: string, frameId: string, signal: AbortSignal): Promise<string | undefined> {
    const contextId = await this.#worldOf(frameId, signal);
    const { result } = await this.channel.send('Runtime.evaluate', { expression, contextId }, signal);
    return result.objectId;
  }

  /** An element as an object of that world, kept as well. @throws when the world cannot have it */
  async nodeIn(frameId: string, backendNodeId: number, signal: AbortSignal): Promise<string | undefined> {
    const executionContextId = await this.#worldOf(frameId, signal);
    const { object } = await this.channel.send(
      'DOM.resolveNode',
      { backendNodeId, executionContextId },
      signal,
    );
    return object.objectId;
  }

  /**
   * The frames in this one that share its process and not its origin, as other subdomains do: its scripts cannot look
   * into them. @returns their ids
   */
  async foreignFrames(signal: AbortSignal, options: SendOptions = {}): Promise<string[]> {
    const { frameTree } = await this.channel.send('Page.getFrameTree', undefined, signal, options);
    return foreignIn(frameTree).slice(0, MAX_FOREIGN_FRAMES);
  }

  async #worldOf(frameId: string, signal: AbortSignal, options: SendOptions = {}): Promise<number> {
    const { executionContextId } = await this.channel.send(
      'Page.createIsolatedWorld',
      { frameId, worldName: WORLD_NAME },
      signal,
      options,
    );
    return executionContextId;
  }
}

let lastGroup = 0;

function foreignIn({ frame, childFrames = [] }: Protocol.Page.FrameTree): string[] {
  return childFrames.flatMap((child) => [
    ...(child.frame.securityOrigin === frame.securityOrigin ? [] : [child.frame.id]),
    ...foreignIn(child),
  ]);
}

function resultValue({ result, exceptionDetails }: Protocol.Runtime.EvaluateResponse): unknown {
  if (exceptionDetails !== undefined)
    throw new Error(`A script failed in the page: ${exceptionDetails.text}`);
  return result.value;
}

/** What happens to each session of a tab before its document runs. The promises need not be awaited to run in order. */
export type Observe = (session: CDPSession) => Array<Promise<unknown>>;

/** The same for a worker; undefined for one that is let go. */
export type ObserveWorker = (
  session: CDPSession,
  info: Protocol.Target.TargetInfo,
) => Array<Promise<unknown>> | undefined;

/** Lets a worker run, once it and those that it starts are observed, where they are to be. */
export function letWorkerRun(
  above: CDPSession,
  session: CDPSession,
  { sessionId, targetInfo }: Protocol.Target.AttachedToTargetEvent,
  observe: ObserveWorker,
): void {
  const observed = observe(session, targetInfo);
  if (observed === undefined) {
    ignoreFailure(session.send('Runtime.runIfWaitingForDebugger'));
    ignoreFailure(above.send('Target.detachFromTarget', { sessionId }));
    return;
  }
  session.on('Target.attachedToTarget', (event) => {
    const inner = session.connection()?.session(event.sessionId);
    if (inner !== null && inner !== undefined) letWorkerRun(session, inner, event, observe);
  });
  const nested = attachFrames(session);
  const run = session.send('Runtime.runIfWaitingForDebugger');
  ignoreFailure(Promise.all([...observed, nested, run]));
}

/** A tab's frames of other processes, as they come and go. */
export class Frames {
  readonly #frames = new Map<string, Frame>();
  readonly #responseMs: number;
  readonly #observe: Observe;
  readonly #observeWorker: ObserveWorker;
  #lastKey = 0;

  constructor(responseMs: number, observe: Observe, observeWorker: ObserveWorker) {
    this.#responseMs = responseMs;
    this.#observe = observe;
    this.#observeWorker = observeWorker;
  }

  /** Those there are now, outer ones before the ones in them. */
  get all(): readonly Frame[] {
    return [...this.#frames.values()];
  }

  /** Follows the frames below `session`, the one of `parent`. */
  follow(session: CDPSession, parent: Frame): void {
    session.on('Target.attachedToTarget', (event) => this.#onAttached(session, event, parent));
    session.on('Target.detachedFromTarget', (event) => this.#onDetached(event.sessionId));
  }

  /** The tab is gone or has crashed, and its frames with it. */
  failAll(reason: Error): void {
    for (const frame of this.#frames.values()) frame.channel.fail(reason);
    this.#frames.clear();
  }

  #onAttached(above: CDPSession, event: Protocol.Target.AttachedToTargetEvent, parent: Frame): void {
    const session = above.connection()?.session(event.sessionId);
    if (session === null || session === undefined) return;
    if (event.targetInfo.type !== 'iframe') {
      letWorkerRun(above, session, event, this.#observeWorker);
      return;
    }
    if (this.#frames.size >= MAX_ATTACHED_FRAMES) {
      this.follow(session, parent);
      this.#letRun(session);
      return;
    }
    // A hung frame does not make the tab a hung one: it is left out.
    const channel = new Channel(session, this.#responseMs, () => undefined);
    const frame = new Frame(++this.#lastKey, event.targetInfo.targetId, channel, parent);
    this.#frames.set(event.sessionId, frame);
    this.follow(session, frame);
    session.on('Page.frameNavigated', (navigated) => {
      if (navigated.frame.id !== frame.frameId) return;
      frame.forgetDocument();
      frame.url = navigated.frame.url;
    });
    this.#letRun(session);
  }

  /** Not before it is observed: what guards its requests is among that. */
  #letRun(session: CDPSession): void {
    ignoreFailure(
      Promise.all([
        session.send('Page.enable'),
        ...this.#observe(session),
        attachFrames(session),
        session.send('Runtime.runIfWaitingForDebugger'),
      ]),
    );
  }

  #onDetached(sessionId: string): void {
    const gone = this.#frames.get(sessionId);
    if (gone === undefined) return;
    this.#frames.delete(sessionId);
    gone.channel.fail(new StaleReferenceError());
    // With it go the frames in it, of which the browser says nothing.
    for (const [id, frame] of this.#frames) if (frame.parent === gone) this.#onDetached(id);
  }
}
